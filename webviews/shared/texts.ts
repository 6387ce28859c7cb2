import type { PanelTexts } from '../../extension/contracts/panel.ts';

/** Writes the text of a key, with `{0}`, `{1}` ... filled in. */
export type Say<Texts extends PanelTexts> = (
  key: keyof Texts & string,
  ...values: readonly (string | number)[]
) => string;

/** `text` with `{0}`, `{1}` ... replaced by the values; a place without a value stays as it is. */
export function fillText(text: string, values: readonly (string | number)[]): string {
  return text.replace(/\{(\d+)\}/g, (place, index: string) => String(values[Number(index)] ?? place));
}

/** Writes an English text in the person's language, with `{0}`, `{1}` ... filled in. */
export type Translate = (text: string, ...values: readonly (string | number)[]) => string;

/** English as it is. */
export const inEnglish: Translate = (text, ...values) => fillText(text, values);

/** Speaks the host's translations, and English where one is missing. */
export function speak<Texts extends PanelTexts>(english: Texts, translated: PanelTexts): Say<Texts> {
  return (key, ...values) => fillText(translated[key] ?? english[key] ?? key, values);
}
