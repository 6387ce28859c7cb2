import type { Subject } from '../../javascript/subject.ts';
import { textOf } from '../../javascript/texts.ts';
import { judgeParts, type PartFinding, type TextPart, wordsOf } from '../../prompt/judgeText.ts';
import { sentenceOf } from '../../prompt/sentences.ts';
import type { FindingDetails, Found, Place } from '../../rule.ts';

type PlacedText = TextPart & Place;

const fewestWords = 3;

/** Comments, texts and names that speak to a model. */
export function check({ tree, comments }: Subject, found: Found): void {
  const tell = (
    parts: readonly PlacedText[],
    findings: readonly PartFinding[],
    details: FindingDetails,
  ): void => {
    for (const finding of findings) {
      const part = parts[finding.part];
      if (part) found(part, sentenceOf(finding), details);
    }
  };
  const fix = { title: 'Delete the comment', newText: '' };
  tell(comments, judgeParts(comments), { fix });
  const texts: PlacedText[] = [];
  const names = new Map<string, PlacedText>();
  for (const node of tree.nodes) {
    const { start, end } = node;
    const text = textOf(node);
    if (text !== undefined) texts.push({ text, start, end });
    else if ((node.type === 'Identifier' || node.type === 'PrivateIdentifier') && !names.has(node.name)) {
      const words = wordsOf(node.name).trim();
      if (words.split(' ').length >= fewestWords) names.set(node.name, { text: words, start, end });
    }
  }
  tell(texts, judgeParts(texts), {});
  const named = [...names.values()];
  tell(named, judgeParts(named, { apart: true }), { advice: 'Give it another name.' });
}
