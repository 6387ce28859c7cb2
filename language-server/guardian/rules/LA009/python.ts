import type { PythonSubject } from '../../python/subject.ts';
import type { Syntax } from '../../python/syntax.ts';
import type { Found } from '../../rule.ts';

const date =
  /^\s*(?:19|20)\d{2}[-/.](?:0?[1-9]|1[0-2])(?:[-/.](?:0?[1-9]|[12]\d|3[01]))?(?:[ T][\d:.]+Z?)?\s*$/;
const longestTable = 50;
const mostTimes = 2;

/** Dates and tables that somebody wrote who has seen what came after them. */
export function check(subject: PythonSubject, found: Found): void {
  const { tree, folder, paths } = subject;
  for (const node of tree.all('TextLiteral')) {
    if (!date.test(node.value ?? '') || tree.parent(node)?.type === 'ExpressionStatement') continue;
    found(node, `The date ${(node.value ?? '').trim()} is written out.`);
  }
  for (const call of tree.all('Call')) {
    const path = paths.text(call.callee);
    const year = folder.number(call.args[0]?.value);
    if (
      path === 'pandas.Timestamp' &&
      call.args.length >= 3 &&
      year !== undefined &&
      year > 1900 &&
      year < 2200
    )
      found(call, `The date ${subject.text(call)} is written out.`);
  }
  const times = tree.all('NumberLiteral').filter(({ value }) => isTime(value));
  if (times.length > mostTimes)
    for (const node of times) found(node, 'A time in milliseconds is written out.');
  for (const node of tree.nodes) {
    if (node.type !== 'List' && node.type !== 'Tuple') continue;
    const numbers = node.elements.filter((element: Syntax) => folder.number(element) !== undefined);
    if (numbers.length > longestTable)
      found(
        { start: node.start, end: node.start + 1 },
        `A table of ${numbers.length} numbers is written out.`,
      );
  }
}

/** Milliseconds of this century's first half. */
function isTime(value: number): boolean {
  return value >= 946_684_800_000 && value <= 2_524_608_000_000;
}
