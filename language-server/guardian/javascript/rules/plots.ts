import { apiName, longestPlotName, plotOptions, plotPanes } from '../strategyApi.ts';
import { propertyOf } from '../strategyShape.ts';
import type { Subject } from '../subject.ts';
import type { Syntax } from '../tree.ts';
import { checkPropertyNames } from './apiShape.ts';
import { objectsOf } from './orderCalls.ts';

/** Kinds of values that are neither the name of a plot nor its series. */
const neither = ['api', 'number', 'object', 'array', 'function', 'apiMethod'];

/** API001: the arguments of plots. */
export function checkPlots(subject: Subject): void {
  const { tree, flow } = subject;
  for (const node of tree.all('CallExpression')) {
    const isPlot = [...flow.evaluate(node.callee)].some(
      (atom) => atom.kind === 'apiMethod' && atom.owner === 'SetupContext' && atom.name === 'plot',
    );
    if (!isPlot || node.arguments.some(({ type }) => type === 'SpreadElement')) continue;
    const [name, series, options] = node.arguments;
    checkName(subject, node, name);
    if (!series || canOnlyBe(subject, series, [...neither, 'text'])) {
      subject.report.add('API001', series ?? node, 'A plot shows one series.', {
        advice: 'Give an indicator without .value, or one line of it such as bands.upper.',
      });
    }
    if (options) checkOptions(subject, options);
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

function checkName(subject: Subject, call: Syntax, name: Syntax | undefined): void {
  const { folder, report } = subject;
  const text = name && folder.text(name)?.trim();
  if (!name || canOnlyBe(subject, name, [...neither, 'series'])) {
    report.add('API001', name ?? call, 'A plot has a name.', { advice: "Write plot('Average', average)." });
  } else if (text !== undefined && (text === '' || text.length > longestPlotName)) {
    report.add('API001', name, `The name of a plot has 1 to ${longestPlotName} characters.`, {
      advice: 'Give it a short name.',
    });
  }
}

function checkOptions(subject: Subject, options: Syntax): void {
  const { folder, report } = subject;
  if (canOnlyBe(subject, options, ['text', 'number'])) {
    report.add('API001', options, 'plot takes an object of options.', { advice: "Write { pane: 'below' }." });
  }
  for (const object of objectsOf(subject, options) ?? []) {
    checkPropertyNames(subject, object, 'plot', plotOptions, 'plot');
    const pane = propertyOf(object, 'pane', folder)?.value;
    const value = pane && folder.text(pane);
    if (!pane || value === undefined || plotPanes.includes(value)) continue;
    report.add('API001', pane, `There is no pane '${value}'.`, { advice: "Write 'price' or 'below'." });
  }
}
