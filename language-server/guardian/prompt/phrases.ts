import type { PromptKind } from '../../../extension/contracts/prompt.ts';

/**
 * A sentence that speaks to a model. In its pattern `_` stands for what parts two words, `_?` for what may part them, `:` for a comma,
 * colon or dash between them, `~` for up to four words more and `@` for a letter.
 */
export type Phrase = readonly [kind: PromptKind, pattern: string];

/** A phrase ready to be looked for: among words, and among letters that were drawn together. */
export interface CompiledPhrase {
  readonly kind: PromptKind;
  readonly words: RegExp;
  readonly letters: RegExp;
}

/*
 * The alphabet of views: small Latin and Cyrillic letters and digits, ¤ for every other letter, a comma for
 * what joins parts of a sentence, a full stop for what ends it, an apostrophe for all other signs. Classes of
 * Unicode would take seconds to compile.
 */
export const otherLetter = '¤';
const letter = `[a-zа-я${otherLetter}]`;
export const sign = `[a-zа-я0-9${otherLetter}]`;

export function compile(phrases: readonly Phrase[]): CompiledPhrase[] {
  const colon = /(?<!\?):/g;
  return phrases.map(([kind, pattern]) => {
    const words = pattern
      .replaceAll('~', `(?:${sign}+[ ,']{1,4}){0,4}?`)
      .replaceAll(colon, "[ .']{0,6},[ .,']{0,6}")
      .replaceAll('_?', "[ .,']{0,12}")
      .replaceAll('_', "[ .,']{1,12}")
      .replaceAll('@', letter);
    const letters = pattern
      .replaceAll('~', `${letter}{0,24}?`)
      .replaceAll(colon, '')
      .replaceAll('_?', '')
      .replaceAll('_', '')
      .replaceAll('@', letter);
    return {
      kind,
      words: new RegExp(`(?<!${sign})(?:${words})(?!${sign})`, 'g'),
      letters: new RegExp(letters, 'g'),
    };
  });
}
