import { isSuperLinear } from '../../javascript/regexp.ts';
import type { Subject } from '../../javascript/subject.ts';
import type { Found } from '../../rule.ts';

export function check({ tree, flow, folder }: Subject, found: Found): void {
  const message = 'Matching this pattern can take time that explodes with the length of the text.';
  for (const node of tree.all('Literal')) {
    if (node.regex && isSuperLinear(node.regex.pattern)) found(node, message);
  }
  for (const node of tree.all('NewExpression')) {
    if (![...flow.evaluate(node.callee)].some((atom) => atom.kind === 'global' && atom.path === 'RegExp'))
      continue;
    const pattern = node.arguments[0] && folder.text(node.arguments[0]);
    if (pattern === undefined)
      found(node, 'The pattern is not written out.', { advice: 'Write it between slashes.' });
    else if (isSuperLinear(pattern)) found(node, message);
  }
}
