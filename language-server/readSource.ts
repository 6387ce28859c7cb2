import { readFile, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** A text that Guardian judges has fewer bytes: it takes 256 K characters, of three bytes each at most. */
const mostBytes = 1024 * 1024;

export type SourceFile =
  | { readonly kind: 'text'; readonly text: string }
  /** `problem` is one sentence. */
  | { readonly kind: 'unreadable'; readonly problem: string };

/** Reads the strategy that a file: URI names. Never rejects. */
export async function readSource(uri: string): Promise<SourceFile> {
  try {
    const path = fileURLToPath(uri);
    const stats = await stat(path);
    // Reading a pipe would wait until somebody writes into it.
    if (!stats.isFile()) return unreadable('It is no file.');
    if (stats.size > mostBytes) return unreadable('It is larger than a strategy can be.');
    const text = new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
    return { kind: 'text', text };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return unreadable('It does not exist.');
    if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return unreadable('It is not UTF-8 text.');
    return unreadable(`It cannot be read: ${error instanceof Error ? error.message : String(error)}.`);
  }
}

function unreadable(problem: string): SourceFile {
  return { kind: 'unreadable', problem };
}
