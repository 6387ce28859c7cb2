import type { Subject } from '../../javascript/subject.ts';
import type { Syntax } from '../../javascript/tree.ts';
import { isApiList } from '../../javascript/values.ts';
import type { Found } from '../../rule.ts';

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

/** Rules on the last bar or on how many bars there are. */
export function check(subject: Subject, found: Found): void {
  const { accesses, tree, scopes, folder } = subject;
  for (const { base, name, key } of accesses) {
    if (name === undefined || !endMembers.has(name)) continue;
    const isMarket = [...base].some(
      (atom) =>
        atom.kind === 'api' &&
        !isApiList(atom) &&
        !['Position', 'Account', 'Orders', 'Params', 'Indicators'].includes(atom.type),
    );
    if (isMarket) found(key, `A strategy does not know ${name}: the data has no end while it runs.`);
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
    if (isOne || isFar) found(node, `This rule is made for bar ${value} of one set of data.`);
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
