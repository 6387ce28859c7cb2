import { methodCalls } from '../../python/frames.ts';
import { lagsOf } from '../../python/lags.ts';
import { rangeOf } from '../../python/range.ts';
import { indexedAhead } from '../../python/rowLoops.ts';
import { argument } from '../../python/shape.ts';
import type { PythonSubject } from '../../python/subject.ts';
import type { Expression } from '../../python/syntax.ts';
import type { Found } from '../../rule.ts';

/** Lags that ask for a row or bar to come, whatever they are given. */
export function check(subject: PythonSubject, found: Found): void {
  for (const { lag } of lagsOf(subject)) {
    const range = rangeOf(lag, subject);
    const isNegated = lag.type === 'Unary' && lag.operator === '-' && !range;
    if (!(range && range.high < 0) && !isNegated) continue;
    const fix = plainFix(subject, lag);
    found(lag, `The lag ${subject.text(lag)} is negative: it asks for what is still to come.`, {
      advice: 'Count back: shift(1) and ago(1) are the row or bar before.',
      ...(fix === undefined ? {} : { fix: { title: 'Look back instead', newText: fix } }),
    });
  }
  for (const call of methodCalls(subject, 'shift', 'pct_change')) {
    const freq = argument(call, 'freq');
    if (freq && /^\s*-/.test(subject.folder.text(freq) ?? ''))
      found(freq, `Times are moved by ${subject.text(freq)}: rows get what is still to come.`, {
        advice: 'Move rows forward: shift(1).',
      });
  }
  for (const { node, ahead } of indexedAhead(subject)) {
    found(node, `Row i is decided by a row ${ahead} further on.`, {
      advice: 'Read rows up to i: close[i], close[i - 1].',
    });
  }
}

function plainFix({ source, folder }: PythonSubject, lag: Expression): string | undefined {
  if (lag.type !== 'Unary' || lag.operator !== '-') return undefined;
  const value = folder.number(lag);
  if (lag.operand.type === 'NumberLiteral' && value !== undefined) return String(-value);
  const isPlain = lag.operand.type === 'Name' || lag.operand.type === 'Attribute';
  return isPlain ? source.slice(lag.operand.start, lag.operand.end) : undefined;
}
