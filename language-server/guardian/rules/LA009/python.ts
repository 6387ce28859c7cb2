import { assignedOnce } from '../../python/fold.ts';
import type { PythonSubject } from '../../python/subject.ts';
import type { Expression, Syntax } from '../../python/syntax.ts';
import type { Found } from '../../rule.ts';

const date =
  /^\s*(?:19|20)\d{2}[-/.](?:0?[1-9]|1[0-2])(?:[-/.](?:0?[1-9]|[12]\d|3[01]))?(?:[ T][\d:.]+Z?)?\s*$/;
const longestTable = 50;
const mostTimes = 2;
const mostPlaces = 2;
const deepest = 16;

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
  checkPlaces(subject, found);
}

/** Bars that are told one by one: `lab.bar.index == 57`, `lab.bar.index in (12, 57, 133)`. */
function checkPlaces(subject: PythonSubject, found: Found): void {
  const { tree, folder } = subject;
  const told: Expression[] = [];
  for (const node of tree.all('Comparison')) {
    const { operator, left, right } = node;
    if (operator === 'in' || operator === 'not in') {
      const places = isPlace(subject, left) ? numbersOf(subject, right) : 0;
      if (places > mostPlaces) found(node, `These ${places} bars are chosen by their place in the past.`);
    } else if (operator === '==' || operator === '!=') {
      // The first bar is told from the others for honest reasons.
      if ((folder.number(right) ?? 0) > 1 && isPlace(subject, left)) told.push(right);
      if ((folder.number(left) ?? 0) > 1 && isPlace(subject, right)) told.push(left);
    }
  }
  if (told.length > mostPlaces)
    for (const node of told) found(node, `Bar ${subject.text(node)} is chosen by its place in the past.`);
}

/** A bar's number or time, or the day, week or block of bars that it lies in. */
function isPlace(subject: PythonSubject, node: Expression, depth = 0): boolean {
  if (depth > deepest) return false;
  const inner = (part: Expression | undefined): boolean =>
    part !== undefined && isPlace(subject, part, depth + 1);
  switch (node.type) {
    case 'Name':
      return inner(assignedOnce(subject.scopes.of(node)));
    case 'Attribute':
      return subject.types.api(node.object) === 'Bar' && ['index', 'time'].includes(node.name.id);
    case 'Binary':
      return (
        ['//', '/', '+', '-', '>>'].includes(node.operator) &&
        subject.folder.number(node.right) !== undefined &&
        inner(node.left)
      );
    case 'Call':
      return (
        node.callee.type === 'Name' && ['int', 'round'].includes(node.callee.id) && inner(node.args[0]?.value)
      );
    default:
      return false;
  }
}

/** How many numbers a list or its like is written with. */
function numbersOf(subject: PythonSubject, node: Expression, depth = 0): number {
  if (depth > deepest) return 0;
  const isNumber = (part: Syntax | undefined): boolean => subject.folder.number(part) !== undefined;
  switch (node.type) {
    case 'Name': {
      const value = assignedOnce(subject.scopes.of(node));
      return value ? numbersOf(subject, value, depth + 1) : 0;
    }
    case 'List':
    case 'Tuple':
    case 'Set':
      return node.elements.filter(isNumber).length;
    case 'Call': {
      const [first] = node.args;
      return first ? numbersOf(subject, first.value, depth + 1) : 0;
    }
    default:
      return 0;
  }
}

/** Milliseconds of this century's first half. */
function isTime(value: number): boolean {
  return value >= 946_684_800_000 && value <= 2_524_608_000_000;
}
