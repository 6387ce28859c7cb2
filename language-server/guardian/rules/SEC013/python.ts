import type { PythonSubject } from '../../python/subject.ts';
import type { Found } from '../../rule.ts';
import { speaks } from './javascript.ts';

/** Comments, documentation and texts that speak to a reviewing model, in English and in Russian. */
export function check({ tree, comments, source }: PythonSubject, found: Found): void {
  const message = 'This text speaks to a reviewer and not to the reader of the code.';
  for (const comment of comments) {
    if (!speaks(source.slice(comment.start + 1, comment.end))) continue;
    found(comment, message, { fix: { title: 'Delete the comment', newText: '' } });
  }
  for (const node of tree.nodes) {
    if (node.type !== 'TextLiteral' && node.type !== 'TextPart') continue;
    const text = node.value ?? '';
    if (text.length > 8 && speaks(text)) found(node, message);
  }
}
