/**
 * Characters that change how the text around them is shown, or that move a terminal's cursor:
 * controls other than tab and line feed, marks that reorder text, and halves of surrogate pairs.
 */
const disguises = /(?![\t\n])[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu;

/** `text` with such characters written as `<U+202E>`, and with line feeds alone as line ends. */
export function visible(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(
      disguises,
      (character) => `<U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}>`,
    );
}

/** `text` on one line. */
export function visibleLine(text: string): string {
  return visible(text).replace(/\s+/g, ' ').trim();
}
