import type { Subject } from '../../javascript/subject.ts';
import { isFunction, isLoop, type LoopSyntax, type Syntax, type SyntaxOf } from '../../javascript/tree.ts';
import type { Found } from '../../rule.ts';

const mostTurns = 1e9;

/** Loops that provably never end. */
export function check(subject: Subject, found: Found): void {
  for (const node of subject.tree.nodes) {
    if (!isLoop(node) || node.type === 'ForOfStatement' || node.type === 'ForInStatement') continue;
    const place = { start: node.start, end: Math.min(node.end, node.start + 40) };
    const message = problemOf(subject, node);
    if (message !== undefined) found(place, message);
  }
  for (const node of subject.tree.all('CallExpression')) {
    if (takesAll(subject, node) && isEndless(subject, node))
      found(node, 'The generator never ends, and all that it gives is taken.');
  }
}

/** `[...g()]`, `Array.from(g())`, and `for (const x of g())` that nothing leaves. */
function takesAll({ tree, flow }: Subject, call: SyntaxOf<'CallExpression'>): boolean {
  const user = tree.parent(call);
  if (user?.type === 'ForOfStatement') return user.right === call && !leaves({ tree }, user);
  if (user?.type === 'SpreadElement') return true;
  if (user?.type !== 'CallExpression' || user.arguments[0] !== call) return false;
  return [...flow.evaluate(user.callee)].some((atom) => atom.kind === 'global' && atom.path === 'Array.from');
}

/** True where a call runs a generator in which only a `yield` stops a loop. */
function isEndless({ tree, flow, folder }: Subject, call: SyntaxOf<'CallExpression'>): boolean {
  const made = [...flow.evaluate(call.callee)].flatMap((atom) =>
    atom.kind === 'function' && atom.node.generator ? [atom.node] : [],
  );
  return made.some((generator) =>
    [...tree.below(generator.body, (inner) => !isFunction(inner))].some((loop) => {
      if (!isLoop(loop) || loop.type === 'ForOfStatement' || loop.type === 'ForInStatement') return false;
      const always = loop.test ? folder.fold(loop.test)?.value : true;
      return Boolean(always) && !leaves({ tree }, loop, false);
    }),
  );
}

type TestedLoop = Exclude<LoopSyntax, SyntaxOf<'ForOfStatement' | 'ForInStatement'>>;

function problemOf(subject: Subject, loop: TestedLoop): string | undefined {
  const test = loop.test ?? undefined;
  const folded = test ? subject.folder.fold(test) : { value: true };
  if (folded && !folded.value) return undefined;
  if (leaves(subject, loop)) return undefined;
  if (folded) return 'The condition is always true and nothing leaves the loop.';
  if (!test) return undefined;
  if (!canChange(subject, loop, test)) return `Nothing in the loop changes ${subject.text(test)}.`;
  return loop.type === 'ForStatement' ? wrongCount(subject, loop, test) : undefined;
}

/** True where a `break`, `return` or `throw` can end the loop, or a `yield` hold it. */
function leaves({ tree }: Pick<Subject, 'tree'>, loop: LoopSyntax, isHeldByYield = true): boolean {
  for (const node of tree.below(loop.body, (inner) => !isFunction(inner))) {
    if (node.type === 'ReturnStatement' || node.type === 'ThrowStatement') return true;
    if (node.type === 'YieldExpression' && isHeldByYield) return true;
    if (node.type !== 'BreakStatement' && node.type !== 'ContinueStatement') continue;
    const target = targetOf(node);
    if (target !== undefined && !tree.contains(loop.body, target)) {
      if (node.type === 'BreakStatement' || target !== loop) return true;
    }
  }
  return false;

  /** The statement that a jump ends or goes on with. */
  function targetOf(jump: SyntaxOf<'BreakStatement' | 'ContinueStatement'>): Syntax | undefined {
    for (const outer of tree.around(jump)) {
      if (jump.label) {
        if (outer.type === 'LabeledStatement' && outer.label.name === jump.label.name) return outer.body;
      } else if (isLoop(outer) || (outer.type === 'SwitchStatement' && jump.type === 'BreakStatement'))
        return outer;
    }
    return undefined;
  }
}

const calling = new Set<string>(['CallExpression', 'NewExpression', 'TaggedTemplateExpression']);
const writing = new Set<string>([
  'AssignmentExpression',
  'UpdateExpression',
  'AwaitExpression',
  'YieldExpression',
]);

/** True unless it is certain that a turn of the loop leaves all of the test as it was. */
function canChange({ tree, scopes, flow, folder }: Subject, loop: TestedLoop, test: Syntax): boolean {
  const turn = [loop.body, test, ...(loop.type === 'ForStatement' && loop.update ? [loop.update] : [])];
  const nodes = turn.flatMap((part) => [...tree.below(part)]);
  const calls = nodes.some(({ type }) => calling.has(type));
  const written = nodes.filter(isWritten);
  const writtenMembers = new Set(
    written.map((node) => (node.type === 'MemberExpression' ? folder.key(node) : '')),
  );
  for (const node of tree.below(test)) {
    if (calling.has(node.type) || writing.has(node.type)) return true;
    if (node.type === 'MemberExpression') {
      const isGiven = [...flow.evaluate(node.object)].some(({ kind }) => kind === 'api');
      if (isGiven) continue;
      const name = folder.key(node);
      // Writing at an index, under a name that is not known, can make a list longer.
      if (calls || name === undefined || writtenMembers.has(name) || writtenMembers.has(undefined))
        return true;
    } else if (node.type === 'Identifier') {
      const variable = scopes.variable(node);
      if (!variable) continue;
      const isChanged = variable.writes.some(
        (write) =>
          turn.some((part) => tree.contains(part, write)) ||
          (calls && tree.enclosingFunction(write) !== tree.enclosingFunction(loop)),
      );
      if (isChanged) return true;
    }
  }
  return false;

  function isWritten(node: Syntax): boolean {
    const parent = tree.parent(node);
    return (
      parent?.type === 'UpdateExpression' || (parent?.type === 'AssignmentExpression' && parent.left === node)
    );
  }
}

/** `for (let i = 0; i < 10; i--)`, and loops that count further than a bar can wait. */
function wrongCount(subject: Subject, loop: SyntaxOf<'ForStatement'>, test: Syntax): string | undefined {
  const { update } = loop;
  if (test.type !== 'BinaryExpression' || update?.type !== 'UpdateExpression') return undefined;
  const counter = subject.scopes.variable(test.left);
  if (!counter || counter !== subject.scopes.variable(update.argument) || counter.writes.length !== 1)
    return undefined;
  const isUp = update.operator === '++';
  if ((isUp && /^>=?$/.test(test.operator)) || (!isUp && /^<=?$/.test(test.operator))) {
    const bound = subject.folder.number(test.right);
    const declarator = subject.tree.parent(counter.declaration);
    const init = declarator?.type === 'VariableDeclarator' ? declarator.init : undefined;
    const start = init ? subject.folder.number(init) : undefined;
    const runs = bound !== undefined && start !== undefined && (isUp ? start > bound : start < bound);
    return runs ? `${subject.text(update)} leads away from the bound.` : undefined;
  }
  const bound = subject.folder.number(test.right);
  return isUp && bound !== undefined && bound >= mostTurns
    ? 'The loop counts further than a bar can wait.'
    : undefined;
}
