import { createHash } from 'node:crypto';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import * as z from 'zod';
import { LabError } from '../contracts/errors.ts';

const rowSchema = z.object({ content: z.instanceof(Uint8Array) });

/**
 * Content under its SHA-256, as blobs in the journal's own database: what refers to an artefact and
 * the artefact itself then share one file, one sync and one backup, and there is no state between two
 * stores that a crash could leave behind.
 */
export class ArtefactStore {
  readonly #insert: StatementSync;
  readonly #select: StatementSync;
  readonly #exists: StatementSync;

  constructor(database: DatabaseSync) {
    this.#insert = database.prepare(
      'INSERT INTO artefacts (hash, content) VALUES (?, ?) ON CONFLICT DO NOTHING',
    );
    this.#select = database.prepare('SELECT content FROM artefacts WHERE hash = ?');
    this.#exists = database.prepare('SELECT 1 FROM artefacts WHERE hash = ?');
  }

  put(content: Uint8Array): string {
    const hash = contentHash(content);
    this.#insert.run(hash, content);
    return hash;
  }

  /** Throws `not-found`, or `journal.corrupt` when the content is no longer what was stored. */
  get(hash: string): Uint8Array {
    const row = this.#select.get(hash);
    if (row === undefined) throw missing(hash);
    const { content } = rowSchema.parse(row);
    if (contentHash(content) !== hash) {
      throw new LabError(
        'journal.corrupt',
        `The content of artefact ${hash} was changed after it was stored.`,
        {
          action: 'Restore the journal from a backup, or run again what made the artefact.',
        },
      );
    }
    return content;
  }

  /** Throws `not-found` when one of the hashes is not stored. */
  require(hashes: readonly string[]): void {
    for (const hash of hashes) if (this.#exists.get(hash) === undefined) throw missing(hash);
  }
}

function contentHash(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

function missing(hash: string): LabError {
  return new LabError('not-found', `The lab has no artefact ${hash}.`, {
    action: 'Check the hash, and that this is the lab in which it was made.',
  });
}
