import { frameKind, methodCalls, seesAllRows } from '../../python/frames.ts';
import { argument } from '../../python/shape.ts';
import type { PythonSubject } from '../../python/subject.ts';
import type { Call } from '../../python/syntax.ts';
import type { Found } from '../../rule.ts';

const backward = new Set(['bfill', 'backfill', 'nearest']);
const causalInterpolation = new Set(['pad', 'ffill', 'zero', 'previous']);

/** Windows that are centred on their row, and gaps that are filled from what comes after them. */
export function check(subject: PythonSubject, found: Found): void {
  const { folder, paths, ownNames } = subject;
  for (const call of methodCalls(subject, 'rolling')) {
    const center = argument(call, 'center');
    if (center && folder.fold(center)?.value === true)
      found(center, 'A centred window reaches over rows that are still to come.', {
        advice: 'Use center=False.',
        fix: { title: 'Write False', newText: 'False' },
      });
  }
  for (const call of methodCalls(subject, 'bfill', 'backfill')) {
    if (ownNames.has(call.callee.name.id)) continue;
    const { name } = call.callee;
    found(name, `${name.id} fills a gap with a value that comes after it.`, {
      advice: 'Use ffill.',
      fix: { title: 'Write ffill', newText: 'ffill' },
    });
  }
  for (const call of methodCalls(subject, 'fillna', 'reindex', 'asfreq')) {
    const method = argument(call, 'method');
    const text = folder.text(method);
    if (method && text !== undefined && backward.has(text))
      found(method, `'${text}' fills a gap with a value that comes after it.`, {
        advice: "Use 'ffill'.",
        fix: { title: "Write 'ffill'", newText: "'ffill'" },
      });
  }
  for (const call of methodCalls(subject, 'interpolate')) {
    const method = folder.text(argument(call, 'method', 0));
    const isCausal = method !== undefined && causalInterpolation.has(method);
    if (!ownNames.has('interpolate') && !isCausal)
      found(call.callee.name, 'Between two values interpolate knows the later one.', {
        advice: 'Use ffill.',
      });
  }
  for (const call of subject.tree.all('Call')) {
    const path = paths.text(call.callee);
    if (path === 'numpy.convolve' && isSame(subject, call))
      found(call, "With mode 'same' the window is centred on its row.", {
        advice: "Use mode='full' and keep the first len(values) results.",
      });
    const [first] = call.args;
    if (path === 'numpy.gradient' && first && seesAllRows(subject, call) && frameKind(subject, first.value))
      found(call, 'gradient takes the row after into account.', { advice: 'Use diff().' });
  }
}

function isSame({ folder }: PythonSubject, call: Call): boolean {
  return folder.text(argument(call, 'mode', 2)) === 'same';
}
