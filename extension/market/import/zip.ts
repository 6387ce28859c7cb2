import { crc32, inflateRawSync } from 'node:zlib';
import { LabError } from '../../contracts/errors.ts';
import { kindOf } from './kind.ts';
import { largestFile, type Source } from './source.ts';

/** A file in an archive, as the archive's directory describes it. */
interface Entry {
  /** Shown to people and never used as a path. */
  readonly name: string;
  readonly isEncrypted: boolean;
  readonly method: number;
  readonly crc: number;
  readonly packedSize: number;
  readonly size: number;
  /** Where the entry's own header begins. */
  readonly offset: number;
}

const directoryEnd = 0x06054b50;
const directoryEntry = 0x02014b50;
const localEntry = 0x04034b50;
const directoryEndBytes = 22;
const directoryEntryBytes = 46;
const localEntryBytes = 30;
const longestComment = 0xffff;
const stored = 0;
const deflated = 8;
/** What stands in place of a size or offset that needs the 64-bit form of the format. */
const inZip64 = 0xffffffff;

/**
 * The one file in a ZIP archive, under the archive's own name: format by PKWARE, APPNOTE 6.3, stored or
 * deflated entries up to 4 GB. Files in folders of the archive are left out. What is unpacked is as long as
 * the directory says, at most 500 MB, and has the checksum that it says.
 * @throws LabError `data.format` or `data.empty`
 */
export function unzip(source: Source): Source {
  const fail = (problem: string, cause?: unknown): LabError =>
    new LabError('data.format', `${source.name} ${problem}.`, {
      action: 'Download the archive again, or unpack it and import the file inside.',
      place: { file: source.path },
      cause,
    });
  let entries: Entry[];
  try {
    entries = readDirectory(source.bytes);
  } catch (cause) {
    throw fail('is not a whole ZIP archive', cause);
  }
  if (entries.some(({ name }) => name === '[Content_Types].xml')) {
    throw fail('is an Excel workbook or another office document, not an archive of candles');
  }
  const files = entries.filter(({ name }) => !/[/\\]/.test(name));
  const [entry] = files;
  if (entry === undefined) {
    throw new LabError('data.empty', `${source.name} holds no file outside of folders.`, {
      action: 'Unpack it and import the files inside.',
      place: { file: source.path },
    });
  }
  if (files.length > 1) throw fail(`holds ${files.length} files where one is expected`);
  if (entry.isEncrypted) throw fail('is protected by a password');
  if (entry.method !== stored && entry.method !== deflated) throw fail('is packed in a way that is not read');
  if (entry.size > largestFile) {
    throw fail(`unpacks to ${entry.size} bytes, more than the ${largestFile} that can be read`);
  }
  let bytes: Uint8Array;
  try {
    bytes = unpack(source.bytes, entry);
  } catch (cause) {
    throw fail('cannot be unpacked', cause);
  }
  if (bytes.length !== entry.size || crc32(bytes) !== entry.crc) {
    throw fail('is damaged: what is inside has not the length and checksum that it should have');
  }
  if (bytes.length === 0) {
    throw new LabError('data.empty', `${source.name} holds an empty file.`, {
      action: 'Download or export the file again.',
      place: { file: source.path },
    });
  }
  if (kindOf({ ...source, bytes }) !== 'text') throw fail('holds a file that is no text');
  return { ...source, bytes };
}

/** The entries of the directory at the archive's end. Throws RangeError where it is cut short. */
function readDirectory(bytes: Uint8Array): Entry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = findDirectoryEnd(view);
  const count = view.getUint16(end + 10, true);
  const entries: Entry[] = [];
  for (let index = 0, at = view.getUint32(end + 16, true); index < count; index += 1) {
    if (view.getUint32(at, true) !== directoryEntry) throw new RangeError('no entry where one should be');
    const nameLength = view.getUint16(at + 28, true);
    const name = bytes.subarray(at + directoryEntryBytes, at + directoryEntryBytes + nameLength);
    const entry = {
      name: new TextDecoder().decode(name),
      isEncrypted: (view.getUint16(at + 8, true) & 1) === 1,
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
      packedSize: view.getUint32(at + 20, true),
      size: view.getUint32(at + 24, true),
      offset: view.getUint32(at + 42, true),
    };
    if ([entry.packedSize, entry.size, entry.offset].includes(inZip64)) throw new RangeError('ZIP64');
    entries.push(entry);
    at += directoryEntryBytes + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return entries;
}

function findDirectoryEnd(view: DataView): number {
  const last = view.byteLength - directoryEndBytes;
  for (let at = last; at >= Math.max(0, last - longestComment); at -= 1) {
    if (view.getUint32(at, true) === directoryEnd) return at;
  }
  throw new RangeError('no directory');
}

function unpack(bytes: Uint8Array, entry: Entry): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(entry.offset, true) !== localEntry) throw new RangeError('no file where one should be');
  const names = view.getUint16(entry.offset + 26, true) + view.getUint16(entry.offset + 28, true);
  const from = entry.offset + localEntryBytes + names;
  if (from + entry.packedSize > bytes.length) throw new RangeError('the file is cut short');
  const packed = bytes.subarray(from, from + entry.packedSize);
  // One byte more than declared is enough to see that there is more.
  return entry.method === stored ? packed : inflateRawSync(packed, { maxOutputLength: entry.size + 1 });
}
