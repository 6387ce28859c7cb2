import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as z from 'zod';
import { LabError } from '../../contracts/errors.ts';
import { isAbsent, writeAtomically } from '../store/files.ts';
import { barSchema } from './bars.ts';

/** An answer of an exchange: the bars of a range of time as they came, and what it is known by. */
export const pageSchema = z.object({
  from: z.number(),
  to: z.number(),
  /** Whether the exchange was asked again for what was missing here, and had nothing more. */
  isFinal: z.boolean(),
  bars: z.array(barSchema),
});
export type Page = z.infer<typeof pageSchema>;

const hashDigits = 16;

/**
 * The pages of a download that is not finished, in a file that only grows: a line a page, its JSON behind
 * a piece of its hash. A page is safe once it is written; a line that a kill cut short is left out, and begins
 * no other, so that several downloads may write at a time.
 */
export class PartFile {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** The pages that are whole. */
  async read(): Promise<Page[]> {
    let text: string;
    try {
      text = await readFile(this.#path, 'utf8');
    } catch (error) {
      if (isAbsent(error)) return [];
      throw this.#failed('read', error);
    }
    return text.split('\n').flatMap((line) => parseLine(line) ?? []);
  }

  /** Writes a page so that it survives the end of this process and of the system. */
  async append(page: Page): Promise<void> {
    try {
      await mkdir(dirname(this.#path), { recursive: true });
      const file = await open(this.#path, 'a');
      try {
        // A line break first ends what a kill may have left of another line.
        await file.appendFile(`\n${lineOf(page)}\n`);
        await file.datasync();
      } finally {
        await file.close();
      }
    } catch (error) {
      throw this.#failed('written', error);
    }
  }

  /** Keeps these pages alone. */
  async replace(pages: readonly Page[]): Promise<void> {
    if (pages.length === 0) await rm(this.#path, { force: true });
    else await writeAtomically(this.#path, pages.map((page) => `${lineOf(page)}\n`).join(''));
  }

  #failed(what: string, cause: unknown): LabError {
    return new LabError('internal', `The file ${this.#path} could not be ${what}.`, {
      action: 'Check that the disk has room and that you may write there.',
      place: { file: this.#path },
      cause,
    });
  }
}

function lineOf(page: Page): string {
  const text = JSON.stringify(page);
  return `${hashOf(text)} ${text}`;
}

function parseLine(line: string): Page | undefined {
  const text = line.slice(hashDigits + 1);
  if (text === '' || hashOf(text) !== line.slice(0, hashDigits)) return undefined;
  return pageSchema.parse(JSON.parse(text));
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, hashDigits);
}
