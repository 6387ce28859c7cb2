import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';
import type { LabEvent, PlacedEvent } from '../../contracts/events.ts';
import type { Journal } from '../../contracts/journal.ts';
import type { JournalEvent, JournalEvents } from '../../storage/bus/busPort.ts';
import type { EventLog } from './eventLog.ts';
import { knownEvent } from './knownEvent.ts';
import { keptEvent, publishedStream } from './published.ts';

const sagaPrefix = 'saga/';
const holdMilliseconds = 5000;
/** How soon events of another process, and those of sagas, are seen. */
const lookMilliseconds = 100;

/** What stands beside the data of a published event. */
const envelopeSchema = z.object({
  correlationId: z.string(),
  agentId: z.string().nullable(),
  data: z.unknown(),
});

export interface EmbeddedLogOptions {
  readonly journal: Journal & { readonly events: JournalEvents };
  readonly lookMilliseconds?: number;
}

/**
 * The events of the lab's journal: those that are published, and the facts of sagas, which are there already and
 * are not written twice.
 */
export function embeddedLog({
  journal,
  lookMilliseconds: look = lookMilliseconds,
}: EmbeddedLogOptions): EventLog {
  const { events: all } = journal;
  const closed = new AbortController();
  let written = Promise.withResolvers<void>();
  const read: EventLog['read'] = async (after, limit) => {
    const rows = await all.readAll(Number(after), limit);
    const events = rows.flatMap((row) => {
      const event = placed(row);
      const known = event === null ? null : knownEvent(event);
      return known === null ? [] : [known];
    });
    return { events, last: String(rows.at(-1)?.position ?? after) };
  };
  return {
    start: '0',
    append: async (events) => {
      await journal.append({
        stream: publishedStream,
        events: events.map(keptEvent),
      });
      written.resolve();
      written = Promise.withResolvers();
    },
    read,
    at: async (position) => {
      const { events } = await read(String(Math.max(0, Number(position) - 1)), 1);
      return events[0]?.position === position ? events[0] : null;
    },
    latest: async (limit) => {
      const end = await all.lastPosition();
      return read(String(Math.max(0, end - limit)), limit);
    },
    end: async () => String(await all.lastPosition()),
    before: async (time) => String(await all.positionBefore(time)),
    group: async (name) => {
      const position = await all.groupPosition(name);
      return position === null ? null : String(position);
    },
    advance: (name, from, to, parked = []) =>
      all.advanceGroup(name, from === null ? null : Number(from), Number(to), parked),
    parked: (name) => all.parkedEvents(name),
    unpark: (name, position) => all.unparkEvent(name, Number(position)),
    setPaused: (isPaused) => all.pauseEvents(isPaused),
    isPaused: () => all.eventsPaused(),
    hold: async (name) => {
      const outcome = await journal.acquireLease(`events/${name}`, holdMilliseconds);
      if (!outcome.held) return null;
      const { lease } = outcome;
      return { lost: lease.lost, release: () => journal.releaseLease(lease).catch(() => {}) };
    },
    wait: async (after, signal) => {
      const own = written.promise;
      const over = AbortSignal.any([signal, closed.signal]);
      const aborted = new Promise<void>((resolve) => {
        over.addEventListener('abort', () => resolve(), { once: true });
      });
      while (!over.aborted) {
        const end = await all.lastPosition().catch(() => Number(after));
        if (end > Number(after)) return;
        const pause = delay(look, undefined, { signal: over, ref: false }).catch(() => {});
        await Promise.race([own, pause, aborted]);
      }
    },
    close: async () => closed.abort(),
  };
}

function placed({ position, stream, type, version, time, traceId, data }: JournalEvent): PlacedEvent | null {
  const common = { position: String(position), type, version, time, traceId };
  if (stream.startsWith(sagaPrefix)) {
    return { ...common, correlationId: stream.slice(sagaPrefix.length), agentId: null, data };
  }
  const envelope = envelopeSchema.safeParse(data);
  if (stream !== publishedStream || !envelope.success) return null;
  const { correlationId, agentId, data: own } = envelope.data;
  return { ...common, correlationId, agentId, data: own } satisfies LabEvent & { position: string };
}
