import type { Found, Place } from '../rule.ts';

const bidi = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
const invisible = /[\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]/gu;
const confusableGreek =
  /[\u0391\u0392\u0395-\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u03bd\u03bf\u03c1]/u;

/** Tells the characters of a source that are not seen, or change the direction in which it is shown. */
export function tellHidden(source: string, comments: readonly Place[], found: Found): void {
  const inComments = new Set<number>();
  for (const { start, end } of comments) {
    if (/[\u200d\ufe0f]/.test(source.slice(start, end)))
      for (let at = start; at < end; at += 1) inComments.add(at);
  }
  for (const match of source.matchAll(bidi)) {
    const place = { start: match.index, end: match.index + match[0].length };
    found(place, `The character ${code(match[0])} changes the direction in which the line is shown.`, {
      advice: 'Delete it.',
      fix: { title: 'Delete the hidden character', newText: '' },
    });
  }
  for (const match of source.matchAll(invisible)) {
    const place = { start: match.index, end: match.index + match[0].length };
    if (match[0].search(bidi) === 0) continue;
    // A byte order mark, and what joins and colours emoji, hide nothing.
    if (place.start === 0 && match[0] === '\ufeff') continue;
    const isJoiner = match[0] === '\u200d' || match[0] === '\ufe0f';
    if (isJoiner && inComments.has(place.start)) continue;
    found(place, `The character ${code(match[0])} is invisible.`, {
      advice: 'Delete it.',
      fix: { title: 'Delete the hidden character', newText: '' },
    });
  }
}

function code(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

/** True for a name whose letters of several scripts look alike. */
export function isMisleading(name: string): boolean {
  if (/^[\u0020-\u007e]*$/.test(name)) return false;
  if (name.normalize('NFKC') !== name) return true;
  if (!/\p{Script=Latin}/u.test(name))
    return /\p{Script=Cyrillic}/u.test(name) && /\p{Script=Greek}/u.test(name);
  const others = [...name].filter(
    (letter) => /\p{Letter}/u.test(letter) && !/\p{Script=Latin}/u.test(letter),
  );
  return others.some((letter) => !/\p{Script=Greek}/u.test(letter) || confusableGreek.test(letter));
}
