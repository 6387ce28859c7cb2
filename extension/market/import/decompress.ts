import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { Decompress } from 'fzstd';

/** Bytes that one block of a column may unpack to; more is an attack or a mistake. */
const largestBlock = 1 << 30;

const lz4Magic = 0x184d2204;
/** Of a run of literals or a match, the length that says that more bytes of it follow. */
const lz4LongLength = 15;
const lz4ShortestMatch = 4;

/** Unpacks Zstandard frames (RFC 8878). Throws on bad input or more than 1 GB. */
export function unpackZstd(input: Uint8Array): Uint8Array {
  const pieces: Uint8Array[] = [];
  let length = 0;
  const stream = new Decompress((piece) => {
    length += piece.length;
    if (length > largestBlock) throw new RangeError('a block unpacks to more than 1 GB');
    pieces.push(piece);
  });
  stream.push(input, true);
  return Buffer.concat(pieces);
}

/** Unpacks gzip to `length` bytes at most. Throws on bad input. */
export function unpackGzip(input: Uint8Array, length: number): Uint8Array {
  return gunzipSync(input, { maxOutputLength: Math.max(1, length) });
}

/** Unpacks Brotli (RFC 7932) to `length` bytes at most. Throws on bad input. */
export function unpackBrotli(input: Uint8Array, length: number): Uint8Array {
  return brotliDecompressSync(input, { maxOutputLength: Math.max(1, length) });
}

/**
 * Unpacks LZ4 frames (LZ4 Frame Format 1.6.4), as Arrow files hold them. Checksums inside are skipped: what is
 * unpacked is checked as candles. Throws RangeError on bad input or more than 1 GB.
 */
export function unpackLz4Frame(input: Uint8Array): Uint8Array {
  const view = new DataView(input.buffer, input.byteOffset, input.byteLength);
  const output = new GrowingBytes();
  let at = 0;
  while (at < input.length) {
    if (view.getUint32(at, true) !== lz4Magic) throw new RangeError('not an LZ4 frame');
    const flags = view.getUint8(at + 4);
    if (flags >>> 6 !== 1) throw new RangeError('an unknown version of LZ4 frames');
    const has = (bit: number): boolean => (flags & bit) !== 0;
    if (has(0x01)) throw new RangeError('an LZ4 frame with a dictionary');
    // Magic number, flags and block size; the whole length where it is given; the header's checksum.
    at += 6 + (has(0x08) ? 8 : 0) + 1;
    for (let size = view.getUint32(at, true); size !== 0; size = view.getUint32(at, true)) {
      const from = at + 4;
      const to = from + (size & 0x7fffffff);
      if (to > input.length) throw new RangeError('an LZ4 block is cut short');
      const block = input.subarray(from, to);
      // The highest bit marks a block that is not packed.
      if (size >>> 31 === 1) output.append(block);
      else unpackLz4Into(output, block);
      at = to + (has(0x10) ? 4 : 0);
    }
    at += 4 + (has(0x04) ? 4 : 0);
  }
  return output.bytes();
}

/** Unpacks one bare LZ4 block, as newer Parquet files hold them (LZ4_RAW). Throws RangeError on bad input. */
export function unpackLz4Block(input: Uint8Array): Uint8Array {
  const output = new GrowingBytes();
  unpackLz4Into(output, input);
  return output.bytes();
}

/**
 * Unpacks Parquet's older LZ4: blocks with their lengths before them as Hadoop writes them, both big-endian
 * and the unpacked one first; or, by some writers, a bare block. Throws RangeError on bad input.
 */
export function unpackLz4Hadoop(input: Uint8Array, length: number): Uint8Array {
  const view = new DataView(input.buffer, input.byteOffset, input.byteLength);
  const output = new GrowingBytes();
  try {
    for (let at = 0; at < input.length; ) {
      const packed = view.getUint32(at + 4);
      if (at + 8 + packed > input.length) throw new RangeError('an LZ4 block is cut short');
      unpackLz4Into(output, input.subarray(at + 8, at + 8 + packed));
      at += 8 + packed;
    }
    const bytes = output.bytes();
    if (bytes.length === length) return bytes;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return unpackLz4Block(input);
}

/**
 * The LZ4 block format (LZ4 Block Format Description, 2022): a token whose halves are the lengths of a run
 * of literals and of a match, the literals, and how far back the match begins. A match may reach into the
 * blocks before.
 */
function unpackLz4Into(output: GrowingBytes, input: Uint8Array): void {
  let at = 0;
  const next = (): number => {
    const byte = input[at];
    if (byte === undefined) throw new RangeError('an LZ4 block is cut short');
    at += 1;
    return byte;
  };
  const lengthFrom = (short: number): number => {
    let length = short;
    if (short === lz4LongLength) {
      for (let more = 255; more === 255; ) {
        more = next();
        length += more;
      }
    }
    return length;
  };
  while (at < input.length) {
    const token = next();
    const literals = lengthFrom(token >>> 4);
    if (at + literals > input.length) throw new RangeError('an LZ4 block is cut short');
    output.append(input.subarray(at, at + literals));
    at += literals;
    // The last sequence has no match.
    if (at === input.length) return;
    const distance = next() + 256 * next();
    output.repeat(distance, lengthFrom(token & 15) + lz4ShortestMatch);
  }
}

/** Bytes that grow at their end, up to 1 GB. */
class GrowingBytes {
  #bytes = new Uint8Array(1 << 16);
  #length = 0;

  bytes(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  append(bytes: Uint8Array): void {
    this.#makeRoom(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** Appends `length` bytes that begin `distance` bytes back; the two may overlap. */
  repeat(distance: number, length: number): void {
    if (distance === 0 || distance > this.#length) throw new RangeError('an LZ4 match before the beginning');
    this.#makeRoom(length);
    for (let left = length; left > 0; ) {
      const piece = Math.min(left, distance);
      const from = this.#length - distance;
      this.#bytes.copyWithin(this.#length, from, from + piece);
      this.#length += piece;
      left -= piece;
    }
  }

  #makeRoom(length: number): void {
    const needed = this.#length + length;
    if (needed > largestBlock) throw new RangeError('a block unpacks to more than 1 GB');
    if (needed <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}
