import type { Subject } from '../../javascript/subject.ts';
import type { Syntax } from '../../javascript/tree.ts';
import type { Found } from '../../rule.ts';

/** Division by a difference that can be 0, and equality of computed prices. */
export function check(subject: Subject, found: Found): void {
  const { tree, folder, flow, scopes } = subject;
  const tested = testedTexts();
  for (const node of tree.all('BinaryExpression')) {
    if (node.operator === '/' || node.operator === '%') checkDivisor(node.right);
    if (!['===', '==', '!==', '!='].includes(node.operator)) continue;
    const isComputed =
      isAverage(node.left) || isAverage(node.right) || isArithmetic(node.left) || isArithmetic(node.right);
    const isPriced = isPrice(node.left) || isPrice(node.right);
    const isNumber = [node.left, node.right].every((side) => isPrice(side) || isArithmetic(side));
    if (isComputed && isPriced && isNumber) {
      found(node, 'Computed prices are almost never exactly equal.', {
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
    found(divisor, `${subject.text(divisor)} is 0 on a bar where both are equal.`, {
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
