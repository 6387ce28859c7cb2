import type { PythonSubject } from '../../python/subject.ts';
import type { Expression } from '../../python/syntax.ts';
import type { Found } from '../../rule.ts';

/** Equality of computed prices. */
export function check({ tree, types }: PythonSubject, found: Found): void {
  for (const node of tree.all('Comparison')) {
    if (node.operator !== '==' && node.operator !== '!=') continue;
    const sides = [node.left, node.right];
    const isNumber = sides.every((side) => kindOf(side) !== undefined);
    if (isNumber && sides.some((side) => kindOf(side) === 'computed'))
      found(node, 'Computed prices are almost never exactly equal.', {
        advice: 'Compare with a tolerance: abs(a - b) < limit.',
      });
  }

  function kindOf(node: Expression): 'price' | 'computed' | undefined {
    if (node.type === 'Binary' && '+-*/'.includes(node.operator))
      return kindOf(node.left) !== undefined || kindOf(node.right) !== undefined ? 'computed' : undefined;
    const type = types.of(node);
    if (type?.kind !== 'value') return undefined;
    if (type.gives === 'price') return 'price';
    // What the position and the account hold is set by fills and compared with itself.
    const owner = node.type === 'Attribute' ? types.api(node.object) : 'Average';
    return type.gives === 'average' && owner === 'Average' ? 'computed' : undefined;
  }
}
