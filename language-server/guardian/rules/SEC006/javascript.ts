import type { Subject } from '../../javascript/subject.ts';
import type { Found } from '../../rule.ts';
import { isMisleading, tellHidden } from '../../text/characters.ts';

/** A name as it stands in the source. */
function writtenName(source: string, start: number): string {
  const form = /(?:\\u\{[\da-f]+\}|\\u[\da-f]{4}|[\p{ID_Continue}$\u200c\u200d])+/iuy;
  form.lastIndex = start;
  return form.exec(source)?.[0] ?? '';
}

/** Characters that make code read differently from what it does. */
export function check({ source, tree, comments }: Subject, found: Found): void {
  tellHidden(source, comments, found);
  for (const node of tree.nodes) {
    if (node.type !== 'Identifier' && node.type !== 'PrivateIdentifier') continue;
    const { name } = node;
    const start = node.type === 'PrivateIdentifier' ? node.start + 1 : node.start;
    if (!source.startsWith(name, start)) {
      // A node ends where its name would if it were written plainly.
      const place = { start: node.start, end: start + writtenName(source, start).length };
      found(place, `The name ${name} is written with escapes.`, {
        fix: { title: `Write ${name}`, newText: node.type === 'PrivateIdentifier' ? `#${name}` : name },
      });
    } else if (isMisleading(name)) {
      found(node, `The name ${name} mixes letters that look alike.`);
    }
  }
}
