import { isGuarded, rangeOf } from '../range.ts';
import { apiName } from '../strategyApi.ts';
import type { Subject } from '../subject.ts';
import type { Syntax } from '../tree.ts';
import { isApiList } from '../values.ts';

const endMembers = new Set([
  'length',
  'size',
  'count',
  'isLast',
  'last',
  'lastBar',
  'lastIndex',
  'total',
  'totalBars',
  'barCount',
]);
const farBar = 10_000;
const longestTable = 50;
const mostTimes = 2;

/** LA001 to LA010: what a strategy cannot know at its bar. */
export function checkLookAhead(subject: Subject): void {
  checkLags(subject);
  checkEnd(subject);
  checkHistory(subject);
}

function isSeries({ flow }: Subject, node: Syntax): boolean {
  const value = flow.evaluate(node);
  return value.size > 0 && [...value].every((atom) => atom.kind === 'api' && apiName(atom.type) === 'Series');
}

function checkLags(subject: Subject): void {
  const { tree, folder, flow } = subject;
  for (const node of tree.all('CallExpression')) {
    const isLag = [...flow.evaluate(node.callee)].some(
      (atom) => atom.kind === 'apiMethod' && atom.name === 'ago',
    );
    const [lag] = node.arguments;
    if (isLag && lag) checkLag(subject, lag);
  }
  for (const node of tree.all('MemberExpression')) {
    if (!node.computed || !isSeries(subject, node.object)) continue;
    if ((folder.number(node.property) ?? 0) < 0) {
      subject.report.add('LA001', node.property, 'A negative index asks for a bar to come.');
    }
  }
}

function checkLag(subject: Subject, lag: Syntax): void {
  const { report, folder, source } = subject;
  const range = rangeOf(subject, lag);
  const value = folder.number(lag);
  if (range && range.high < 0) {
    const newText = value === undefined ? source.slice(lag.start + 1, lag.end) : String(-value);
    const isPlain =
      lag.type === 'UnaryExpression' &&
      ['Literal', 'Identifier', 'MemberExpression'].includes(lag.argument.type);
    report.add('LA001', lag, `The lag ${subject.text(lag)} is negative: it asks for a bar to come.`, {
      ...(isPlain ? { fix: { title: 'Look back instead', newText } } : {}),
    });
  } else if (
    lag.type === 'UnaryExpression' &&
    lag.operator === '-' &&
    !(range && range.low >= 0) &&
    value === undefined
  ) {
    report.add(
      'LA001',
      lag,
      `The lag ${subject.text(lag)} looks ahead wherever ${subject.text(lag.argument)} is positive.`,
    );
  } else if (range && range.low < 0 && range.low > Number.NEGATIVE_INFINITY && !isGuarded(subject, lag)) {
    report.add('LA006', lag, `The lag ${subject.text(lag)} can be as low as ${range.low}.`);
  }
}

/** LA010: rules on the last bar or on how many bars there are. */
function checkEnd(subject: Subject): void {
  const { accesses, tree, scopes, folder, report } = subject;
  for (const { base, name, key } of accesses) {
    if (name === undefined || !endMembers.has(name)) continue;
    const isMarket = [...base].some(
      (atom) =>
        atom.kind === 'api' &&
        !isApiList(atom) &&
        !['Position', 'Account', 'Orders', 'Params', 'Indicators'].includes(atom.type),
    );
    if (isMarket)
      report.add('LA010', key, `A strategy does not know ${name}: the data has no end while it runs.`);
  }
  for (const node of tree.all('BinaryExpression')) {
    const [side, bound] = isBarIndex(node.left) ? [node.left, node.right] : [node.right, node.left];
    if (!isBarIndex(side)) continue;
    const value = folder.number(bound);
    if (value === undefined) continue;
    const isEqual = ['===', '==', '!==', '!='].includes(node.operator);
    const isBelow = side === node.left ? node.operator.startsWith('>') : node.operator.startsWith('<');
    const isOne = isEqual && value >= 2 && tree.parent(node)?.type !== 'AssignmentExpression';
    const isFar = isBelow && value >= farBar;
    if (isOne || isFar) report.add('LA010', node, `This rule is made for bar ${value} of one set of data.`);
  }

  function isBarIndex(node: Syntax): boolean {
    const source = folder.definition(node) ?? node;
    const variable = scopes.variable(source);
    // `const { index } = bar` is an access too.
    const place = variable ? tree.parent(variable.declaration) : source;
    const access = place && subject.accessAt(place);
    if (access?.name !== 'index') return false;
    return [...access.base].some((atom) => atom.kind === 'api' && atom.type === 'Bar');
  }
}

function isTime(value: number): boolean {
  return Number.isInteger(value) && ((value >= 1e9 && value <= 2e9) || (value >= 1e12 && value <= 2e12));
}

/** LA009: dates, times and tables that somebody took from the market's past. */
function checkHistory({ tree, folder, flow, report, strategy }: Subject): void {
  const isParameter = (node: Syntax): boolean =>
    strategy.params !== undefined && tree.contains(strategy.params, node);
  const times = tree
    .all('Literal')
    .filter((node) => typeof node.value === 'number' && isTime(node.value) && !isParameter(node));
  if (times.length > mostTimes) {
    for (const node of times) report.add('LA009', node, `${String(node.value)} is a moment of the past.`);
  }
  for (const node of tree.all('Literal')) {
    if (typeof node.value !== 'string' || !/^(?:19|20)\d{2}-\d{2}(?:-\d{2})?(?:$|[T ])/.test(node.value))
      continue;
    report.add('LA009', node, `${node.value} is a date of the past.`);
  }
  for (const node of tree.all('CallExpression')) {
    const isDate = [...flow.evaluate(node.callee)].some(
      (atom) => atom.kind === 'global' && atom.path === 'Date.UTC',
    );
    if (!isDate || node.arguments.length === 0) continue;
    if (node.arguments.every((argument) => folder.number(argument) !== undefined)) {
      report.add('LA009', node, 'This is a date of the past.');
    }
  }
  for (const node of tree.all('ArrayExpression')) {
    const numbers = node.elements.filter((element) => element && folder.number(element) !== undefined).length;
    if (numbers > longestTable) report.add('LA009', node, `The table holds ${numbers} numbers.`);
  }
}
