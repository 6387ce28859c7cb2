import type { Subject } from '../../javascript/subject.ts';
import type { Syntax } from '../../javascript/tree.ts';
import type { Found } from '../../rule.ts';

const longestTable = 50;
const mostTimes = 2;
const mostPlaces = 2;
const deepest = 16;
const equalities = new Set(['===', '==', '!==', '!=']);
const lookups = new Set(['includes', 'indexOf', 'has', 'get']);
const roundings = new Set(['Math.floor', 'Math.trunc', 'Math.round', 'Math.ceil']);

function isTime(value: number): boolean {
  return Number.isInteger(value) && ((value >= 1e9 && value <= 2e9) || (value >= 1e12 && value <= 2e12));
}

/** Dates, times and tables that somebody took from the market's past. */
export function check(subject: Subject, found: Found): void {
  const { tree, folder, flow, strategy } = subject;
  const isParameter = (node: Syntax): boolean =>
    strategy.params !== undefined && tree.contains(strategy.params, node);
  const times = tree
    .all('Literal')
    .filter((node) => typeof node.value === 'number' && isTime(node.value) && !isParameter(node));
  if (times.length > mostTimes) {
    for (const node of times) found(node, `${String(node.value)} is a moment of the past.`);
  }
  for (const node of tree.all('Literal')) {
    if (typeof node.value !== 'string' || !/^(?:19|20)\d{2}-\d{2}(?:-\d{2})?(?:$|[T ])/.test(node.value))
      continue;
    found(node, `${node.value} is a date of the past.`);
  }
  for (const node of tree.all('CallExpression')) {
    const isDate = [...flow.evaluate(node.callee)].some(
      (atom) => atom.kind === 'global' && atom.path === 'Date.UTC',
    );
    if (!isDate || node.arguments.length === 0) continue;
    if (node.arguments.every((argument) => folder.number(argument) !== undefined)) {
      found(node, 'This is a date of the past.');
    }
  }
  for (const node of tree.all('ArrayExpression')) {
    const numbers = node.elements.filter((element) => element && folder.number(element) !== undefined).length;
    if (numbers > longestTable) found(node, `The table holds ${numbers} numbers.`);
  }
  checkPlaces(subject, found);
}

/** Bars that are told one by one: `bar.index === 57`, `[12, 57, 133].includes(bar.index)`. */
function checkPlaces(subject: Subject, found: Found): void {
  const { tree, folder } = subject;
  const told: Syntax[] = [];
  for (const node of tree.all('BinaryExpression')) {
    if (!equalities.has(node.operator)) continue;
    for (const [place, other] of [
      [node.left, node.right],
      [node.right, node.left],
    ] as const) {
      // The first bar is told from the others for honest reasons.
      if ((folder.number(other) ?? 0) > 1 && isPlace(subject, place)) told.push(other);
    }
  }
  for (const node of tree.all('SwitchStatement')) {
    if (!isPlace(subject, node.discriminant)) continue;
    told.push(...node.cases.flatMap(({ test }) => (test && folder.number(test) !== undefined ? [test] : [])));
  }
  if (told.length > mostPlaces)
    for (const node of told) found(node, `Bar ${subject.text(node)} is chosen by its place in the past.`);
  for (const node of tree.all('CallExpression')) {
    const { callee } = node;
    const [place] = node.arguments;
    if (callee.type !== 'MemberExpression' || !lookups.has(folder.key(callee) ?? '') || !place) continue;
    const places = isPlace(subject, place) ? numbersOf(subject, callee.object) : 0;
    if (places > mostPlaces) found(node, `These ${places} bars are chosen by their place in the past.`);
  }
}

/** A bar's number or time, or the day, week or block of bars that it lies in. */
function isPlace(subject: Subject, node: Syntax, depth = 0): boolean {
  const { flow, folder } = subject;
  if (depth > deepest) return false;
  const inner = (part: Syntax | undefined): boolean =>
    part !== undefined && isPlace(subject, part, depth + 1);
  switch (node.type) {
    case 'Identifier':
      return inner(folder.definition(node));
    case 'MemberExpression': {
      const isBar = [...flow.evaluate(node.object)].some(
        (atom) => atom.kind === 'api' && atom.type === 'Bar',
      );
      return isBar && ['index', 'time'].includes(folder.key(node) ?? '');
    }
    case 'BinaryExpression':
      return (
        ['/', '+', '-', '>>', '>>>', '|'].includes(node.operator) &&
        folder.number(node.right) !== undefined &&
        inner(node.left)
      );
    case 'CallExpression':
      return (
        [...flow.evaluate(node.callee)].some((atom) => atom.kind === 'global' && roundings.has(atom.path)) &&
        inner(node.arguments[0])
      );
    default:
      return false;
  }
}

/** How many numbers a list, set or map of the file is written with. */
function numbersOf({ folder }: Pick<Subject, 'folder'>, node: Syntax, depth = 0): number {
  if (depth > deepest) return 0;
  const inner = (part: Syntax | undefined): number =>
    part === undefined ? 0 : numbersOf({ folder }, part, depth + 1);
  switch (node.type) {
    case 'Identifier':
      return inner(folder.definition(node));
    case 'NewExpression':
      return inner(node.arguments[0]);
    case 'ArrayExpression':
      return node.elements.filter((element) => {
        const first = element?.type === 'ArrayExpression' ? element.elements[0] : element;
        return first && folder.number(first) !== undefined;
      }).length;
    default:
      return 0;
  }
}
