import { frameKind, isByRow, methodCalls, seesAllRows } from '../../python/frames.ts';
import { argument, positional } from '../../python/shape.ts';
import type { PythonSubject } from '../../python/subject.ts';
import type { Call, Expression, Syntax } from '../../python/syntax.ts';
import type { Found } from '../../rule.ts';

const methods = (
  'mean std var median quantile min max rank skew kurt mode idxmax idxmin sem corr cov autocorr describe ' +
  'nsmallest nlargest sort_values'
).split(' ');
const functions =
  /^statistics\.(?:f?mean|median\w*|p?(?:stdev|variance)|quantiles|mode)$|^numpy\.(?:(?:nan)?(?:mean|std|var|median|quantile|percentile|min|max|argmin|argmax)|amin|amax|ptp|average|corrcoef|cov|polyfit|histogram|argsort|fft\.\w+|linalg\.(?:lstsq|svd|eigh?))$/;

/** What is computed of all rows at once and used in each of them. */
export function check(subject: PythonSubject, found: Found): void {
  const advice = { advice: 'Use rolling(...) or expanding(), which know the rows so far.' };
  for (const call of methodCalls(subject, ...methods)) {
    const { name, object } = call.callee;
    const kind = frameKind(subject, object);
    if ((kind !== 'series' && kind !== 'frame') || !seesAllRows(subject, call)) continue;
    if (isByRow(subject, call) || !isUsed(subject, call)) continue;
    found(name, `${name.id} of all rows knows rows that are still to come.`, advice);
  }
  for (const call of methodCalls(subject, 'agg', 'aggregate')) {
    const figure = wholeFigure(subject, argument(call, 'func', 0));
    const kind = frameKind(subject, call.callee.object);
    if (figure === undefined || (kind !== 'series' && kind !== 'frame') || !seesAllRows(subject, call))
      continue;
    if (!isByRow(subject, call) && isUsed(subject, call))
      found(call.callee.name, `${figure} of all rows knows rows that are still to come.`, advice);
  }
  for (const call of subject.tree.all('Call')) {
    const path = subject.paths.text(call.callee);
    if (path === undefined || !seesAllRows(subject, call)) continue;
    if (!functions.test(path) && !isOrder(subject, call, path)) continue;
    const isWhole = call.args.some(({ value }) => isData(subject, value));
    if (isWhole && !isByRow(subject, call) && isUsed(subject, call))
      found(call.callee, `${path} of all rows knows rows that are still to come.`, advice);
  }
}

/** The figure that `agg('min')` and `agg(['min', 'max'])` make of a column. */
function wholeFigure({ folder }: PythonSubject, what: Expression | undefined): string | undefined {
  const parts = what?.type === 'List' || what?.type === 'Tuple' ? what.elements : [what];
  return parts.map((part) => folder.text(part)).find((text) => text !== undefined && methods.includes(text));
}

/** Python's own `min`, `max` and `sorted` of one column, and its values in classes that all of them make. */
function isOrder({ folder }: PythonSubject, call: Call, path: string): boolean {
  if (path === 'pandas.cut') {
    const bins = argument(call, 'bins', 1);
    return bins !== undefined && folder.number(bins) !== undefined;
  }
  if (path === 'pandas.qcut') return true;
  return /^builtins\.(?:min|max|sorted)$/.test(path) && positional(call).length === 1;
}

function isData(subject: PythonSubject, node: Expression): boolean {
  const kind = frameKind(subject, node);
  return kind === 'series' || kind === 'frame';
}

/** False for what only checks the data. */
function isUsed({ tree }: PythonSubject, node: Syntax): boolean {
  for (const outer of tree.around(node)) {
    if (outer.type === 'Assert' || outer.type === 'Raise' || outer.type === 'ExpressionStatement')
      return false;
    if (outer.type === 'Assign' || outer.type === 'Return') return true;
  }
  return true;
}
