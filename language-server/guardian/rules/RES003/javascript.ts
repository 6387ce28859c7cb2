import type { Subject } from '../../javascript/subject.ts';
import { isFunction, type Syntax } from '../../javascript/tree.ts';
import type { Found } from '../../rule.ts';

const growing = new Set(['push', 'unshift']);
const shrinking = new Set(['shift', 'pop', 'splice']);

/** Lists made before the first bar that get longer on every bar and never shorter. */
export function check({ tree, flow, folder, strategy }: Subject, found: Found): void {
  const bounded = boundedNames();
  for (const node of tree.all('CallExpression')) {
    const { callee } = node;
    if (callee.type !== 'MemberExpression' || !growing.has(folder.key(callee) ?? '')) continue;
    const inside = tree.enclosingFunction(node);
    if (!inside || !isPerBar(inside)) continue;
    const made = [...flow.evaluate(callee.object)];
    const isKept = made.some((atom) => {
      if (atom.kind !== 'array' || !atom.node) return false;
      const maker = tree.enclosingFunction(atom.node);
      return maker === undefined || !isPerBar(maker);
    });
    const name = lastName(callee.object);
    if (!isKept || name === undefined || bounded.has(name)) continue;
    found(callee, `${name} gets longer with every bar and never shorter.`);
  }

  function isPerBar(node: Syntax): boolean {
    if (isFunction(node) && strategy.atStart.has(node) && !strategy.perBar.has(node)) return false;
    return isFunction(node) && strategy.perBar.has(node);
  }

  function lastName(node: Syntax): string | undefined {
    if (node.type === 'Identifier') return node.name;
    return node.type === 'MemberExpression' ? folder.key(node) : undefined;
  }

  /** Names of lists that are shortened, replaced or whose length is looked at. */
  function boundedNames(): ReadonlySet<string> {
    const names = new Set<string>();
    for (const node of tree.all('MemberExpression')) {
      const name = lastName(node.object);
      const member = folder.key(node) ?? '';
      const isBound = shrinking.has(member) || (member === 'length' && isCondition(node));
      if (name !== undefined && isBound) names.add(name);
    }
    for (const node of tree.all('AssignmentExpression')) {
      const name = lastName(node.left);
      if (name !== undefined && node.operator === '=' && tree.enclosingFunction(node)) names.add(name);
    }
    return names;
  }

  function isCondition(node: Syntax): boolean {
    let inner = node;
    for (const outer of tree.around(node)) {
      if (outer.type === 'AssignmentExpression') return outer.left === inner;
      if (outer.type === 'BinaryExpression' && /^(?:[<>]=?|[!=]==?)$/.test(outer.operator)) return true;
      if (outer.type === 'BlockStatement') return false;
      inner = outer;
    }
    return false;
  }
}
