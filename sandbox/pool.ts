import type { IsolationLevel } from '../extension/contracts/isolation.ts';
import type { SandboxBackend, SandboxLimits, SandboxProcess, StartOptions } from './sandbox.ts';

/** What a sandbox is made ready for; one of another kind cannot take its place. */
export type SandboxKind = Pick<StartOptions, 'manySets' | 'language'>;

export interface PoolOptions {
  readonly limits: SandboxLimits;
  /** Part of the sandboxes' names, as `StartOptions` has it. */
  readonly label: string;
  /**
   * How long sandboxes are kept ready after the last run, in milliseconds; 0 where none takes the place of
   * one that has served its run.
   */
  readonly keepMilliseconds: number;
  /** Most sandboxes of a kind that are kept ready. */
  readonly mostReady: number;
  /** Hears of each sandbox that a run got, and how many milliseconds the run waited for it. Must not throw. */
  readonly onServed?: (level: IsolationLevel, source: 'cold' | 'pool', milliseconds: number) => void;
}

interface ReadySandbox {
  readonly process: Promise<SandboxProcess>;
  readonly stop: AbortController;
  /** Takes the output once a run has claimed the sandbox. */
  receive: ((bytes: Uint8Array) => void) | undefined;
  /** It ended, or said something before it was asked: no run gets it. */
  isSpoiled: boolean;
}

/** The sandboxes of one backend and one kind. */
interface Shelf {
  readonly backend: SandboxBackend;
  readonly kind: SandboxKind;
  ready: ReadySandbox[];
  /** Sandboxes that serve a run now. */
  inUse: number;
  /** Most of them at one time since the pool was last idle. */
  peak: number;
}

/**
 * Sandboxes that are started before a run asks for them, so that the run need not wait. Each serves one run,
 * as any other does: until then its runner has got nothing, neither a strategy nor a bar. When one has
 * served, another is started in its place, as many as were at work at one time; some while after the last
 * run all are removed.
 */
export class SandboxPool {
  readonly #options: PoolOptions;
  readonly #shelves: Shelf[] = [];
  #idleTimer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  /** Starts `count` sandboxes and does not wait for them. What fails to start is started by its run. */
  start(backend: SandboxBackend, kind: SandboxKind, count: number): void {
    const shelf = this.#shelfOf(backend, kind);
    for (let missing = count - shelf.ready.length; missing > 0; missing--)
      shelf.ready.push(this.#startOne(shelf));
  }

  /** Sandboxes that wait for a run, or will soon. */
  get ready(): number {
    return this.#shelves.reduce((sum, { ready }) => sum + ready.length, 0);
  }

  /** Sandboxes that serve a run. */
  get inUse(): number {
    return this.#shelves.reduce((sum, shelf) => sum + shelf.inUse, 0);
  }

  /** The backend with its next starts taken from what is ready. */
  over(backend: SandboxBackend): SandboxBackend {
    return {
      name: backend.name,
      level: backend.level,
      ...(backend.languages === undefined ? {} : { languages: backend.languages }),
      probe: (signal) => backend.probe(signal),
      prepare: (...wanted) => backend.prepare(...wanted),
      start: (options) => this.#serve(this.#shelfOf(backend, options), options),
    };
  }

  /** Removes what no run has taken. Never rejects. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#idleTimer);
    await this.#clear();
  }

  #shelfOf(backend: SandboxBackend, { manySets = false, language = 'javascript' }: SandboxKind): Shelf {
    const known = this.#shelves.find(
      (shelf) =>
        shelf.backend === backend && shelf.kind.manySets === manySets && shelf.kind.language === language,
    );
    if (known !== undefined) return known;
    const shelf: Shelf = { backend, kind: { manySets, language }, ready: [], inUse: 0, peak: 0 };
    this.#shelves.push(shelf);
    return shelf;
  }

  #startOne({ backend, kind }: Shelf): ReadySandbox {
    const stop = new AbortController();
    const sandbox: ReadySandbox = {
      process: backend.start({
        ...kind,
        isAhead: true,
        limits: this.#options.limits,
        label: this.#options.label,
        signal: stop.signal,
        onOutput: (bytes) => {
          if (sandbox.receive === undefined) sandbox.isSpoiled = true;
          else sandbox.receive(bytes);
        },
      }),
      stop,
      receive: undefined,
      isSpoiled: false,
    };
    const spoil = (): void => {
      sandbox.isSpoiled = true;
    };
    sandbox.process.then(({ exit }) => exit.then(spoil), spoil);
    return sandbox;
  }

  async #serve(shelf: Shelf, options: StartOptions): Promise<SandboxProcess> {
    clearTimeout(this.#idleTimer);
    shelf.inUse++;
    shelf.peak = Math.max(shelf.peak, shelf.inUse);
    let isServing = true;
    const release = (): void => {
      if (!isServing) return;
      isServing = false;
      shelf.inUse--;
      this.#refill(shelf);
    };
    const asked = performance.now();
    try {
      const { process, source } = await this.#take(shelf, options);
      this.#options.onServed?.(shelf.backend.level, source, performance.now() - asked);
      return {
        write: (bytes) => process.write(bytes),
        kill: (reason) => process.kill(reason),
        exit: process.exit,
        get stderrBytes() {
          return process.stderrBytes ?? 0;
        },
        dispose: () => process.dispose().finally(release),
      };
    } catch (error) {
      release();
      throw error;
    }
  }

  async #take(
    { backend, ready }: Shelf,
    options: StartOptions,
  ): Promise<{ readonly process: SandboxProcess; readonly source: 'cold' | 'pool' }> {
    for (let sandbox = ready.shift(); sandbox !== undefined; sandbox = ready.shift()) {
      if (sandbox.isSpoiled) {
        void remove(sandbox);
        continue;
      }
      const { stop } = sandbox;
      sandbox.receive = options.onOutput;
      const onAbort = (): void => stop.abort();
      options.signal.addEventListener('abort', onAbort, { once: true });
      try {
        return { process: await sandbox.process, source: 'pool' };
      } catch (error) {
        if (options.signal.aborted) throw error;
      } finally {
        options.signal.removeEventListener('abort', onAbort);
      }
    }
    return { process: await backend.start(options), source: 'cold' };
  }

  #refill(shelf: Shelf): void {
    const { keepMilliseconds, mostReady } = this.#options;
    if (this.#isClosed || keepMilliseconds === 0) return;
    // While runs are at work their processors are theirs: what ends makes room for what comes.
    this.start(shelf.backend, shelf.kind, Math.min(shelf.peak - shelf.inUse, mostReady));
    if (this.#shelves.some(({ inUse }) => inUse > 0)) return;
    clearTimeout(this.#idleTimer);
    this.#idleTimer = setTimeout(() => void this.#clear(), keepMilliseconds).unref();
  }

  async #clear(): Promise<void> {
    const left = this.#shelves.splice(0).flatMap(({ ready }) => ready.splice(0));
    await Promise.all(left.map(remove));
  }
}

async function remove({ process, stop }: ReadySandbox): Promise<void> {
  stop.abort();
  await process.then((started) => started.dispose()).catch(() => undefined);
}
