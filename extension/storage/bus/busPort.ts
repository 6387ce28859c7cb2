import * as z from 'zod';
import type { ParkedEvent } from '../../contracts/events.ts';
import { parkedRowsSchema, placedRowsSchema, positionAnswerSchema } from './busProtocol.ts';

/** An event of any stream, with its place among all. */
export interface JournalEvent {
  readonly position: number;
  readonly stream: string;
  readonly type: string;
  readonly version: number;
  readonly time: number;
  readonly traceId: string;
  readonly data: unknown;
}

/** An event whose data is JSON text, as it is stored: one line, with its keys in order. */
export interface JournalRow extends Omit<JournalEvent, 'data'> {
  readonly data: string;
}

/** All events of the journal in the order in which they were committed, and groups that read them. */
export interface JournalEvents {
  /** Events after a position; 0 is before the first. */
  readAll(after: number, limit: number): Promise<JournalEvent[]>;
  /** As `readAll`, for those who leave most of them out: nothing is parsed. */
  readRows(after: number, limit: number): Promise<JournalRow[]>;
  /** Of the last event; 0 where there is none. */
  lastPosition(): Promise<number>;
  /** The position after which come the first event of that time or later and all that follow it. */
  positionBefore(time: number): Promise<number>;
  groupPosition(group: string): Promise<number | null>;
  /** Moves the group and sets events aside, both or none; false when it does not stand at `from`. */
  advanceGroup(
    group: string,
    from: number | null,
    to: number,
    parked: readonly ParkedEvent[],
  ): Promise<boolean>;
  parkedEvents(group: string): Promise<ParkedEvent[]>;
  unparkEvent(group: string, position: number): Promise<boolean>;
  /** Holds back the deliveries of every process of the lab, or lets them go on. */
  pauseEvents(isPaused: boolean): Promise<void>;
  eventsPaused(): Promise<boolean>;
}

type Call = <T>(operation: string, answer: z.ZodType<T>, payload: () => unknown) => Promise<T>;

/** The journal's events through the messages of its port. */
export function journalEvents(call: Call): JournalEvents {
  const readRows = (after: number, limit: number): Promise<JournalRow[]> =>
    call('readAll', placedRowsSchema, () => ({ after, limit }));
  return {
    readAll: async (after, limit) =>
      (await readRows(after, limit)).map((row) => ({ ...row, data: JSON.parse(row.data) })),
    readRows,
    lastPosition: () => call('lastPosition', z.number(), () => ({})),
    positionBefore: (time) => call('positionBefore', z.number(), () => ({ time })),
    groupPosition: (group) => call('groupPosition', positionAnswerSchema, () => ({ group })),
    advanceGroup: (group, from, to, parked) =>
      call('advanceGroup', z.boolean(), () => ({
        group,
        from,
        to,
        parked: parked.map((event) => ({ ...event, position: Number(event.position) })),
      })),
    parkedEvents: async (group) => {
      const rows = await call('parkedEvents', parkedRowsSchema, () => ({ group }));
      return rows.map((row) => ({ ...row, position: String(row.position) }));
    },
    unparkEvent: (group, position) => call('unparkEvent', z.boolean(), () => ({ group, position })),
    pauseEvents: async (isPaused) => {
      await call('pauseEvents', z.boolean(), () => ({ isPaused }));
    },
    eventsPaused: () => call('eventsPaused', z.boolean(), () => ({})),
  };
}
