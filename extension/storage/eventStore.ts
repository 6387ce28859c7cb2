import { createHash } from 'node:crypto';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import * as z from 'zod';
import { LabError } from '../contracts/errors.ts';
import { type ChainReport, type StreamHead, streamHeadSchema } from '../contracts/journal.ts';
import { canonicalJson } from './canonicalJson.ts';
import { type AppendMessage, readResponseSchema, snapshotsResponseSchema } from './protocol.ts';

/** What the first link of each chain is chained to. */
export const chainStart = '0'.repeat(64);
const pageSize = 500;

const eventRowsSchema = readResponseSchema.shape.events;
type EventRow = z.infer<typeof eventRowsSchema>[number];

const eventColumns = 'stream, sequence, type, version, time, trace_id AS traceId, data, hash';

/** Streams of chained events, and the snapshot of each. The caller opens and commits the transaction. */
export class EventStore {
  readonly #database: DatabaseSync;
  readonly #head: StatementSync;
  readonly #insertEvent: StatementSync;
  readonly #putHead: StatementSync;
  readonly #putSnapshot: StatementSync;
  readonly #page: StatementSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#head = database.prepare('SELECT stream, sequence, hash FROM streams WHERE stream = ?');
    this.#insertEvent = database.prepare(
      'INSERT INTO events (stream, sequence, type, version, time, trace_id, data, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    );
    this.#putHead = database.prepare(
      `INSERT INTO streams (stream, kind, sequence, hash) VALUES (?, ?, ?, ?)
        ON CONFLICT (stream) DO UPDATE SET sequence = excluded.sequence, hash = excluded.hash`,
    );
    this.#putSnapshot = database.prepare(
      `INSERT INTO snapshots (stream, kind, sequence, data) VALUES (?, ?, ?, ?)
        ON CONFLICT (stream) DO UPDATE SET sequence = excluded.sequence, data = excluded.data`,
    );
    this.#page = database.prepare(
      `SELECT ${eventColumns} FROM events WHERE stream = ? AND sequence >= ? ORDER BY sequence LIMIT ${pageSize}`,
    );
  }

  /** Throws `journal.conflict` when the stream is not where the caller believes it to be. */
  append({
    stream,
    expectedSequence,
    events,
    snapshot,
  }: Pick<AppendMessage, 'stream' | 'expectedSequence' | 'events' | 'snapshot'>): StreamHead {
    const head = this.#headOf(stream);
    const found = head?.sequence ?? 0;
    if (expectedSequence !== null && expectedSequence !== found) {
      throw new LabError(
        'journal.conflict',
        `${stream} has ${found} events where ${expectedSequence} were expected: another writer was first.`,
        { action: 'Read it again and decide anew.' },
      );
    }
    const kind = stream.slice(0, stream.indexOf('/'));
    let sequence = found;
    let hash = head?.hash ?? chainStart;
    for (const { type, version, time, traceId, data } of events) {
      sequence += 1;
      hash = chainHash(hash, { stream, sequence, type, version, time, traceId, data });
      this.#insertEvent.run(stream, sequence, type, version, time, traceId, data, hash);
    }
    this.#putHead.run(stream, kind, sequence, hash);
    if (snapshot !== null) this.#putSnapshot.run(stream, kind, sequence, snapshot);
    return { stream, sequence, hash };
  }

  /** Appends the events, and what follows from them to the end of its own stream. Throws as `append`. */
  appendAll({ also, ...own }: AppendMessage): StreamHead {
    const head = this.append(own);
    if (also !== null) this.append({ ...also, expectedSequence: null, snapshot: null });
    return head;
  }

  /** One page of a stream's events; `more` when another page may follow. */
  read(stream: string, fromSequence: number): z.infer<typeof readResponseSchema> {
    const events = eventRowsSchema.parse(this.#page.all(stream, fromSequence));
    return { events, more: events.length === pageSize };
  }

  streams(kind: string): StreamHead[] {
    const rows = this.#database.prepare(
      'SELECT stream, sequence, hash FROM streams WHERE kind = ? ORDER BY stream',
    );
    return z.array(streamHeadSchema).parse(rows.all(kind));
  }

  snapshots(kind: string): z.infer<typeof snapshotsResponseSchema> {
    const rows = this.#database.prepare(
      'SELECT stream, sequence, data FROM snapshots WHERE kind = ? ORDER BY stream',
    );
    return snapshotsResponseSchema.parse(rows.all(kind));
  }

  /** Computes every hash again; events missing at the end are noticed by the stream's head. */
  verifyChain(stream: string): ChainReport {
    let hash = chainStart;
    let events = 0;
    for (let page = this.read(stream, 1); page.events.length > 0; page = this.read(stream, events + 1)) {
      for (const event of page.events) {
        hash = chainHash(hash, event);
        if (event.sequence !== events + 1 || event.hash !== hash) return { events, brokenAt: events + 1 };
        events += 1;
      }
    }
    const head = this.#headOf(stream);
    const intact = (head?.sequence ?? 0) === events && (head?.hash ?? chainStart) === hash;
    return { events, brokenAt: intact ? null : events + 1 };
  }

  #headOf(stream: string): StreamHead | null {
    const row = this.#head.get(stream);
    return row === undefined ? null : streamHeadSchema.parse(row);
  }
}

function chainHash(previous: string, event: Omit<EventRow, 'hash'>): string {
  const { stream, sequence, type, version, time, traceId, data } = event;
  const content = canonicalJson({ stream, sequence, type, version, time, traceId, data });
  return createHash('sha256').update(previous).update(content).digest('hex');
}
