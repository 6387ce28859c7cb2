import { apiName } from '../strategyApi.ts';
import { propertyOf } from '../strategyShape.ts';
import type { Subject } from '../subject.ts';
import { nameOfTimeframe, timeframeNames } from '../timeframeNames.ts';
import type { Syntax } from '../tree.ts';
import { objectsOf } from './orderCalls.ts';

/** API001 and RSK008: higher timeframes, their names, and crossings that last as long as a bar of theirs. */
export function checkHigherTimeframes(subject: Subject): void {
  checkNames(subject);
  checkSources(subject);
  checkCrossings(subject);
}

function checkNames({ tree, flow, folder, report }: Subject): void {
  for (const node of tree.all('CallExpression')) {
    const isTimeframe = [...flow.evaluate(node.callee)].some(
      (atom) => atom.kind === 'apiMethod' && atom.name === 'timeframe',
    );
    const [name] = node.arguments;
    if (!isTimeframe || name?.type === 'SpreadElement') continue;
    const value = name && folder.fold(name)?.value;
    const isUnknown = name !== undefined && value === undefined;
    if (isUnknown || (typeof value === 'string' && timeframeNames.includes(value))) continue;
    const meant = value === undefined ? undefined : nameOfTimeframe(String(value));
    const message = name
      ? `There is no higher timeframe ${typeof value === 'string' ? `'${value}'` : String(value)}.`
      : 'A higher timeframe has a name.';
    report.add('API001', name ?? node, message, {
      advice: meant === undefined ? `There are ${timeframeNames.join(', ')}.` : `Write '${meant}'.`,
      ...(name && meant !== undefined ? { fix: { title: `Write '${meant}'`, newText: `'${meant}'` } } : {}),
    });
  }
}

/** True for a series that certainly belongs to a higher timeframe, false for one of the run; else nothing. */
function isHigherSeries({ flow }: Subject, node: Syntax): boolean | undefined {
  const value = [...flow.evaluate(node)];
  const series = value.map((atom) =>
    atom.kind === 'api' && apiName(atom.type) === 'Series' ? atom.isHigher : undefined,
  );
  const [first] = series;
  return series.every((one) => one === first) ? first : undefined;
}

/** Indicators and plots take series of their own timeframe: bars of two cannot stand side by side. */
function checkSources(subject: Subject): void {
  const { tree, flow, report } = subject;
  for (const node of tree.all('CallExpression')) {
    const methods = [...flow.evaluate(node.callee)];
    const sources = node.arguments.flatMap((argument) => [
      argument,
      ...(objectsOf(subject, argument) ?? []).flatMap(
        (object) => propertyOf(object, 'source', subject.folder)?.value ?? [],
      ),
    ]);
    for (const argument of sources) {
      const isHigher = isHigherSeries(subject, argument);
      if (isHigher === undefined) continue;
      for (const atom of methods) {
        if (atom.kind !== 'apiMethod') continue;
        if (atom.owner === 'Indicators' && atom.isHigher !== isHigher) {
          report.add('API001', argument, `${subject.text(argument)} is a series of another timeframe.`, {
            advice: 'Use the indicators of the timeframe that the series belongs to.',
          });
        } else if (atom.owner === 'SetupContext' && atom.name === 'plot' && isHigher) {
          report.add('API001', argument, `${subject.text(argument)} belongs to a higher timeframe.`, {
            advice: 'Plot a series of the run itself, one value a bar.',
          });
        }
      }
    }
  }
}

/** RSK008: the last two values of a higher timeframe stay the same for many bars of the run. */
function checkCrossings(subject: Subject): void {
  const { tree, flow, report, accesses } = subject;
  const looksAtNew = accesses.some(
    ({ name, base }) =>
      name === 'isNew' || (name === 'time' && [...base].some((atom) => atom.kind === 'api' && atom.isHigher)),
  );
  if (looksAtNew) return;
  for (const node of tree.all('CallExpression')) {
    const isCrossing = [...flow.evaluate(node.callee)].some(
      (atom) => atom.kind === 'export' && atom.name.startsWith('cross'),
    );
    const sides = node.arguments.map((argument) => isHigherSeries(subject, argument));
    if (!isCrossing || !sides.includes(true)) continue;
    const isMixed = sides.includes(false);
    report.add(
      'RSK008',
      node,
      isMixed
        ? 'One side looks back one bar of the run, the other one bar of a higher timeframe.'
        : 'This stays true on every bar of the run until the next bar of the higher timeframe.',
      isMixed ? { advice: 'Write .value for the side of the higher timeframe.' } : {},
    );
  }
}
