import { objectsOf, orderCalls } from '../../javascript/orderCalls.ts';
import { sizeOptions } from '../../javascript/strategyApi.ts';
import { propertyOf } from '../../javascript/strategyShape.ts';
import type { Subject } from '../../javascript/subject.ts';
import type { Syntax, SyntaxOf } from '../../javascript/tree.ts';
import type { Found } from '../../rule.ts';

const lossName = /loss|losses|losing|lose|drawdown|martingale/i;

/** `size = size * 2` after a loss, and sizes that are a power of the losses. */
export function check(subject: Subject, found: Found): void {
  const { tree, folder, flow } = subject;
  const sizes = orderCalls(subject)
    .filter(({ method }) => method === 'buy' || method === 'sell')
    .flatMap(({ node }) => (node.arguments[0] && objectsOf(subject, node.arguments[0])) ?? [])
    .flatMap((object) => sizeOptions.flatMap((name) => propertyOf(object, name, folder)?.value ?? []));
  const names = new Set<string>();
  for (const size of sizes) {
    for (const node of tree.below(definitionOf(size))) {
      const name = nameOf(node);
      if (name !== undefined) names.add(name);
      if (node.type === 'BinaryExpression' && node.operator === '**' && mentionsLoss(node.right)) {
        found(node, 'The size is a power of the losses so far.');
      }
      if (node.type !== 'CallExpression') continue;
      const isPower = [...flow.evaluate(node.callee)].some(
        (atom) => atom.kind === 'global' && atom.path === 'Math.pow',
      );
      if (isPower && node.arguments[1] && mentionsLoss(node.arguments[1])) {
        found(node, 'The size is a power of the losses so far.');
      }
    }
  }
  for (const node of tree.all('AssignmentExpression')) {
    const name = nameOf(node.left);
    if (name === undefined || !names.has(name) || !grows(node, name) || !followsLoss(node)) continue;
    found(node, `${name} grows after a loss and has no bound.`);
  }

  function definitionOf(node: Syntax): Syntax {
    return folder.definition(node) ?? node;
  }

  function nameOf(node: Syntax): string | undefined {
    if (node.type === 'Identifier') return node.name;
    return node.type === 'MemberExpression' ? folder.key(node) : undefined;
  }

  function grows({ operator, right }: SyntaxOf<'AssignmentExpression'>, name: string): boolean {
    if (operator === '*=') return (folder.number(right) ?? 2) > 1;
    if (operator !== '=' || right.type !== 'BinaryExpression' || right.operator !== '*') return false;
    const [self, factor] =
      nameOf(right.left) === name ? [true, right.right] : [nameOf(right.right) === name, right.left];
    return self && (folder.number(factor) ?? 2) > 1;
  }

  function followsLoss(node: Syntax): boolean {
    let inner = node;
    for (const outer of tree.around(node)) {
      const isTested = outer.type === 'IfStatement' || outer.type === 'ConditionalExpression';
      if (isTested && outer.consequent === inner && mentionsLoss(outer.test)) return true;
      inner = outer;
    }
    return false;
  }

  function mentionsLoss(test: Syntax): boolean {
    for (const node of tree.below(test)) {
      const name = nameOf(node);
      if (name !== undefined && lossName.test(name)) return true;
      if (node.type !== 'BinaryExpression' || !/^[<>]=?$/.test(node.operator)) continue;
      const [low, high] = node.operator.startsWith('<') ? [node.left, node.right] : [node.right, node.left];
      const lowName = nameOf(low) ?? '';
      if (
        /profit|pnl|result|equity|cash/i.test(lowName) &&
        (folder.number(high) === 0 || high.type !== 'Literal')
      )
        return true;
    }
    return false;
  }
}
