import { findSpeech, type PlacedText } from '../../prompt/speech.ts';
import type { PythonSubject } from '../../python/subject.ts';
import type { Found } from '../../rule.ts';

/** Comments, documentation, texts and names that speak to a model. */
export function check({ tree, comments, source }: PythonSubject, found: Found): void {
  const texts: PlacedText[] = [];
  const names = new Map<string, PlacedText>();
  for (const node of tree.nodes) {
    const { start, end } = node;
    if (node.type === 'TextLiteral' || node.type === 'TextPart') {
      texts.push({ text: node.value ?? '', start, end });
    } else if ((node.type === 'Name' || node.type === 'Identifier') && !names.has(node.id)) {
      names.set(node.id, { text: node.id, start, end });
    }
  }
  const said = comments.map(({ start, end }) => ({ text: source.slice(start + 1, end), start, end }));
  findSpeech({ comments: said, texts, names: [...names.values()] }, found);
}
