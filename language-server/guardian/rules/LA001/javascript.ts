import { isAhead, isNegated, isSeries, lags } from '../../javascript/lags.ts';
import { rangeOf } from '../../javascript/range.ts';
import type { Subject } from '../../javascript/subject.ts';
import type { Found } from '../../rule.ts';

/** Lags that ask for a bar to come, whatever they are given. */
export function check(subject: Subject, found: Found): void {
  for (const lag of lags(subject)) {
    const { folder, source } = subject;
    const range = rangeOf(subject, lag);
    const value = folder.number(lag);
    if (isAhead(range)) {
      const newText = value === undefined ? source.slice(lag.start + 1, lag.end) : String(-value);
      const isPlain =
        lag.type === 'UnaryExpression' &&
        ['Literal', 'Identifier', 'MemberExpression'].includes(lag.argument.type);
      found(lag, `The lag ${subject.text(lag)} is negative: it asks for a bar to come.`, {
        ...(isPlain ? { fix: { title: 'Look back instead', newText } } : {}),
      });
    } else if (isNegated(subject, lag)) {
      found(
        lag,
        `The lag ${subject.text(lag)} looks ahead wherever ${subject.text(lag.argument)} is positive.`,
      );
    }
  }
  checkIndices(subject, found);
}

function checkIndices(subject: Subject, found: Found): void {
  for (const node of subject.tree.all('MemberExpression')) {
    if (!node.computed || !isSeries(subject, node.object)) continue;
    if ((subject.folder.number(node.property) ?? 0) < 0) {
      found(node.property, 'A negative index asks for a bar to come.');
    }
  }
}
