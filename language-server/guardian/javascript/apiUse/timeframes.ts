import type { Found } from '../../rule.ts';
import { isHigherSeries } from '../higherSeries.ts';
import { objectsOf } from '../orderCalls.ts';
import { propertyOf } from '../strategyShape.ts';
import type { Subject } from '../subject.ts';
import { nameOfTimeframe, timeframeNames } from '../timeframeNames.ts';

/** The names of higher timeframes, and series of another timeframe. */
export function checkHigherTimeframes(subject: Subject, found: Found): void {
  checkNames(subject, found);
  checkSources(subject, found);
}

function checkNames({ tree, flow, folder }: Subject, found: Found): void {
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
    found(name ?? node, message, {
      advice: meant === undefined ? `There are ${timeframeNames.join(', ')}.` : `Write '${meant}'.`,
      ...(name && meant !== undefined ? { fix: { title: `Write '${meant}'`, newText: `'${meant}'` } } : {}),
    });
  }
}

/** Indicators and plots take series of their own timeframe: bars of two cannot stand side by side. */
function checkSources(subject: Subject, found: Found): void {
  const { tree, flow } = subject;
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
          found(argument, `${subject.text(argument)} is a series of another timeframe.`, {
            advice: 'Use the indicators of the timeframe that the series belongs to.',
          });
        } else if (atom.owner === 'SetupContext' && atom.name === 'plot' && isHigher) {
          found(argument, `${subject.text(argument)} belongs to a higher timeframe.`, {
            advice: 'Plot a series of the run itself, one value a bar.',
          });
        }
      }
    }
  }
}
