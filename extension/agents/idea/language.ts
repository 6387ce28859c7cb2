export type Language = 'en' | 'ru';

/** One text in each language. */
export type Localised = Readonly<Record<Language, string>>;

/** The text with a decimal comma, as Russian writes numbers. */
export function withDecimalComma(text: string): string {
  return text.replace(/(?<=\d)\.(?=\d)/gu, ',');
}

/** Russian where at least three letters in ten are Cyrillic: names of indicators and symbols stay Latin. */
export function languageOf(idea: string): Language {
  const letters = idea.match(/\p{L}/gu)?.length ?? 0;
  const cyrillic = idea.match(/\p{Script=Cyrillic}/gu)?.length ?? 0;
  return cyrillic > 0 && cyrillic >= 0.3 * letters ? 'ru' : 'en';
}
