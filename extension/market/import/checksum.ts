import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { LabError } from '../../contracts/errors.ts';

/**
 * Whether a file has a checksum beside it, `NAME.CHECKSUM` as Binance's public archives have, and it is
 * that of `bytes`: SHA-256 in hexadecimal, then the file's name. False where there is none.
 * @throws LabError `data.format` when the checksum is another, or none can be found in its file
 */
export async function hasVerifiedChecksum(path: string, bytes: Uint8Array): Promise<boolean> {
  const checksumFile = `${path}.CHECKSUM`;
  const text = await readFile(checksumFile, 'latin1').catch(() => undefined);
  if (text === undefined) return false;
  const expected = /^\s*([0-9a-f]{64})(?:\s|$)/i.exec(text)?.[1]?.toLowerCase();
  if (expected === undefined) {
    throw new LabError('data.format', `${basename(checksumFile)} holds no SHA-256 checksum.`, {
      action: 'Download the checksum again, or delete its file to import without one.',
      place: { file: checksumFile },
    });
  }
  if (createHash('sha256').update(bytes).digest('hex') === expected) return true;
  throw new LabError('data.format', `${basename(path)} does not match its checksum.`, {
    action: 'Download the file and its checksum again.',
    place: { file: path },
  });
}
