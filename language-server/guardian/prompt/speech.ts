import type { FindingDetails, Found, Place } from '../rule.ts';
import { judgeParts, type PartFinding, type TextPart, wordsOf } from './judgeText.ts';
import { sentenceOf } from './sentences.ts';

export type PlacedText = TextPart & Place;

/** What of a source a model reads as words. */
export interface Words {
  readonly comments: readonly PlacedText[];
  readonly texts: readonly PlacedText[];
  /** Each name once. */
  readonly names: readonly PlacedText[];
}

const fewestWords = 3;

/** Tells which comments, texts and names of a source speak to a model. */
export function findSpeech({ comments, texts, names }: Words, found: Found): void {
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
  tell(comments, judgeParts(comments), { fix: { title: 'Delete the comment', newText: '' } });
  tell(texts, judgeParts(texts), {});
  const named = names
    .map((name) => ({ ...name, text: wordsOf(name.text).trim() }))
    .filter(({ text }) => text.split(' ').length >= fewestWords);
  tell(named, judgeParts(named, { apart: true }), { advice: 'Give it another name.' });
}
