import type { Subject } from '../../javascript/subject.ts';
import { textOf } from '../../javascript/texts.ts';
import type { Syntax } from '../../javascript/tree.ts';
import type { Found } from '../../rule.ts';
import { secretIn } from '../../text/secrets.ts';

export function check({ tree, folder }: Subject, found: Found): void {
  for (const node of tree.nodes) {
    const text = textOf(node);
    if (text === undefined) continue;
    const message = secretIn(text, () => nameOf(node));
    if (message !== undefined) found(node, message);
  }

  function nameOf(node: Syntax): string | undefined {
    const parent = tree.parent(node);
    if (parent?.type === 'VariableDeclarator' && parent.id.type === 'Identifier') return parent.id.name;
    if (parent?.type === 'Property' || parent?.type === 'PropertyDefinition') return folder.key(parent);
    if (parent?.type !== 'AssignmentExpression') return undefined;
    if (parent.left.type === 'Identifier') return parent.left.name;
    return parent.left.type === 'MemberExpression' ? folder.key(parent.left) : undefined;
  }
}
