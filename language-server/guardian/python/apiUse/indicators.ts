import { indicatorMembers, indicatorOptions, periodArguments } from '../../javascript/indicatorApi.ts';
import { longestPeriod, longestPlotName, plotPanes } from '../../javascript/strategyApi.ts';
import { timeframeNames } from '../../javascript/timeframeNames.ts';
import type { Found } from '../../rule.ts';
import { pythonName } from '../api.ts';
import { parameterName } from '../range.ts';
import { argument, positional } from '../shape.ts';
import type { PythonSubject } from '../subject.ts';
import type { Call, Expression } from '../syntax.ts';
import { meantOf } from './members.ts';

const original = new Map(Object.keys(indicatorMembers).map((name) => [pythonName(name), name]));
/** What the declarations call the arguments that are no options. */
const ownArguments = new Set(
  (
    'period fast slow signal first second source short middle long span conversion base displacement rank streak ' +
    'deviations range smoothing volume_factor multiplier maximum step'
  ).split(' '),
);

/** The periods and options of indicators, plots and timeframes. */
export function checkIndicators(subject: PythonSubject, found: Found): void {
  for (const call of subject.tree.all('Call')) {
    const method = subject.types.method(call);
    if (!method) continue;
    if (method.owner === 'Indicators') checkIndicator(subject, call, method.name, found);
    else if (method.name === 'plot') checkPlot(subject, call, found);
    else if (method.name === 'timeframe') checkTimeframe(subject, call, found);
  }
}

function checkIndicator(subject: PythonSubject, call: Call, name: string, found: Found): void {
  const own = original.get(name) ?? name;
  for (const place of periodArguments[own] ?? []) checkPeriod(subject, positional(call)[place]?.value, found);
  checkPeriod(subject, argument(call, 'period'), found);
  const options = indicatorOptions[own] ?? {};
  for (const { name: keyword, value } of call.args) {
    if (!keyword) continue;
    const entry = Object.entries(options).find(([option]) => pythonName(option) === keyword.id);
    if (!entry) {
      if (!ownArguments.has(keyword.id))
        tellOption(keyword, name, Object.keys(options).map(pythonName), found);
      continue;
    }
    const [, expected] = entry;
    const text = subject.folder.fold(value)?.value;
    if (typeof expected === 'string' || text === undefined || typeof text === 'boolean' || text === null)
      continue;
    if (!expected.includes(text))
      found(value, `${keyword.id} of ${name} is one of ${expected.join(', ')}.`, {
        advice: 'Write one of them.',
      });
  }
}

function tellOption(
  keyword: { readonly id: string; readonly start: number; readonly end: number },
  name: string,
  options: readonly string[],
  found: Found,
): void {
  const meant = meantOf('indicator', keyword.id, options);
  // Arguments may go by names that are not known here; only what is near an option is certain.
  if (meant === undefined) return;
  found(keyword, `${name} has no option ${keyword.id}.`, {
    advice: `Did you mean ${meant}?`,
    fix: { title: `Write ${meant}`, newText: meant },
  });
}

function checkPeriod(subject: PythonSubject, node: Expression | undefined, found: Found): void {
  if (!node) return;
  const value = subject.folder.number(node);
  if (value !== undefined && (!Number.isInteger(value) || value < 1 || value > longestPeriod)) {
    found(node, `A period is a whole number from 1 to ${longestPeriod}, and ${value} is none.`, {
      advice: 'Write a whole number of bars.',
    });
    return;
  }
  const name = parameterName(node, subject);
  const parameter = name === undefined ? undefined : subject.strategy.parameters?.get(name);
  if (parameter?.item.value.type !== 'Call') return;
  if (subject.paths.text(parameter.item.value.callee) === 'strategy_lab.number')
    found(node, `A period is a whole number, and the parameter ${name} is none.`, {
      advice: `Declare ${name} by integer(...).`,
    });
  else if (parameter.min !== undefined && parameter.min < 1)
    found(node, `A period is at least 1, and ${name} can be ${parameter.min}.`, {
      advice: `Let ${name} begin at 1.`,
    });
}

function checkPlot({ folder }: PythonSubject, call: Call, found: Found): void {
  const name = argument(call, 'name', 0);
  const text = folder.text(name);
  if (name && text !== undefined && (text === '' || [...text].length > longestPlotName))
    found(name, `The name of a plot has 1 to ${longestPlotName} characters.`, {
      advice: 'Choose a shorter name.',
    });
  const pane = argument(call, 'pane', 2);
  const place = folder.text(pane);
  if (pane && place !== undefined && !plotPanes.includes(place))
    found(pane, `A plot stands in the pane ${plotPanes.join(' or ')}.`, {
      advice: `Write '${plotPanes[0] ?? ''}'.`,
    });
}

function checkTimeframe({ folder }: PythonSubject, call: Call, found: Found): void {
  const name = argument(call, 'name', 0);
  const text = folder.text(name);
  if (!name || text === undefined || timeframeNames.includes(text)) return;
  found(name, `There is no timeframe ${text}.`, { advice: `Choose from ${timeframeNames.join(', ')}.` });
}
