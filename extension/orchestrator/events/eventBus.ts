import { setTimeout as delay } from 'node:timers/promises';
import { LabError } from '../../contracts/errors.ts';
import type {
  EventData,
  eventAliases,
  LabEvent,
  ParkedEvent,
  PlacedEvent,
  PublishedType,
} from '../../contracts/events.ts';
import type { EventLog } from './eventLog.ts';
import { type GroupOptions, runGroup, type Sleep } from './groupRunner.ts';
import { anyMatcher } from './pattern.ts';
import { PauseSwitch } from './pauseSwitch.ts';
import { labEvent } from './published.ts';

/** Events that live views get at first, and that are kept for them. */
export const recentEvents = 100;
const pageSize = 200;
const waitMilliseconds = 1000;

export interface EventBusOptions {
  readonly log: EventLog;
  /** UTC milliseconds. */
  readonly clock: () => number;
  readonly newId: () => string;
  readonly sleep?: Sleep;
  /** Hears what went wrong with a group of subscribers, or `live` with a listener, or `pause` with the look for one. Must not throw. */
  readonly onTrouble?: (group: string, error: unknown) => void;
}

type Alias = keyof typeof eventAliases;
type DataOf<Type extends PublishedType | Alias> = Type extends Alias
  ? EventData<(typeof eventAliases)[Type]>
  : Type extends PublishedType
    ? EventData<Type>
    : never;

/** What is told of an event besides its type and data; what is left out is made up. */
export interface EventContext {
  readonly traceId?: string;
  readonly correlationId?: string;
  readonly agentId?: string;
  readonly time?: number;
}

export interface ReplayRequest {
  readonly patterns: readonly string[];
  /** From the first where left out. */
  readonly from?: { readonly after: string } | { readonly time: number };
  readonly signal?: AbortSignal;
}

/** Events of the catalogue: published, delivered to groups at least once, shown live and replayed. */
export class EventBus {
  readonly #options: EventBusOptions;
  readonly #pause: PauseSwitch;
  readonly #closed = new AbortController();
  readonly #groups = new Set<Promise<void>>();
  readonly #listeners = new Set<(event: PlacedEvent) => void>();
  readonly #recent: PlacedEvent[] = [];
  #tail: { readonly first: Promise<void>; readonly over: Promise<void> } | undefined;

  constructor(options: EventBusOptions) {
    this.#options = options;
    const { log, sleep = systemSleep } = options;
    this.#pause = new PauseSwitch({ log, sleep, onTrouble: (error) => this.#trouble('pause', error) });
  }

  /**
   * Resolves once the event is kept. A type may be an alias. Throws `usage` for data that does not fit.
   */
  async publish<Type extends PublishedType | Alias>(
    type: Type,
    data: DataOf<Type>,
    context: EventContext = {},
  ): Promise<void> {
    await this.#options.log.append([this.#eventOf(type, data, context)]);
  }

  /** Delivers to a group until the answered function is called, which resolves once nothing is delivered any more. */
  subscribe(group: GroupOptions): () => Promise<void> {
    anyMatcher(group.patterns);
    this.#pause.follow(this.#closed.signal);
    const stop = new AbortController();
    const signal = AbortSignal.any([stop.signal, this.#closed.signal]);
    const { log, clock, sleep = systemSleep } = this.#options;
    const ports = { log, clock, sleep, pause: this.#pause, onTrouble: this.#trouble };
    const running = runGroup(group, ports, signal).finally(() => this.#groups.delete(running));
    this.#groups.add(running);
    return () => {
      stop.abort();
      return running;
    };
  }

  /**
   * Tells every event from now on that fits, until the answered function is called: for live views, which may
   * miss what happens while they are away. What a listener throws stops nobody.
   */
  listen(patterns: readonly string[], hear: (event: PlacedEvent) => void): () => void {
    const matches = anyMatcher(patterns);
    const listener = (event: PlacedEvent) => {
      if (matches(event.type)) hear(event);
    };
    this.#listeners.add(listener);
    this.#follow();
    return () => this.#listeners.delete(listener);
  }

  /** The latest events that fit among the last hundred of all, oldest first. */
  async recent(patterns: readonly string[] = ['*']): Promise<readonly PlacedEvent[]> {
    const matches = anyMatcher(patterns);
    await this.#follow().first;
    return this.#recent.filter(({ type }) => matches(type));
  }

  /** The events that there are, from a position or a time on, to the end as it is when it is reached. */
  async *replay({ patterns, from, signal }: ReplayRequest): AsyncGenerator<PlacedEvent> {
    const { log } = this.#options;
    const matches = anyMatcher(patterns);
    let after = log.start;
    if (from !== undefined) after = 'after' in from ? from.after : await log.before(from.time);
    while (signal?.aborted !== true) {
      const { events, last } = await log.read(after, pageSize);
      for (const event of events) if (matches(event.type)) yield event;
      if (last === after) return;
      after = last;
    }
  }

  /** Sends a group back, or on, to a position or a time; who delivers to it goes on from there. */
  async seek(group: string, to: { readonly after: string } | { readonly time: number }): Promise<void> {
    const { log } = this.#options;
    const target = 'after' in to ? to.after : await log.before(to.time);
    for (let isMoved = false; !isMoved; ) {
      isMoved = await log.advance(group, await log.group(group), target);
    }
  }

  /** What a group could not handle, in order, with the reason of each. */
  parked(group: string): Promise<readonly ParkedEvent[]> {
    return this.#options.log.parked(group);
  }

  /**
   * Hands an event that was set aside to `handle` again and takes it off the list when that succeeds. Throws
   * `not-found` where it is not on it.
   */
  async retryParked(
    group: string,
    position: string,
    handle: (event: PlacedEvent) => Promise<void> | void,
  ): Promise<void> {
    const { log } = this.#options;
    const isAside = (await log.parked(group)).some((parked) => parked.position === position);
    const event = isAside ? await log.at(position) : null;
    if (event === null) {
      throw new LabError('not-found', `The group ${group} has set aside no event at ${position}.`, {
        action: 'Choose one of those that it lists.',
      });
    }
    await handle(event);
    await log.unpark(group, position);
  }

  /**
   * Holds back the deliveries of every process that uses the log, and of those that come, until one resumes them;
   * what is published meanwhile is delivered afterwards.
   */
  pause(): Promise<void> {
    return this.#pause.set(true);
  }

  resume(): Promise<void> {
    return this.#pause.set(false);
  }

  isPaused(): Promise<boolean> {
    return this.#options.log.isPaused();
  }

  /** Ends all deliveries and closes the log. */
  async close(): Promise<void> {
    this.#closed.abort();
    await Promise.all([...this.#groups, this.#tail?.over, this.#pause.over]);
    await this.#options.log.close();
  }

  #eventOf(name: string, data: unknown, context: EventContext): LabEvent {
    const { clock, newId } = this.#options;
    const traceId = context.traceId ?? newId();
    return labEvent(name, data, {
      time: context.time ?? clock(),
      traceId,
      correlationId: context.correlationId ?? traceId,
      agentId: context.agentId ?? null,
    });
  }

  /** Follows the end of the log for live views, from their first on. */
  #follow() {
    if (this.#tail !== undefined) return this.#tail;
    this.#pause.follow(this.#closed.signal);
    const begun = Promise.withResolvers<void>();
    this.#tail = { first: begun.promise, over: this.#followOn(begun.resolve) };
    return this.#tail;
  }

  async #followOn(begun: () => void): Promise<void> {
    const { log, sleep = systemSleep } = this.#options;
    const { signal } = this.#closed;
    let after: string | null = null;
    while (!signal.aborted) {
      try {
        if (after === null) after = await this.#takeLast();
        begun();
        await log.wait(after, signal);
        await this.#pause.whenOpen(signal);
        if (signal.aborted) break;
        const { events, last } = await log.read(after, pageSize);
        for (const event of events) this.#tell(event);
        after = last;
      } catch (error) {
        if (signal.aborted) break;
        this.#trouble('live', error);
        await sleep(waitMilliseconds, signal);
      }
    }
    begun();
  }

  async #takeLast(): Promise<string> {
    const { events, last } = await this.#options.log.latest(recentEvents);
    this.#recent.push(...events);
    return last;
  }

  #tell(event: PlacedEvent): void {
    this.#recent.push(event);
    if (this.#recent.length > recentEvents) this.#recent.shift();
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (error) {
        this.#trouble('live', error);
      }
    }
  }

  readonly #trouble = (group: string, error: unknown): void => this.#options.onTrouble?.(group, error);
}

const systemSleep: Sleep = async (milliseconds, signal) => {
  await delay(milliseconds, undefined, { signal, ref: false }).catch(() => {});
};
