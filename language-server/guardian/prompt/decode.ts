/** A part of a text that says something else once it is decoded. */
export interface Decoded {
  readonly encoding: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

const longest = 8192;

/** Every part of a text that is an encoding of readable words. */
export function decodings(text: string): Decoded[] {
  const found: Decoded[] = [];
  const add = (encoding: string, pattern: RegExp, decode: (part: string) => string | undefined): void => {
    for (const match of text.matchAll(pattern)) {
      const decoded = decode(match[0].slice(0, longest));
      if (decoded === undefined || !isReadable(decoded)) continue;
      found.push({
        encoding,
        start: match.index,
        end: match.index + match[0].trimEnd().length,
        text: decoded,
      });
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

/** The whole text written backwards, and with letters moved by 13: what few words survive by chance. */
export function turnings(text: string): { readonly encoding: string; readonly text: string }[] {
  const part = text.slice(0, longest);
  const moved = part.replace(/[a-z]/gi, (letter) => {
    const base = letter <= 'Z' ? 65 : 97;
    return String.fromCharCode(((letter.charCodeAt(0) - base + 13) % 26) + base);
  });
  return [
    { encoding: 'rot13', text: moved },
    { encoding: 'reversed', text: [...part].reverse().join('') },
  ];
}

/** Words: letters, spaces and common signs alone, with a space among them; or what may be encoded once more. */
function isReadable(text: string): boolean {
  if (/^[A-Za-z0-9+/=_-]{16,}$/.test(text)) return true;
  if (text.length < 8 || !/\p{L}{2}[\s_-]+\p{L}/u.test(text)) return false;
  const strange = text.replace(/[\p{L}\p{M}\p{N}\p{P}\p{S}\s]/gu, '').length;
  return strange === 0 && !text.includes('\ufffd');
}

function fromBytes(bytes: readonly number[]): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(bytes));
  } catch {
    return undefined;
  }
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function fromBase64(part: string): string | undefined {
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

function fromHex(part: string): string | undefined {
  const digits = part.replace(/0x|[^0-9a-f]/gi, '');
  return fromBytes((digits.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16)));
}

function fromCodes(codes: readonly string[], base: number): string | undefined {
  const numbers = codes.map((code) => Number.parseInt(code, base));
  return numbers.every((code) => code >= 32 && code < 127) ? String.fromCharCode(...numbers) : undefined;
}

function fromEscapes(part: string): string | undefined {
  const codes = (part.match(/[0-9a-f]+(?=\}|\\|$)/gi) ?? []).map((code) => Number.parseInt(code, 16));
  return codes.every((code) => code <= 0x10ffff) ? String.fromCodePoint(...codes) : undefined;
}

function fromPercent(part: string): string | undefined {
  try {
    return decodeURIComponent(part.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}

function fromEntities(part: string): string | undefined {
  const codes = [...part.matchAll(/&#(x?)([0-9a-f]+);/gi)].map((match) =>
    Number.parseInt(match[2] ?? '', match[1] ? 16 : 10),
  );
  return codes.every((code) => code <= 0x10ffff) ? String.fromCodePoint(...codes) : undefined;
}
