import { type Range, rangeOf } from './range.ts';
import { apiName } from './strategyApi.ts';
import type { Subject } from './subject.ts';
import type { Syntax, SyntaxOf } from './tree.ts';

/** True for what is certainly a series of the API. */
export function isSeries({ flow }: Subject, node: Syntax): boolean {
  const value = flow.evaluate(node);
  return value.size > 0 && [...value].every((atom) => atom.kind === 'api' && apiName(atom.type) === 'Series');
}

/** What `ago` is given, wherever it is called. */
export function lags({ tree, flow }: Subject): Syntax[] {
  return tree.all('CallExpression').flatMap((node) => {
    const isLag = [...flow.evaluate(node.callee)].some(
      (atom) => atom.kind === 'apiMethod' && atom.name === 'ago',
    );
    const [lag] = node.arguments;
    return isLag && lag ? [lag] : [];
  });
}

export function isAhead(range: Range | undefined): boolean {
  return range !== undefined && range.high < 0;
}

/** True for a minus before what is not known to be negative itself. */
export function isNegated(subject: Subject, lag: Syntax): lag is SyntaxOf<'UnaryExpression'> {
  if (lag.type !== 'UnaryExpression' || lag.operator !== '-') return false;
  const range = rangeOf(subject, lag);
  return !(range && range.low >= 0) && subject.folder.number(lag) === undefined;
}
