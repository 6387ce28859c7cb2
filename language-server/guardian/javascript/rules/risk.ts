import { exitLevels, sizeOptions } from '../strategyApi.ts';
import { propertyOf } from '../strategyShape.ts';
import type { Subject } from '../subject.ts';
import type { Syntax, SyntaxOf } from '../tree.ts';
import { objectsOf, orderCalls } from './orderCalls.ts';

const mostParameters = 5;
const lossName = /loss|losses|losing|lose|drawdown|martingale/i;

/** RSK001 to RSK007: what makes a strategy lose more than its author expects. */
export function checkRisk(subject: Subject): void {
  checkExits(subject);
  checkSizes(subject);
  checkArithmetic(subject);
  const { parameters, params } = subject.strategy;
  if (parameters && params && parameters.size > mostParameters) {
    const place = { start: params.start, end: params.start + 1 };
    subject.report.add('RSK007', place, `The strategy has ${parameters.size} parameters to fit.`);
  }
}

function checkExits(subject: Subject): void {
  const calls = orderCalls(subject);
  const entries = calls.filter(({ method }) => method === 'buy' || method === 'sell');
  const [first] = entries;
  if (!first) return;
  const isOut = (method: string): boolean => calls.some((call) => call.method === method);
  if (isOut('close') || isOut('protect') || (isOut('buy') && isOut('sell'))) return;
  const hasLevel =
    exitLevels.some((name) => subject.flow.defines(name)) ||
    entries.some(({ node }) => node.arguments[0] && objectsOf(subject, node.arguments[0]) === undefined);
  if (hasLevel) return;
  subject.report.add('RSK001', first.node, 'Nothing in this strategy ever closes what it opens.');
}

/** RSK002: `size = size * 2` after a loss, and sizes that are a power of the losses. */
function checkSizes(subject: Subject): void {
  const { tree, folder, flow, report } = subject;
  const sizes = orderCalls(subject)
    .filter(({ method }) => method === 'buy' || method === 'sell')
    .flatMap(({ node }) => (node.arguments[0] && objectsOf(subject, node.arguments[0])) ?? [])
    .flatMap((object) => sizeOptions.flatMap((name) => propertyOf(object, name, folder)?.value ?? []));
  const names = new Set<string>();
  for (const size of sizes) {
    for (const node of tree.below(definitionOf(size))) {
      const name = nameOf(node);
      if (name !== undefined) names.add(name);
      if (node.type === 'BinaryExpression' && node.operator === '**' && mentionsLoss(node.right)) {
        report.add('RSK002', node, 'The size is a power of the losses so far.');
      }
      if (node.type !== 'CallExpression') continue;
      const isPower = [...flow.evaluate(node.callee)].some(
        (atom) => atom.kind === 'global' && atom.path === 'Math.pow',
      );
      if (isPower && node.arguments[1] && mentionsLoss(node.arguments[1])) {
        report.add('RSK002', node, 'The size is a power of the losses so far.');
      }
    }
  }
  for (const node of tree.all('AssignmentExpression')) {
    const name = nameOf(node.left);
    if (name === undefined || !names.has(name) || !grows(node, name) || !followsLoss(node)) continue;
    report.add('RSK002', node, `${name} grows after a loss and has no bound.`);
  }

  function definitionOf(node: Syntax): Syntax {
    return folder.definition(node) ?? node;
  }

  function nameOf(node: Syntax): string | undefined {
    if (node.type === 'Identifier') return node.name;
    return node.type === 'MemberExpression' ? folder.key(node) : undefined;
  }

  function grows({ operator, right }: SyntaxOf<'AssignmentExpression'>, name: string): boolean {
    if (operator === '*=') return (folder.number(right) ?? 2) > 1;
    if (operator !== '=' || right.type !== 'BinaryExpression' || right.operator !== '*') return false;
    const [self, factor] =
      nameOf(right.left) === name ? [true, right.right] : [nameOf(right.right) === name, right.left];
    return self && (folder.number(factor) ?? 2) > 1;
  }

  function followsLoss(node: Syntax): boolean {
    let inner = node;
    for (const outer of tree.around(node)) {
      const isTested = outer.type === 'IfStatement' || outer.type === 'ConditionalExpression';
      if (isTested && outer.consequent === inner && mentionsLoss(outer.test)) return true;
      inner = outer;
    }
    return false;
  }

  function mentionsLoss(test: Syntax): boolean {
    for (const node of tree.below(test)) {
      const name = nameOf(node);
      if (name !== undefined && lossName.test(name)) return true;
      if (node.type !== 'BinaryExpression' || !/^[<>]=?$/.test(node.operator)) continue;
      const [low, high] = node.operator.startsWith('<') ? [node.left, node.right] : [node.right, node.left];
      const lowName = nameOf(low) ?? '';
      if (
        /profit|pnl|result|equity|cash/i.test(lowName) &&
        (folder.number(high) === 0 || high.type !== 'Literal')
      )
        return true;
    }
    return false;
  }
}

/** RSK005: division by a difference that can be 0, and equality of computed prices. */
function checkArithmetic(subject: Subject): void {
  const { tree, folder, flow, scopes, report } = subject;
  const tested = testedTexts();
  for (const node of tree.all('BinaryExpression')) {
    if (node.operator === '/' || node.operator === '%') checkDivisor(node.right);
    if (!['===', '==', '!==', '!='].includes(node.operator)) continue;
    const isComputed =
      isAverage(node.left) || isAverage(node.right) || isArithmetic(node.left) || isArithmetic(node.right);
    const isPriced = isPrice(node.left) || isPrice(node.right);
    const isNumber = [node.left, node.right].every((side) => isPrice(side) || isArithmetic(side));
    if (isComputed && isPriced && isNumber) {
      report.add('RSK005', node, 'Computed prices are almost never exactly equal.', {
        advice: 'Compare with a tolerance: Math.abs(a - b) < limit.',
      });
    }
  }

  function checkDivisor(divisor: Syntax): void {
    const difference = folder.definition(divisor) ?? divisor;
    if (difference.type !== 'BinaryExpression' || difference.operator !== '-') return;
    const [left, right] = [difference.left, difference.right];
    if (!isMarket(left) || !isMarket(right)) return;
    if ([divisor, difference, left, right].some((part) => tested.has(plainText(part)))) return;
    report.add('RSK005', divisor, `${subject.text(divisor)} is 0 on a bar where both are equal.`, {
      advice: 'Test it before dividing.',
    });
  }

  function kinds(node: Syntax): string[] {
    return [...flow.evaluate(node)].map((atom) => (atom.kind === 'number' ? atom.from : atom.kind));
  }

  function isMarket(node: Syntax): boolean {
    const found = kinds(node);
    return found.length > 0 && found.every((kind) => kind === 'price' || kind === 'average');
  }

  function isPrice(node: Syntax): boolean {
    return isMarket(node);
  }

  function isAverage(node: Syntax): boolean {
    const found = kinds(node);
    if (!isMarket(node) || !found.includes('average')) return false;
    // What the position and the account hold is set by fills and compared with itself.
    return node.type !== 'MemberExpression' || kinds(node.object).includes('api');
  }

  function isArithmetic(node: Syntax): boolean {
    return (
      node.type === 'BinaryExpression' &&
      '+-*/'.includes(node.operator) &&
      (isMarket(node.left) || isMarket(node.right))
    );
  }

  function plainText({ start, end }: Syntax): string {
    return subject.source.slice(start, end).replace(/\s+/g, '');
  }

  function isDivision(node: Syntax): boolean {
    return node.type === 'BinaryExpression' && (node.operator === '/' || node.operator === '%');
  }

  /** What stands in conditions, and in expressions that give another value in place of 0. */
  function testedTexts(): ReadonlySet<string> {
    const texts = new Set<string>();
    const take = (test: Syntax): void => {
      for (const node of tree.below(test, (inner) => !isDivision(inner))) {
        const isDivided = node !== test && isDivision(node);
        if (isDivided && node.type === 'BinaryExpression') take(node.left);
        if (isDivided) continue;
        if (node.type === 'Identifier' && scopes.variable(node)) texts.add(node.name);
        if (node.type === 'MemberExpression' || node.type === 'BinaryExpression') texts.add(plainText(node));
      }
    };
    for (const node of tree.nodes) {
      if (node.type === 'IfStatement' || node.type === 'ConditionalExpression') take(node.test);
      else if (node.type === 'LogicalExpression') take(node.left);
    }
    return texts;
  }
}
