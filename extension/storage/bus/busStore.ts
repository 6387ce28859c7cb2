import type { DatabaseSync } from 'node:sqlite';
import * as z from 'zod';
import { type Operation, operation } from '../operation.ts';
import {
  advanceRequestSchema,
  groupRequestSchema,
  parkedRowsSchema,
  pauseEventsRequestSchema,
  placedRowsSchema,
  positionRequestSchema,
  readAllRequestSchema,
  unparkRequestSchema,
} from './busProtocol.ts';

const positionRowSchema = z.object({ position: z.number().int().nullable() }).optional();

/** What the journal does for the event bus: all events in one order, and where groups stand in it. */
export function busOperations(database: DatabaseSync) {
  const page = database.prepare(
    'SELECT position, stream, type, version, time, trace_id AS traceId, data FROM events WHERE position > ? ORDER BY position LIMIT ?',
  );
  const last = database.prepare('SELECT max(position) AS position FROM events');
  const since = database.prepare('SELECT min(position) AS position FROM events WHERE time >= ?');
  const group = database.prepare('SELECT position FROM event_groups WHERE name = ?');
  const make = database.prepare('INSERT OR IGNORE INTO event_groups (name, position) VALUES (?, ?)');
  const move = database.prepare('UPDATE event_groups SET position = ? WHERE name = ? AND position = ?');
  const park = database.prepare(
    'INSERT OR REPLACE INTO parked_events (group_name, position, type, reason, attempts, time) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const parked = database.prepare(
    'SELECT position, type, reason, attempts, time FROM parked_events WHERE group_name = ? ORDER BY position',
  );
  const unpark = database.prepare('DELETE FROM parked_events WHERE group_name = ? AND position = ?');
  const pause = database.prepare('INSERT OR IGNORE INTO event_pauses (id) VALUES (1)');
  const resume = database.prepare('DELETE FROM event_pauses');
  const paused = database.prepare('SELECT 1 FROM event_pauses');
  const positionIn = (row: unknown) => positionRowSchema.parse(row)?.position ?? null;

  const reads: Record<string, Operation> = {
    readAll: operation(readAllRequestSchema, ({ after, limit }) => ({
      value: placedRowsSchema.parse(page.all(after, limit)),
    })),
    lastPosition: operation(z.object({}), () => ({ value: positionIn(last.get()) ?? 0 })),
    positionBefore: operation(positionRequestSchema, ({ time }) => {
      const first = positionIn(since.get(time));
      return { value: first === null ? (positionIn(last.get()) ?? 0) : first - 1 };
    }),
    groupPosition: operation(groupRequestSchema, ({ group: name }) => ({
      value: positionIn(group.get(name)),
    })),
    parkedEvents: operation(groupRequestSchema, ({ group: name }) => ({
      value: parkedRowsSchema.parse(parked.all(name)),
    })),
    eventsPaused: operation(z.object({}), () => ({ value: paused.get() !== undefined })),
  };
  const writes: Record<string, Operation> = {
    advanceGroup: operation(advanceRequestSchema, ({ group: name, from, to, parked: aside }) => {
      const { changes } = from === null ? make.run(name, to) : move.run(to, name, from);
      if (changes === 1) {
        for (const { position, type, reason, attempts, time } of aside) {
          park.run(name, position, type, reason, attempts, time);
        }
      }
      return { value: changes === 1 };
    }),
    unparkEvent: operation(unparkRequestSchema, ({ group: name, position }) => ({
      value: unpark.run(name, position).changes === 1,
    })),
    pauseEvents: operation(pauseEventsRequestSchema, ({ isPaused }) => {
      (isPaused ? pause : resume).run();
      return { value: isPaused };
    }),
  };
  return { reads, writes };
}
