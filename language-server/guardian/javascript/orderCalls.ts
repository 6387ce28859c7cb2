import type { Subject } from './subject.ts';
import type { Syntax, SyntaxOf } from './tree.ts';

export interface OrderCall {
  readonly node: SyntaxOf<'CallExpression'>;
  /** buy, sell, close, protect, cancel, replace or isOpen. */
  readonly method: string;
}

/** Every call of an order function, also under another name. */
export function orderCalls({ tree, flow }: Subject): OrderCall[] {
  return tree
    .all('CallExpression')
    .flatMap((node) =>
      [...flow.evaluate(node.callee)].flatMap((atom) =>
        atom.kind === 'apiMethod' && atom.owner === 'Orders' ? [{ node, method: atom.name }] : [],
      ),
    );
}

/** The object literals that an expression can be; nothing where it can be something else as well. */
export function objectsOf({ flow }: Subject, node: Syntax): SyntaxOf<'ObjectExpression'>[] | undefined {
  const objects: SyntaxOf<'ObjectExpression'>[] = [];
  const value = flow.evaluate(node);
  for (const atom of value) {
    if (atom.kind !== 'object' || !atom.node) return undefined;
    objects.push(atom.node);
  }
  return value.size > 0 ? objects : undefined;
}
