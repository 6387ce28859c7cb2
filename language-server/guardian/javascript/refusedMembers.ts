import type { Found } from '../rule.ts';
import { refusedMembers } from './members.ts';
import type { Subject } from './subject.ts';

/** Reports the members that one rule refuses on every object, where they are used, defined or named in texts. */
export function reportRefusedMembers(
  { accesses, tree, folder }: Subject,
  rule: 'SEC003' | 'SEC004',
  found: Found,
): void {
  const what = rule === 'SEC003' ? 'leads to code that nobody has reviewed' : 'changes what all code shares';
  const isRefused = (name: string): boolean => refusedMembers.get(name) === rule;
  for (const { key, name, isPrivate } of accesses) {
    if (!isPrivate && name !== undefined && isRefused(name)) found(key, `The member ${name} ${what}.`);
  }
  for (const type of ['Property', 'MethodDefinition', 'PropertyDefinition'] as const) {
    for (const node of tree.all(type)) {
      const name = tree.parent(node)?.type === 'ObjectPattern' ? undefined : folder.key(node);
      const isConstructor = node.type === 'MethodDefinition' && node.kind === 'constructor';
      if (name === undefined || isConstructor || name === 'arguments' || !isRefused(name)) continue;
      found(node.key, `A member named ${name} hides what leads to shared code.`, {
        advice: 'Give the member another name.',
      });
    }
  }
  for (const node of tree.all('Literal')) {
    if (typeof node.value !== 'string' || !isRefused(node.value)) continue;
    const parent = tree.parent(node);
    const isNamed =
      parent?.type === 'MemberExpression' ||
      parent?.type === 'Property' ||
      parent?.type === 'MethodDefinition';
    if (isNamed) continue;
    found(node, `The text '${node.value}' names a member that leads to shared code.`, {
      advice: 'Write another word.',
    });
  }
}
