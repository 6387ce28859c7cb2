import { LabError } from '../../contracts/errors.ts';
import { type ClaimedTask, highPriority, type TaskQueue } from '../../contracts/tasks.ts';
import { decideWorkers, type LoadSample, type ScalingPolicy } from './autoscaler.ts';
import { LoadWindow, quantile, type TaskSample } from './loadWindow.ts';
import { runClaimed } from './runClaimed.ts';
import type { TaskHandler } from './task.ts';

export interface WorkerPoolOptions {
  readonly queue: TaskQueue;
  readonly handlers: readonly TaskHandler[];
  /** Who works here, for people to read: host and process. */
  readonly name: string;
  readonly policy: ScalingPolicy;
  /** Workers to begin with; the policy's minimum where left out. */
  readonly workers?: number;
  /** UTC milliseconds. */
  readonly clock: () => number;
  /** Hears of every decision and fault, in a sentence. Must not throw. */
  readonly log: (level: 'info' | 'warning', message: string) => void;
  /** Hears of every attempt that came to its end. Must not throw. */
  readonly onSample?: (sample: TaskSample) => void;
  /** Resolves after so many milliseconds, or once the signal is aborted. */
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

export interface PoolStatus {
  readonly workers: number;
  /** Tasks at work now; more than `workers` while a task is asked to make room. */
  readonly active: number;
  /** Share of the workers' time of the latest minutes that was spent at work, 0 to 1. */
  readonly utilisation: number;
}

/** A claim ends after this long and is made again. */
const claimMilliseconds = 60_000;
/** After a fault of the queue. */
const faultMilliseconds = 1000;
const windowMilliseconds = 300_000;

interface Place {
  readonly number: number;
  /** `high` takes urgent tasks alone, and is there at all times: they never wait for a worker to be free. */
  readonly band: 'any' | 'high';
  isRetired: boolean;
  /** Ends its waiting for a task. */
  waiting: AbortController | null;
  running: Running | null;
}

interface Running {
  readonly task: ClaimedTask;
  readonly startedTime: number;
  readonly yieldWanted: AbortController;
}

/**
 * Works on the tasks of a queue, several at a time. An urgent task starts at once: it takes the place of a worker
 * that waits, or else the least urgent task at work is asked to keep its state and go back to the queue. One place
 * is left to all tasks in the queue's own order, so that nothing starves.
 */
export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #handlers: ReadonlyMap<string, TaskHandler>;
  readonly #stop = new AbortController();
  readonly #places = new Set<Place>();
  readonly #loops = new Set<Promise<void>>();
  readonly #window = new LoadWindow(windowMilliseconds);
  #policy: ScalingPolicy;
  #workers: number;
  #nextNumber = 1;
  #calmLooks = 0;
  #isClosed = false;
  readonly #openedTime: number;
  #lastLook: number;
  /** Milliseconds of work in this process up to now, but for what is at work. */
  #worked = 0;
  #workedAtLook = 0;
  #wake = Promise.withResolvers<void>();

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
    this.#handlers = new Map(options.handlers.map((handler) => [handler.type, handler]));
    this.#policy = options.policy;
    this.#workers = options.workers ?? options.policy.minimum;
    this.#openedTime = options.clock();
    this.#lastLook = this.#openedTime;
    this.#fit();
  }

  get status(): PoolStatus {
    return { workers: this.#workers, active: this.#running().length, utilisation: this.#utilisation() };
  }

  /** The attempts of the latest minutes. */
  samples(): readonly TaskSample[] {
    return this.#window.since(this.#options.clock());
  }

  /** How many tasks there may be at work. One that is at work where fewer are allowed ends first. */
  resize(workers: number): void {
    this.#workers = Math.max(1, workers);
    this.#fit();
  }

  /** Scales by another policy from now on; too few or too many workers change at once. */
  follow(policy: ScalingPolicy): void {
    this.#policy = policy;
    this.resize(Math.min(policy.maximum, Math.max(policy.minimum, this.#workers)));
  }

  /** Looks at the load and decides about more or fewer workers; to be called as often as the policy says. */
  async scale(): Promise<void> {
    const { queue, clock, log } = this.#options;
    const counts = await queue.counts();
    const depth = counts.reduce((sum, { waiting }) => sum + waiting, 0);
    const now = clock();
    const started = this.#window.since(now, this.#lastLook);
    const worked = this.#workedUntil(now);
    const span = Math.max(1, now - this.#lastLook);
    const sample: LoadSample = {
      depth,
      p95Milliseconds: quantile(
        started.flatMap(({ epoch, startedTime, readyTime }) => (epoch === 1 ? startedTime - readyTime : [])),
        0.95,
      ),
      utilisation: Math.min(1, (worked - this.#workedAtLook) / (span * this.#workers)),
    };
    this.#lastLook = now;
    this.#workedAtLook = worked;
    const before = this.#workers;
    const decision = decideWorkers(this.#policy, { workers: before, calmLooks: this.#calmLooks }, sample);
    this.#calmLooks = decision.calmLooks;
    if (decision.reason === null) return;
    log('info', `${before} workers become ${decision.workers}: ${decision.reason}.`);
    this.resize(decision.workers);
  }

  /**
   * Takes no more tasks, asks those at work to keep their state and go back, and after `graceMilliseconds` stops
   * the others, which then go back as they were kept last.
   */
  async close(graceMilliseconds = 5000): Promise<void> {
    this.#isClosed = true;
    for (const place of this.#places) {
      place.isRetired = true;
      place.waiting?.abort();
      place.running?.yieldWanted.abort();
    }
    this.#changed();
    const patience = new AbortController();
    const ended = Promise.allSettled([...this.#loops]);
    await Promise.race([ended, this.#options.sleep(graceMilliseconds, patience.signal)]);
    patience.abort();
    this.#stop.abort();
    this.#changed();
    await ended;
  }

  /** Makes and retires places until there are as many as there shall be. */
  #fit(): void {
    if (this.#isClosed) return;
    for (const [band, wanted] of [
      ['any', this.#workers],
      ['high', Math.max(1, this.#workers - 1)],
    ] as const) {
      const places = [...this.#places]
        .filter((place) => place.band === band && !place.isRetired)
        .sort((a, b) => Number(b.running !== null) - Number(a.running !== null));
      for (const place of places.slice(wanted)) {
        place.isRetired = true;
        place.waiting?.abort();
      }
      for (let count = places.length; count < wanted; count++) this.#open(band);
    }
    this.#changed();
  }

  #open(band: Place['band']): void {
    const place: Place = { number: this.#nextNumber++, band, isRetired: false, waiting: null, running: null };
    this.#places.add(place);
    const loop = this.#work(place).finally(() => {
      this.#places.delete(place);
      this.#loops.delete(loop);
      this.#changed();
    });
    this.#loops.add(loop);
  }

  async #work(place: Place): Promise<void> {
    const { queue, name, log, sleep } = this.#options;
    while (!place.isRetired && !this.#stop.signal.aborted) {
      if (!this.#mayClaim(place)) {
        await this.#wake.promise;
        continue;
      }
      const waiting = new AbortController();
      place.waiting = waiting;
      try {
        const [task] = await queue.claim(
          {
            worker: `${name}/${place.number}`,
            types: [...this.#handlers.keys()],
            band: place.band,
            waitMilliseconds: claimMilliseconds,
          },
          waiting.signal,
        );
        place.waiting = null;
        if (task !== undefined) await this.#run(place, task);
      } catch (error) {
        place.waiting = null;
        log('warning', `The queue cannot be worked on: ${messageOf(error)}`);
        await sleep(faultMilliseconds, AbortSignal.any([waiting.signal, this.#stop.signal]));
      }
    }
  }

  /** An urgent task at work stands for one place; one place is left to every task. */
  #mayClaim(place: Place): boolean {
    if (place.band === 'high') return true;
    const others = [...this.#places].filter((other) => other !== place);
    const taken = others.filter(
      ({ band, running, waiting }) => band === 'any' && (running ?? waiting),
    ).length;
    const urgent = others.filter(({ band, running }) => band === 'high' && running !== null).length;
    return taken === 0 || taken + urgent < this.#workers;
  }

  async #run(place: Place, task: ClaimedTask): Promise<void> {
    const { queue, clock, log } = this.#options;
    const startedTime = clock();
    const running: Running = { task, startedTime, yieldWanted: new AbortController() };
    place.running = running;
    if (place.isRetired) running.yieldWanted.abort();
    if (place.band === 'high') this.#makeRoom();
    const handler = this.#handlers.get(task.type) as TaskHandler;
    const outcome = await runClaimed({
      queue,
      handler,
      task,
      stop: this.#stop.signal,
      yieldWanted: running.yieldWanted.signal,
      log,
    });
    const endedTime = clock();
    place.running = null;
    this.#worked += endedTime - startedTime;
    const { id, type, tenant, priority, attempt, traceId, readyTime, epoch } = task;
    const times = { readyTime, startedTime, endedTime };
    const sample: TaskSample = { id, type, tenant, priority, attempt, traceId, epoch, ...times, outcome };
    this.#window.add(sample);
    this.#options.onSample?.(sample);
    this.#changed();
  }

  /** An urgent task has begun: a place that waits steps back, or a task at work is asked to; never the last one. */
  #makeRoom(): void {
    const places = [...this.#places].filter(({ band }) => band === 'any');
    const idle = places.filter(({ waiting }) => waiting !== null);
    const isWanted = ({ task, yieldWanted }: Running) =>
      task.priority < highPriority && !yieldWanted.signal.aborted;
    const low = places.flatMap(({ running }) => (running !== null && isWanted(running) ? running : []));
    // Who was asked before is as good as gone.
    const staying = this.#running().filter(({ yieldWanted }) => !yieldWanted.signal.aborted).length;
    if (staying + idle.length <= this.#workers || idle.length + low.length <= 1) return;
    const [stepsBack] = idle;
    const [asked] = low.sort((a, b) => a.task.priority - b.task.priority || b.startedTime - a.startedTime);
    if (stepsBack === undefined) asked?.yieldWanted.abort();
    else stepsBack.waiting?.abort();
  }

  #running(): Running[] {
    return [...this.#places].flatMap(({ running }) => running ?? []);
  }

  #utilisation(): number {
    const now = this.#options.clock();
    const from = Math.max(this.#openedTime, now - windowMilliseconds);
    const ended = this.#window.since(now);
    const running = this.#running().map(({ startedTime }) => ({ startedTime, endedTime: now }));
    const worked = [...ended, ...running].reduce(
      (sum, { startedTime, endedTime }) => sum + endedTime - Math.max(from, startedTime),
      0,
    );
    return Math.min(1, worked / (Math.max(1, now - from) * this.#workers));
  }

  #workedUntil(now: number): number {
    return this.#running().reduce((sum, { startedTime }) => sum + now - startedTime, this.#worked);
  }

  #changed(): void {
    const { resolve } = this.#wake;
    this.#wake = Promise.withResolvers();
    resolve();
  }
}

function messageOf(error: unknown): string {
  return LabError.is(error) || error instanceof Error ? error.message : String(error);
}
