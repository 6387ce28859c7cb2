import type { Subject } from './subject.ts';
import { isFunction, type Syntax, type SyntaxOf } from './tree.ts';

/** A list made before the first bar to which bars add. */
export interface KeptList {
  readonly name: string;
  /** The expressions that make it. */
  readonly makers: ReadonlySet<Syntax>;
  /** The call's callee by which it grows: `list.push`. */
  readonly growth: SyntaxOf<'MemberExpression'>;
  /** True where the file shortens or replaces it, or looks at its length. */
  readonly isBounded: boolean;
}

const growing = new Set(['push', 'unshift']);
const shrinking = new Set(['shift', 'pop', 'splice']);

/** The lists that a strategy keeps from bar to bar, one entry for each place where they grow. */
export function keptLists(subject: Subject): KeptList[] {
  const { tree, folder } = subject;
  const bounded = boundedNames(subject);
  const lists: KeptList[] = [];
  for (const { callee } of tree.all('CallExpression')) {
    if (callee.type !== 'MemberExpression' || !growing.has(folder.key(callee) ?? '')) continue;
    const name = lastName(subject, callee.object);
    if (name === undefined || !isPerBar(subject, callee)) continue;
    const makers = makersOf(subject, callee.object);
    const kept = [...makers].filter((maker) => !isPerBar(subject, maker));
    if (kept.length === 0) continue;
    lists.push({ name, makers: new Set(kept), growth: callee, isBounded: bounded.has(name) });
  }
  return lists;
}

/** True where a node runs once a bar, and not only before the first. */
export function isPerBar({ tree, strategy }: Subject, node: Syntax): boolean {
  const inside = tree.enclosingFunction(node);
  return inside !== undefined && isFunction(inside) && strategy.perBar.has(inside);
}

/** The list that an expression certainly is. */
export function keptListAt(subject: Subject, lists: readonly KeptList[], node: Syntax): KeptList | undefined {
  const makers = [...makersOf(subject, node)];
  return lists.find((list) => makers.length > 0 && makers.every((maker) => list.makers.has(maker)));
}

/** The expressions that make the lists an expression can be; none where it can be something else. */
function makersOf({ flow }: Subject, node: Syntax): ReadonlySet<Syntax> {
  const makers = new Set<Syntax>();
  for (const atom of flow.evaluate(node)) {
    if (atom.kind === 'array' && atom.node) makers.add(atom.node);
  }
  return makers;
}

function lastName({ folder }: Subject, node: Syntax): string | undefined {
  if (node.type === 'Identifier') return node.name;
  return node.type === 'MemberExpression' ? folder.key(node) : undefined;
}

/** Names of lists that are shortened, replaced or whose length is looked at. */
function boundedNames(subject: Subject): ReadonlySet<string> {
  const { tree, folder } = subject;
  const names = new Set<string>();
  for (const node of tree.all('MemberExpression')) {
    const name = lastName(subject, node.object);
    const member = folder.key(node) ?? '';
    const isBound = shrinking.has(member) || (member === 'length' && isCondition(subject, node));
    if (name !== undefined && isBound) names.add(name);
  }
  for (const node of tree.all('AssignmentExpression')) {
    const name = lastName(subject, node.left);
    if (name !== undefined && node.operator === '=' && tree.enclosingFunction(node)) names.add(name);
  }
  return names;
}

function isCondition({ tree }: Subject, node: Syntax): boolean {
  let inner = node;
  for (const outer of tree.around(node)) {
    if (outer.type === 'AssignmentExpression') return outer.left === inner;
    // The bound of a loop over the list bounds the loop and not the list.
    if (outer.type === 'ForStatement') return false;
    if (outer.type === 'BinaryExpression' && /^(?:[<>]=?|[!=]==?)$/.test(outer.operator))
      return !isLoopTest(tree, outer);
    if (outer.type === 'BlockStatement') return false;
    inner = outer;
  }
  return false;
}

function isLoopTest(tree: Subject['tree'], node: Syntax): boolean {
  const parent = tree.parent(node);
  return parent?.type === 'ForStatement' && parent.test === node;
}
