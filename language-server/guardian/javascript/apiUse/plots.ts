import type { Found } from '../../rule.ts';
import { objectsOf } from '../orderCalls.ts';
import { apiName, longestPlotName, plotOptions, plotPanes } from '../strategyApi.ts';
import { propertyOf } from '../strategyShape.ts';
import type { Subject } from '../subject.ts';
import type { Syntax } from '../tree.ts';
import { checkPropertyNames } from './shape.ts';

/** Kinds of values that are neither the name of a plot nor its series. */
const neither = ['api', 'number', 'object', 'array', 'function', 'apiMethod'];

/** The arguments of plots. */
export function checkPlots(subject: Subject, found: Found): void {
  const { tree, flow } = subject;
  for (const node of tree.all('CallExpression')) {
    const isPlot = [...flow.evaluate(node.callee)].some(
      (atom) => atom.kind === 'apiMethod' && atom.owner === 'SetupContext' && atom.name === 'plot',
    );
    if (!isPlot || node.arguments.some(({ type }) => type === 'SpreadElement')) continue;
    const [name, series, options] = node.arguments;
    checkName(subject, found, node, name);
    if (!series || canOnlyBe(subject, series, [...neither, 'text'])) {
      found(series ?? node, 'A plot shows one series.', {
        advice: 'Give an indicator without .value, or one line of it such as bands.upper.',
      });
    }
    if (options) checkOptions(subject, found, options);
  }
}

/** True where an expression is certainly of these kinds; a series counts as a kind of its own. */
function canOnlyBe({ flow }: Subject, node: Syntax, kinds: readonly string[]): boolean {
  const value = flow.evaluate(node);
  return (
    value.size > 0 &&
    [...value].every((atom) =>
      kinds.includes(atom.kind === 'api' && apiName(atom.type) === 'Series' ? 'series' : atom.kind),
    )
  );
}

function checkName(subject: Subject, found: Found, call: Syntax, name: Syntax | undefined): void {
  const { folder } = subject;
  const text = name && folder.text(name)?.trim();
  if (!name || canOnlyBe(subject, name, [...neither, 'series'])) {
    found(name ?? call, 'A plot has a name.', { advice: "Write plot('Average', average)." });
  } else if (text !== undefined && (text === '' || text.length > longestPlotName)) {
    found(name, `The name of a plot has 1 to ${longestPlotName} characters.`, {
      advice: 'Give it a short name.',
    });
  }
}

function checkOptions(subject: Subject, found: Found, options: Syntax): void {
  const { folder } = subject;
  if (canOnlyBe(subject, options, ['text', 'number'])) {
    found(options, 'plot takes an object of options.', { advice: "Write { pane: 'below' }." });
  }
  for (const object of objectsOf(subject, options) ?? []) {
    checkPropertyNames(subject, found, object, 'plot', plotOptions, 'plot');
    const pane = propertyOf(object, 'pane', folder)?.value;
    const value = pane && folder.text(pane);
    if (!pane || value === undefined || plotPanes.includes(value)) continue;
    found(pane, `There is no pane '${value}'.`, { advice: "Write 'price' or 'below'." });
  }
}
