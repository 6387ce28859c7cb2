import type { PythonSubject } from '../../python/subject.ts';
import type { Syntax } from '../../python/syntax.ts';
import type { Found } from '../../rule.ts';
import { secretIn } from '../../text/secrets.ts';

export function check({ tree, folder }: PythonSubject, found: Found): void {
  for (const node of tree.nodes) {
    if (node.type !== 'TextLiteral' && node.type !== 'TextPart') continue;
    const message = secretIn(node.value ?? '', () => nameOf(node));
    if (message !== undefined) found(node, message);
  }

  function nameOf(node: Syntax): string | undefined {
    const parent = tree.parent(node);
    if (parent?.type === 'Argument') return parent.name?.id;
    if (parent?.type === 'DictItem') return parent.key && folder.text(parent.key);
    const target =
      parent?.type === 'Assign'
        ? parent.targets[0]
        : parent?.type === 'AnnotatedAssign'
          ? parent.target
          : undefined;
    if (target?.type === 'Name') return target.id;
    return target?.type === 'Attribute' ? target.name.id : undefined;
  }
}
