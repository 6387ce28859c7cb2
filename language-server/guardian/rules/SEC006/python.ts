import type { PythonSubject } from '../../python/subject.ts';
import type { Found } from '../../rule.ts';
import { isMisleading, tellHidden } from '../../text/characters.ts';

/** Characters that make code read differently from what it does. Python joins letters that Unicode calls alike. */
export function check({ source, tree, comments, unnormalised }: PythonSubject, found: Found): void {
  tellHidden(source, comments, found);
  for (const { start, end, name } of unnormalised) {
    found({ start, end }, `Python reads this name as ${name}.`, {
      advice: `Write ${name}.`,
      fix: { title: `Write ${name}`, newText: name },
    });
  }
  for (const node of tree.nodes) {
    if (node.type !== 'Name' && node.type !== 'Identifier') continue;
    if (isMisleading(node.id)) found(node, `The name ${node.id} mixes letters that look alike.`);
  }
}
