import type { LabEvent, ParkedEvent, PlacedEvent } from '../../contracts/events.ts';

/** The right of one process to deliver to a group; whoever holds it is alone. */
export interface GroupHold {
  /** Aborted when another may have it. */
  readonly lost: AbortSignal;
  release(): Promise<void>;
}

/**
 * The durable order of all events, and where groups of subscribers stand in it. Positions are texts that the log
 * alone compares; `start` is before the first.
 */
export interface EventLog {
  readonly start: string;
  /** Resolves once they are kept, in this order. */
  append(events: readonly LabEvent[]): Promise<void>;
  /**
   * Events after a position, in order, at most `limit`; `last` is the position up to which was looked, also over
   * what this program does not know.
   */
  read(
    after: string,
    limit: number,
  ): Promise<{ readonly events: readonly PlacedEvent[]; readonly last: string }>;
  /** The event at a position; null where there is none that this program knows. */
  at(position: string): Promise<PlacedEvent | null>;
  /** The last events, oldest first, and the position of the last of all. */
  latest(limit: number): Promise<{ readonly events: readonly PlacedEvent[]; readonly last: string }>;
  /** Of the last event. */
  end(): Promise<string>;
  /** The position after which come the first event of that time or later and all that follow it. */
  before(time: number): Promise<string>;
  /** Where a group stands; null for one that there is not. */
  group(name: string): Promise<string | null>;
  /**
   * Moves a group, makes it where `from` is null, and sets events aside for it: all or nothing, and false when it
   * does not stand at `from`.
   */
  advance(name: string, from: string | null, to: string, parked?: readonly ParkedEvent[]): Promise<boolean>;
  /** What was set aside for a group, in order. */
  parked(name: string): Promise<readonly ParkedEvent[]>;
  /** Takes an event out of what was set aside; false when it is not there. */
  unpark(name: string, position: string): Promise<boolean>;
  /** Keeps whether deliveries are held back, for every process that uses the log. */
  setPaused(isPaused: boolean): Promise<void>;
  isPaused(): Promise<boolean>;
  /** Null while another process holds the group. */
  hold(name: string): Promise<GroupHold | null>;
  /** Resolves when there may be more than `end` after `after`, or when `signal` is aborted. Never rejects. */
  wait(after: string, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}
