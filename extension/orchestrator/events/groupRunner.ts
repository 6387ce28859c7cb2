import type { ParkedEvent, PlacedEvent } from '../../contracts/events.ts';
import type { EventLog, GroupHold } from './eventLog.ts';
import { anyMatcher } from './pattern.ts';
import type { PauseSwitch } from './pauseSwitch.ts';

/** Resolves after so many milliseconds, or at once when `signal` is aborted. Never rejects. */
export type Sleep = (milliseconds: number, signal: AbortSignal) => Promise<void>;

export interface GroupRetry {
  /** Times that an event is tried before it is set aside. */
  readonly attempts: number;
  /** Milliseconds before the second time; each wait is twice as long as the one before. */
  readonly firstDelay: number;
}

export interface GroupOptions {
  /** Names the group over restarts: who subscribes with it again goes on where it stood. */
  readonly group: string;
  readonly patterns: readonly string[];
  /** Where a new group begins: at the events from now on, or at the first there is. */
  readonly from?: 'now' | 'start';
  /** Each event at least once, in order, one at a time. A rejection has it tried again, then set aside. */
  readonly handle: (event: PlacedEvent, signal: AbortSignal) => Promise<void> | void;
  readonly retry?: GroupRetry;
}

export interface GroupPorts {
  readonly log: EventLog;
  readonly clock: () => number;
  readonly sleep: Sleep;
  readonly pause: PauseSwitch;
  /** Hears of an event that was set aside, and of a log that fails. Must not throw. */
  readonly onTrouble: (group: string, error: unknown) => void;
}

const usualRetry: GroupRetry = { attempts: 5, firstDelay: 100 };
/** Events that are read at a time, and handled before the group's position is kept. */
const pageSize = 100;
/** How long to wait for a group that another process has, and for a log that fails, in milliseconds. */
const waitMilliseconds = 1000;

/** Delivers to one group until `stop` is aborted; while another process holds it, stands by. Never rejects. */
export async function runGroup(options: GroupOptions, ports: GroupPorts, stop: AbortSignal): Promise<void> {
  const { log, sleep, onTrouble } = ports;
  while (!stop.aborted) {
    try {
      const hold = await log.hold(options.group);
      if (hold !== null) await deliver(options, ports, hold, stop);
    } catch (error) {
      if (!stop.aborted) onTrouble(options.group, error);
    }
    if (!stop.aborted) await sleep(waitMilliseconds, stop);
  }
}

async function deliver(
  { group, patterns, from = 'now', handle, retry = usualRetry }: GroupOptions,
  { log, clock, sleep, pause, onTrouble }: GroupPorts,
  hold: GroupHold,
  stop: AbortSignal,
): Promise<void> {
  const matches = anyMatcher(patterns);
  const over = AbortSignal.any([stop, hold.lost]);

  /** Null once the event is handled, else why it is set aside. */
  const attempt = async (event: PlacedEvent): Promise<ParkedEvent | null> => {
    for (let attempts = 1; ; attempts += 1) {
      try {
        await handle(event, over);
        return null;
      } catch (error) {
        over.throwIfAborted();
        const reason = error instanceof Error ? error.message : String(error);
        if (attempts >= retry.attempts) {
          onTrouble(group, error);
          return { position: event.position, type: event.type, reason, attempts, time: clock() };
        }
        await sleep(retry.firstDelay * 2 ** (attempts - 1), over);
        over.throwIfAborted();
      }
    }
  };

  let kept = '';
  let reached = '';
  /** Where the group stands now: someone may have moved it. */
  const stand = async () => {
    const position = await log.group(group);
    if (position === null) {
      await log.advance(group, null, from === 'start' ? log.start : await log.end());
      return stand();
    }
    if (position !== kept) reached = position;
    kept = position;
  };
  const keep = async (parked: readonly ParkedEvent[] = []) => {
    if (reached === kept && parked.length === 0) return;
    if (await log.advance(group, kept, reached, parked)) kept = reached;
  };
  /** Until there is more, or it is time to look whether the group was moved. */
  const rest = async () => {
    const look = new AbortController();
    const signal = AbortSignal.any([over, look.signal]);
    void sleep(waitMilliseconds, signal).then(() => look.abort());
    await log.wait(reached, signal);
    look.abort();
  };
  try {
    while (!over.aborted) {
      await pause.whenOpen(over);
      if (over.aborted) break;
      await stand();
      const { events, last } = await log.read(reached, pageSize);
      for (const event of events) {
        await pause.whenOpen(over);
        if (over.aborted) break;
        const aside = matches(event.type) ? await attempt(event) : null;
        reached = event.position;
        if (aside !== null) await keep([aside]);
      }
      if (over.aborted) break;
      const isAtEnd = last === reached && events.length === 0;
      reached = last;
      if (events.some(({ type }) => matches(type)) || events.length === pageSize) await keep();
      if (isAtEnd) await rest();
    }
  } finally {
    // What was handled need not come again. Where this fails it does: at least once.
    if (!hold.lost.aborted) await keep().catch(() => {});
    await hold.release();
  }
}
