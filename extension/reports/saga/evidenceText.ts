import type { ArtefactReference } from '../../contracts/saga.ts';

/** Most characters that are shown of a piece of evidence: an editor opens them without delay. */
export const mostCharacters = 2_000_000;
/** Most bytes that are read as text at all; beyond them the beginning is shown as it lies. */
const mostBytes = 8_000_000;
const dumpedBytes = 4096;
const dumpedBytesALine = 16;

/** What is said of evidence that is not shown whole, in the person's language. */
export interface EvidenceWords {
  /** `{0}` of `{1}` bytes. */
  readonly cut: (shown: number, whole: number) => string;
  /** `{0}` bytes of which the first `{1}` follow. */
  readonly binary: (whole: number, shown: number) => string;
}

/**
 * Evidence as a text to read and compare: JSON laid out, other text as it is, all else as the hexadecimal
 * values of its beginning. Content is hostile: it is bounded, and nothing in it is run. Pure.
 */
export function evidenceText(content: Uint8Array, mediaType: string, words: EvidenceWords): string {
  const text = textOf(content.subarray(0, mostBytes), content.length > mostBytes);
  if (text === null) {
    const dump = hexadecimal(content.subarray(0, dumpedBytes));
    return `${words.binary(content.length, Math.min(content.length, dumpedBytes))}\n\n${dump}\n`;
  }
  const isWhole = content.length <= mostBytes;
  const shown = isWhole && mediaType === 'application/json' ? laidOut(text) : text;
  if (isWhole && shown.length <= mostCharacters) return shown;
  const head = shown.slice(0, mostCharacters).replace(/[\ud800-\udbff]$/, '');
  return `${head}\n\n${words.cut(Buffer.byteLength(head), Buffer.byteLength(shown))}\n`;
}

/** The text of UTF-8 bytes; null where they are none. */
function textOf(bytes: Uint8Array, isCut: boolean): string | null {
  try {
    // The last character of a cut text may be in two; `stream` leaves it out.
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: isCut });
    return text.includes('\0') ? null : text;
  } catch {
    return null;
  }
}

function laidOut(text: string): string {
  try {
    return `${JSON.stringify(JSON.parse(text), null, 2)}\n`;
  } catch {
    return text;
  }
}

function hexadecimal(bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let start = 0; start < bytes.length; start += dumpedBytesALine) {
    const line = [...bytes.subarray(start, start + dumpedBytesALine)];
    const values = line.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const letters = line.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.'));
    lines.push(
      `${start.toString(16).padStart(8, '0')}  ${values.padEnd(dumpedBytesALine * 3)} ${letters.join('')}`,
    );
  }
  return lines.join('\n');
}

const endings: ReadonlyMap<string, string> = new Map([
  ['application/json', '.json'],
  ['text/typescript', '.ts'],
  ['text/x-python', '.py'],
  ['text/html', '.html'],
]);
const longestName = 80;

/** A file name for evidence by whose ending an editor knows how to show it, and that names no other place. */
export function evidenceFileName({ name, mediaType }: Pick<ArtefactReference, 'name' | 'mediaType'>): string {
  const ending = endings.get(mediaType) ?? '.txt';
  const plain = name.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[.-]+/, '');
  const base = plain.endsWith(ending) ? plain.slice(0, -ending.length) : plain;
  return `${base.slice(0, longestName) || 'evidence'}${ending}`;
}
