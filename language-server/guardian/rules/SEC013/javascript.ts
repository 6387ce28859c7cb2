import type { Subject } from '../../javascript/subject.ts';
import { textOf } from '../../javascript/texts.ts';
import { findSpeech, type PlacedText } from '../../prompt/speech.ts';
import type { Found } from '../../rule.ts';

/** Comments, texts and names that speak to a model. */
export function check({ tree, comments }: Subject, found: Found): void {
  const texts: PlacedText[] = [];
  const names = new Map<string, PlacedText>();
  for (const node of tree.nodes) {
    const { start, end } = node;
    const text = textOf(node);
    if (text !== undefined) texts.push({ text, start, end });
    else if ((node.type === 'Identifier' || node.type === 'PrivateIdentifier') && !names.has(node.name)) {
      names.set(node.name, { text: node.name, start, end });
    }
  }
  findSpeech({ comments, texts, names: [...names.values()] }, found);
}
