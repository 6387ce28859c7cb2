/** The clock by which a replay is paced. */
export interface ReplayClock {
  /** Milliseconds from any fixed moment on. */
  now(): number;
  /** Resolves after so many milliseconds; rejects when `signal` is aborted. */
  wait(milliseconds: number, signal: AbortSignal): Promise<void>;
}

export interface PaceOptions {
  readonly clock: ReplayClock;
  /** Milliseconds of market time that pass in one of the clock. */
  readonly speed: number;
  readonly signal: AbortSignal;
}

/** Longest single wait: timers take no more than 2^31 ms. */
const longestWait = 86_400_000;

/**
 * Hands on bars as the market did: the first at once, each other when as much time has passed since as lies
 * between their opens, divided by `speed`. A reader that was slow gets what is due at once: no delay adds up.
 */
export async function* inRealTime<Bar extends { readonly time: number }>(
  bars: Iterable<Bar>,
  { clock, speed, signal }: PaceOptions,
): AsyncGenerator<Bar> {
  const began = clock.now();
  let first: number | null = null;
  for (const bar of bars) {
    first ??= bar.time;
    const due = began + (bar.time - first) / speed;
    for (let left = due - clock.now(); left > 0; left = due - clock.now()) {
      await clock.wait(Math.min(left, longestWait), signal);
    }
    signal.throwIfAborted();
    yield bar;
  }
}

/** What a person wants after a bar: the next, the next in which something came to pass, or to stop. */
export type StepCommand = 'next' | 'event' | 'quit';

/**
 * Hands on bars one at a time, the first at once, each other when `command` says so. After `event` those
 * that `isEventful` denies are passed over.
 */
export async function* stepByStep<Bar>(
  bars: Iterable<Bar>,
  command: () => Promise<StepCommand>,
  isEventful: (bar: Bar) => boolean,
): AsyncGenerator<Bar> {
  let isAwaited = false;
  let wanted: StepCommand = 'next';
  for (const bar of bars) {
    if (isAwaited) wanted = await command();
    if (wanted === 'quit') return;
    isAwaited = wanted === 'next' || isEventful(bar);
    if (isAwaited) yield bar;
  }
}
