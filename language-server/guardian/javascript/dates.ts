import type { Subject } from './subject.ts';
import type { SyntaxOf } from './tree.ts';

/** True for `Date(...)` and `new Date(...)`, also under another name. */
export function isDateCall(
  { flow }: Subject,
  { callee }: SyntaxOf<'CallExpression' | 'NewExpression'>,
): boolean {
  return [...flow.evaluate(callee)].some((atom) => atom.kind === 'global' && atom.path === 'Date');
}
