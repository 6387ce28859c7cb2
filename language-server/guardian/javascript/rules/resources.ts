import { isOnEveryBar } from '../everyBar.ts';
import { isSuperLinear } from '../regexp.ts';
import type { Subject } from '../subject.ts';
import { isFunction, type Syntax } from '../tree.ts';

const growing = new Set(['push', 'unshift']);
const shrinking = new Set(['shift', 'pop', 'splice']);

/** RES002, RES003 and RES005: what costs more with every bar. */
export function checkResources(subject: Subject): void {
  checkPatterns(subject);
  checkGrowth(subject);
  checkLogs(subject);
}

function checkPatterns({ tree, flow, folder, report }: Subject): void {
  const message = 'Matching this pattern can take time that explodes with the length of the text.';
  for (const node of tree.all('Literal')) {
    if (node.regex && isSuperLinear(node.regex.pattern)) report.add('RES002', node, message);
  }
  for (const node of tree.all('NewExpression')) {
    if (![...flow.evaluate(node.callee)].some((atom) => atom.kind === 'global' && atom.path === 'RegExp'))
      continue;
    const pattern = node.arguments[0] && folder.text(node.arguments[0]);
    if (pattern === undefined)
      report.add('RES002', node, 'The pattern is not written out.', { advice: 'Write it between slashes.' });
    else if (isSuperLinear(pattern)) report.add('RES002', node, message);
  }
}

/** RES003: lists made before the first bar that get longer on every bar and never shorter. */
function checkGrowth({ tree, flow, folder, report, strategy }: Subject): void {
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
    report.add('RES003', callee, `${name} gets longer with every bar and never shorter.`);
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

/** RES005: a line in the log on every bar. */
function checkLogs(subject: Subject): void {
  for (const node of subject.tree.all('CallExpression')) {
    const isLog = [...subject.flow.evaluate(node.callee)].some(
      (atom) => atom.kind === 'apiMethod' && atom.name === 'log',
    );
    if (isLog && isOnEveryBar(subject, node))
      subject.report.add('RES005', node, 'This writes a line on every bar.');
  }
}
