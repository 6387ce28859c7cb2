import { cyrillicLookalikes, latinLookalikes, leetLetters } from './confusables.ts';
import { otherLetter, sign } from './phrases.ts';

/** A text as a model may read it, with the place in the original of each of its characters. */
export interface View {
  readonly text: string;
  readonly places: readonly number[];
}

/** A text made plain: without hidden characters, styles and foreign look-alikes, in small letters. */
export interface Plain {
  /** As Latin words, as Cyrillic ones, and as Chinese ones. */
  readonly latin: Views;
  readonly cyrillic: Views;
  readonly han: Views;
  /** What characters of Unicode's tag block spell, which no editor shows. */
  readonly tagged: View;
  /** The longest run of characters that show nothing. */
  readonly longestHidden: { readonly start: number; readonly length: number };
}

export interface Views {
  readonly words: readonly View[];
  /** Words whose letters stood apart, drawn together: `i g n o r e`. */
  readonly letters: readonly View[];
}

interface Letter {
  readonly own: string;
  readonly place: number;
}

const ignorable = /[\p{Default_Ignorable_Code_Point}\p{Cf}\ufff9-\ufffb]/u;
const mark = /\p{Mn}/u;
const han = /\p{Script=Han}/u;
const known = new RegExp(sign);
const tagBlock = 0xe0000;
const reference = /^&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(nbsp|ensp|emsp|thinsp|shy|zwnj|zwj));/i;
const longestReference = 10;
const spaces = new Set(['nbsp', 'ensp', 'emsp', 'thinsp']);

export function plainOf(text: string): Plain {
  const letters: Letter[] = [];
  const tagged: Letter[] = [];
  let hidden = { start: 0, length: 0 };
  let longestHidden = hidden;
  let [place, after] = [0, 0];
  for (const character of text) {
    if (place < after) {
      place += character.length;
      continue;
    }
    const referred = character === '&' ? referredAt(text, place) : undefined;
    if (referred) {
      hidden = { start: 0, length: 0 };
      after = place + referred.length;
      addPlain(letters, referred.own, place);
      place += 1;
      continue;
    }
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x80) {
      if (hidden.length > 0) hidden = { start: 0, length: 0 };
      letters.push({ own: character, place });
      place += 1;
      continue;
    }
    const isTag = code > tagBlock + 0x1f && code < tagBlock + 0x7f;
    if (isTag) tagged.push({ own: String.fromCharCode(code - tagBlock), place });
    if (isTag || ignorable.test(character)) {
      hidden = hidden.length === 0 ? { start: place, length: 1 } : { ...hidden, length: hidden.length + 1 };
      if (hidden.length > longestHidden.length) longestHidden = hidden;
    } else {
      hidden = { start: 0, length: 0 };
      addPlain(letters, character, place);
    }
    place += character.length;
  }
  const own = letters.map((one) => one.own);
  const places = letters.map((one) => one.place);
  const small = own.map((one) => one.toLowerCase()[0] ?? one);
  const latin = own.map((one, i) => latinLookalikes.get(one) ?? small[i]).join('');
  const leet = latin.replace(/[\p{L}\d@$!|]{3,}/gu, (word) =>
    /\p{L}.*\p{L}/u.test(word) ? [...word].map((one) => leetLetters.get(one) ?? one).join('') : word,
  );
  const hasCyrillic = small.some((one) => /\p{Script=Cyrillic}/u.test(one));
  const view = (text: string): View[] => {
    const whole = { text, places };
    return distinct([whole, without(hyphenation, whole)]).map((one) => ({
      ...one,
      text: inAlphabet(one.text),
    }));
  };
  return {
    latin: viewsOf([...view(latin), ...view(leet)]),
    cyrillic: viewsOf(hasCyrillic ? view(cyrillicOf(small.join(''))) : []),
    han: { words: hanOf(letters), letters: [] },
    tagged: {
      text: inAlphabet(tagged.map((one) => one.own.toLowerCase()).join('')),
      places: tagged.map((one) => one.place),
    },
    longestHidden,
  };
}

function viewsOf(whole: readonly View[]): Views {
  const words = distinct([...whole, ...whole.map((view) => without(innerSign, view))]);
  return { words, letters: distinct(words.flatMap(drawnTogether)) };
}

function cyrillicOf(text: string): string {
  return text
    .replaceAll('ё', 'е')
    .replace(/[\p{Script=Latin}\p{Script=Cyrillic}]+/gu, (word) =>
      /\p{Script=Cyrillic}/u.test(word)
        ? [...word].map((one) => cyrillicLookalikes.get(one) ?? one).join('')
        : word,
    );
}

/** Chinese letters with Latin ones between them and the ends of sentences, all else left out: it parts no words. */
function hanOf(letters: readonly Letter[]): View[] {
  if (!letters.some(({ own }) => han.test(own))) return [];
  const kept = letters.flatMap(({ own, place }) => {
    if (/[。．.!！?？;；\n]/.test(own)) return [{ own: '.', place }];
    const small = own.toLowerCase();
    return han.test(own) || /^[a-z0-9]$/.test(small) ? [{ own: small, place }] : [];
  });
  return [{ text: kept.map(({ own }) => own).join(''), places: kept.map(({ place }) => place) }];
}

function inAlphabet(text: string): string {
  return text.replace(/[^a-zа-я0-9 ]/g, (one) => {
    if (/\s/.test(one)) return one === '\n' ? '.' : ' ';
    if (/[,:;–—-]/.test(one)) return ',';
    if (/[.!?]/.test(one)) return '.';
    return /[\p{L}\p{N}]/u.test(one) ? otherLetter : "'";
  });
}

/** What a reference such as `&#105;` or `&nbsp;` stands for, which a page shows and a model reads. */
function referredAt(
  text: string,
  place: number,
): { readonly own: string; readonly length: number } | undefined {
  const [whole, hex, decimal, name] = reference.exec(text.slice(place, place + longestReference)) ?? [];
  if (whole === undefined) return undefined;
  const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
  if (name === undefined && !(code <= 0x10ffff)) return undefined;
  const own = name === undefined ? String.fromCodePoint(code) : spaces.has(name) ? ' ' : '';
  return { own: ignorable.test(own) ? '' : own, length: whole.length };
}

function addPlain(letters: Letter[], character: string, place: number): void {
  if (mark.test(character)) {
    const last = letters.at(-1);
    // What was taken apart is put together again: й is no decorated и.
    if (character === '\u0306' && (last?.own === 'и' || last?.own === 'И'))
      letters.splice(-1, 1, { own: 'й', place: last.place });
    return;
  }
  const wide = character.normalize('NFKC');
  const isDecorated = /\p{Script=Latin}/u.test(wide);
  const bare = isDecorated ? wide.normalize('NFD').replace(/\p{Mn}/gu, '') : wide;
  // One unit each, so that places stay in step.
  for (const own of bare.length === [...bare].length ? bare : ' ') letters.push({ own, place });
}

function without(signs: RegExp, { text, places }: View): View {
  const left = new Set(
    [...text.matchAll(signs)].flatMap(({ index, 0: run }) => [...run].map((_, i) => index + i)),
  );
  if (left.size === 0) return { text, places };
  return { text: text.replace(signs, ''), places: places.filter((_, i) => !left.has(i)) };
}

/** Signs between letters: `ig-no.re` is one word. */
const innerSign = new RegExp(`(?<=${sign})[^a-zа-я0-9${otherLetter} ](?=${sign})`, 'g');
/** The hyphen of a word that goes on in the next line. */
const hyphenation = /(?<=\p{L})[-\u2010]\r?\n[ \t]{0,8}(?=\p{L})/gu;
const apart = new RegExp(`(?<!${sign})${sign}(?:[ ,.']{1,3}${sign}(?!${sign})){7,}`, 'g');

function drawnTogether({ text, places }: View): View[] {
  return [...text.matchAll(apart)].map((match) => {
    const kept = [...match[0]].flatMap((one, i) => (known.test(one) ? [match.index + i] : []));
    return { text: kept.map((i) => text[i]).join(''), places: kept.map((i) => places[i] ?? 0) };
  });
}

function distinct(views: readonly View[]): View[] {
  const byText = new Map(views.filter(({ text }) => text !== '').map((view) => [view.text, view]));
  return [...byText.values()];
}
