/** A part of a text that says something else once it is decoded. */
export interface Decoded {
  readonly encoding: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

const longest = 8192;

/** What stands in a decoded text for a code that is no character. */
const noCharacter = '\ufffd';

/**
 * Every part of a text that is an encoding of readable words, alone or between codes that spell nothing: a
 * hash that stands before them must not hide them.
 */
export function decodings(text: string): Decoded[] {
  const found: Decoded[] = [];
  const add = (encoding: string, pattern: RegExp, decode: (part: string) => string): void => {
    for (const match of text.matchAll(pattern)) {
      const [start, end] = [match.index, match.index + match[0].trimEnd().length];
      for (const part of decode(match[0].slice(0, longest)).split(strange))
        if (isReadable(part)) found.push({ encoding, start, end, text: part });
    }
  };
  add('base64', /(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{16,}={0,2}/g, fromBase64);
  add(
    'base64',
    /(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{16,}(?:\s{1,4}[A-Za-z0-9+/_-]{16,}={0,2})+/g,
    fromBase64,
  );
  add(
    'hex',
    /(?<![0-9a-z])(?:0x)?[0-9a-f]{2}(?:[\s:,;_-]{0,2}(?:0x)?[0-9a-f]{2}){11,}(?![0-9a-z])/gi,
    fromHex,
  );
  add('escapes', /(?:\\x[0-9a-f]{2}|\\u[0-9a-f]{4}|\\u\{[0-9a-f]{1,6}\}){8,}/gi, fromEscapes);
  add('percent', /(?:[A-Za-z0-9+.]{0,40}%[0-9a-f]{2}){3,}[A-Za-z0-9+.]{0,40}/gi, fromPercent);
  add('entities', /(?:&#(?:x[0-9a-f]{1,6}|\d{1,7});\s?){6,}/gi, fromEntities);
  add('binary', /[01]{8}(?:\s?[01]{8}){11,}/g, (part) => fromCodes(part.match(/[01]{8}/g) ?? [], 2));
  add('decimal', /\b\d{2,3}(?:[\s,]{1,2}\d{2,3}){11,}\b/g, (part) => fromCodes(part.match(/\d+/g) ?? [], 10));
  return found;
}

/**
 * The whole text written backwards, also word by word, and with letters moved by 13: what few words survive
 * by chance.
 */
export function turnings(text: string): { readonly encoding: string; readonly text: string }[] {
  const part = text.slice(0, longest);
  const moved = part.replace(/[a-z]/gi, (letter) => {
    const base = letter <= 'Z' ? 65 : 97;
    return String.fromCharCode(((letter.charCodeAt(0) - base + 13) % 26) + base);
  });
  return [
    { encoding: 'rot13', text: moved },
    { encoding: 'reversed', text: backwards(part) },
    { encoding: 'reversed words', text: part.replace(/\S+/g, backwards) },
  ];
}

function backwards(text: string): string {
  return [...text].reverse().join('');
}

/** All but letters, digits, spaces and common signs. */
const strange = /[^\p{L}\p{M}\p{N}\p{P}\p{S}\s]|\ufffd/u;

/** Words with a space among them, or what may be encoded once more. */
function isReadable(text: string): boolean {
  return /^[A-Za-z0-9+/=_-]{16,}$/.test(text) || (text.length >= 8 && /\p{L}{2}[\s_-]+\p{L}/u.test(text));
}

function fromBytes(bytes: readonly number[]): string {
  return new TextDecoder().decode(Uint8Array.from(bytes));
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function fromBase64(part: string): string {
  const bytes: number[] = [];
  let [bits, count] = [0, 0];
  for (const letter of part.replace(/[\s=]/g, '').replaceAll('-', '+').replaceAll('_', '/')) {
    bits = ((bits << 6) | alphabet.indexOf(letter)) & 0xffffff;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes.push((bits >> count) & 0xff);
  }
  return fromBytes(bytes);
}

function fromHex(part: string): string {
  const digits = part.replace(/0x|[^0-9a-f]/gi, '');
  return fromBytes((digits.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16)));
}

function fromCodes(codes: readonly string[], base: number): string {
  const numbers = codes.map((code) => Number.parseInt(code, base));
  return numbers.map((code) => (code >= 32 && code < 127 ? String.fromCharCode(code) : noCharacter)).join('');
}

function fromPoint(code: number): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : noCharacter;
}

function fromEscapes(part: string): string {
  const codes = part.match(/[0-9a-f]+(?=\}|\\|$)/gi) ?? [];
  return codes.map((code) => fromPoint(Number.parseInt(code, 16))).join('');
}

function fromPercent(part: string): string {
  return part
    .replaceAll('+', ' ')
    .replace(/(?:%[0-9a-f]{2})+/gi, (run) =>
      fromBytes((run.match(/[0-9a-f]{2}/gi) ?? []).map((pair) => Number.parseInt(pair, 16))),
    );
}

function fromEntities(part: string): string {
  const codes = part.matchAll(/&#(x?)([0-9a-f]+);/gi);
  return [...codes].map(([, x, code = '']) => fromPoint(Number.parseInt(code, x ? 16 : 10))).join('');
}
