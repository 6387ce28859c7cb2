import type { Subject } from '../../javascript/subject.ts';
import type { Syntax } from '../../javascript/tree.ts';
import type { Found } from '../../rule.ts';

const longestTable = 50;
const mostTimes = 2;

function isTime(value: number): boolean {
  return Number.isInteger(value) && ((value >= 1e9 && value <= 2e9) || (value >= 1e12 && value <= 2e12));
}

/** Dates, times and tables that somebody took from the market's past. */
export function check({ tree, folder, flow, strategy }: Subject, found: Found): void {
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
}
