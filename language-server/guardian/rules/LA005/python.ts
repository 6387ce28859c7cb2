import { assignedOnce } from '../../python/fold.ts';
import { argument } from '../../python/shape.ts';
import type { PythonSubject } from '../../python/subject.ts';
import type { Expression } from '../../python/syntax.ts';
import type { Found } from '../../rule.ts';

const running = new Set(
  'rolling expanding ewm cumsum cumprod cummax cummin shift diff pct_change ffill accumulate'.split(' '),
);
const runningFunction = /^numpy\.(?:nan)?(?:cumsum|cumprod)$|^numpy\.\w+\.accumulate$/;

/** Rows that are turned round, so that what runs over them comes from the future. */
export function check(subject: PythonSubject, found: Found): void {
  for (const call of subject.tree.all('Call')) {
    const { callee } = call;
    if (callee.type !== 'Attribute' || !isVectorised(subject, call)) continue;
    const path = subject.paths.text(callee);
    const data = path === undefined ? callee.object : call.args[0]?.value;
    const isRunning = path === undefined ? running.has(callee.name.id) : runningFunction.test(path);
    if (isRunning && data && isReversed(subject, data))
      found(call, `${callee.name.id} over reversed rows knows rows that are still to come.`);
  }
}

function isVectorised({ tree, strategy }: PythonSubject, node: Expression): boolean {
  const outer = tree.enclosingFunction(node);
  return outer !== undefined && strategy.vectorised.has(outer);
}

function isReversed(subject: PythonSubject, node: Expression, depth = 0): boolean {
  if (depth > 10) return false;
  const { folder, paths, scopes } = subject;
  switch (node.type) {
    case 'Subscript':
      if (node.index.type === 'Slice')
        return node.index.step !== undefined && folder.number(node.index.step) === -1;
      return isReversed(subject, node.object, depth + 1);
    case 'Name': {
      const value = assignedOnce(scopes.of(node));
      return value !== undefined && isReversed(subject, value, depth + 1);
    }
    case 'Call':
      if (/^numpy\.flip(?:ud)?$/.test(paths.text(node.callee) ?? '')) return true;
      if (node.callee.type !== 'Attribute') return false;
      if (node.callee.name.id === 'sort_index')
        return subject.folder.fold(argument(node, 'ascending') ?? node)?.value === false;
      return isReversed(subject, node.callee.object, depth + 1);
    case 'Attribute':
      return isReversed(subject, node.object, depth + 1);
    default:
      return false;
  }
}
