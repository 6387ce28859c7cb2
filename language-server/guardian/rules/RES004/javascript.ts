import { isPerBar, type KeptList, keptListAt, keptLists } from '../../javascript/keptLists.ts';
import { lags } from '../../javascript/lags.ts';
import { callbackMethods } from '../../javascript/members.ts';
import type { Subject } from '../../javascript/subject.ts';
import { isFunction, type Syntax, type SyntaxOf } from '../../javascript/tree.ts';
import type { Found, Place } from '../../rule.ts';

/** Methods that look at every entry; what finds one early may stop sooner, but not where there is none. */
const walking = new Set([...callbackMethods.keys(), 'toSorted', 'toReversed', 'indexOf', 'includes', 'join']);
const conditions = ['IfStatement', 'ConditionalExpression', 'SwitchCase', 'LogicalExpression'];

/** Work that grows with every bar of the history. */
export function check(subject: Subject, found: Found): void {
  const { tree, folder } = subject;
  const lists = keptLists(subject).filter(({ isBounded }) => !isBounded);
  const report = (node: Syntax, list: KeptList | undefined): void => {
    if (list && isAlways(subject, node))
      found(placeOf(node), `Every bar goes through all of ${list.name} again.`);
  };
  for (const node of tree.all('ForStatement')) {
    if (!isAlways(subject, node) || !startsAtFirst(subject, node)) continue;
    if (goesToBar(subject, node)) found(placeOf(node), 'Every bar goes through all bars before it again.');
    else if (node.test) {
      for (const part of tree.below(node.test)) {
        if (part.type === 'MemberExpression' && folder.key(part) === 'length')
          report(node, keptListAt(subject, lists, part.object));
      }
    }
  }
  for (const node of tree.all('ForOfStatement')) report(node, keptListAt(subject, lists, node.right));
  for (const node of tree.all('SpreadElement')) report(node, keptListAt(subject, lists, node.argument));
  for (const { callee } of tree.all('CallExpression')) {
    if (callee.type === 'MemberExpression' && walking.has(folder.key(callee) ?? ''))
      report(callee, keptListAt(subject, lists, callee.object));
  }
}

/** A loop is shown without its body. */
function placeOf(node: Syntax): Place {
  const isLoop = node.type === 'ForStatement' || node.type === 'ForOfStatement';
  return { start: node.start, end: isLoop ? node.body.start : node.end };
}

/** True where no condition of its function keeps a node from running once a bar. */
function isAlways(subject: Subject, node: Syntax): boolean {
  if (!isPerBar(subject, node)) return false;
  for (const outer of subject.tree.around(node)) {
    if (conditions.includes(outer.type)) return false;
    if (isFunction(outer)) return true;
  }
  return false;
}

function startsAtFirst({ folder }: Subject, { init }: SyntaxOf<'ForStatement'>): boolean {
  if (init?.type !== 'VariableDeclaration') return false;
  return init.declarations.some(({ init: start }) => start && [0, 1].includes(folder.number(start) ?? -1));
}

/** `for (let i = 0; i < bar.index; i++) ... ago(i)`. */
function goesToBar(subject: Subject, { test, body }: SyntaxOf<'ForStatement'>): boolean {
  if (test?.type !== 'BinaryExpression' || !/^<=?$/.test(test.operator)) return false;
  const access = subject.accessAt(test.right);
  const isIndex =
    access?.name === 'index' && [...access.base].every((atom) => atom.kind === 'api' && atom.type === 'Bar');
  return isIndex && lags(subject).some((lag) => subject.tree.contains(body, lag));
}
