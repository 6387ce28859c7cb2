export interface TarEntry {
  /** Path inside the archive, without a leading slash. */
  readonly path: string;
  readonly mode: number;
  readonly content: Uint8Array;
}

const blockBytes = 512;
const textEncoder = new TextEncoder();

/** Splits a path as ustar stores it: at most 155 bytes of folders and 100 of the rest. */
function splitPath(path: string): { prefix: string; name: string } {
  if (textEncoder.encode(path).length <= 100) return { prefix: '', name: path };
  for (let slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
    const prefix = path.slice(0, slash);
    const name = path.slice(slash + 1);
    if (textEncoder.encode(name).length <= 100 && textEncoder.encode(prefix).length <= 155) {
      return { prefix, name };
    }
  }
  throw new RangeError(`the path ${path} is too long for an archive`);
}

function headerOf(entry: TarEntry): Uint8Array {
  const header = new Uint8Array(blockBytes);
  const put = (offset: number, text: string) => header.set(textEncoder.encode(text), offset);
  const putOctal = (offset: number, digits: number, value: number) =>
    put(offset, `${value.toString(8).padStart(digits, '0')}\0`);
  const { prefix, name } = splitPath(entry.path);
  put(0, name);
  putOctal(100, 7, entry.mode);
  // Owner, group and time are zero, so that equal contents make equal archives.
  putOctal(108, 7, 0);
  putOctal(116, 7, 0);
  putOctal(124, 11, entry.content.length);
  putOctal(136, 11, 0);
  put(148, '        ');
  put(156, '0');
  put(257, 'ustar\0');
  put(263, '00');
  put(345, prefix);
  let sum = 0;
  for (const byte of header) sum += byte;
  put(148, `${sum.toString(8).padStart(6, '0')}\0 `);
  return header;
}

/**
 * Writes plain files as a ustar archive, piece by piece.
 * @throws RangeError for a path that the format cannot hold
 */
export function* tarOf(entries: Iterable<TarEntry>): Generator<Uint8Array> {
  for (const entry of entries) {
    yield headerOf(entry);
    yield entry.content;
    yield new Uint8Array((blockBytes - (entry.content.length % blockBytes)) % blockBytes);
  }
  yield new Uint8Array(2 * blockBytes);
}
