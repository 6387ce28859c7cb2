import type { SandboxBackend, SandboxLimits, SandboxProcess, StartOptions } from './sandbox.ts';

interface StandbyProcess {
  readonly process: Promise<SandboxProcess>;
  readonly stop: AbortController;
  /** Takes the output once a run has claimed the sandbox. */
  receive: ((bytes: Uint8Array) => void) | undefined;
  /** It ended, or said something before it was asked: no run gets it. */
  isSpoiled: boolean;
}

/**
 * Sandboxes that are started before a run asks for them, so that the run need not wait. Each serves one run,
 * as any other does: until then its runner has got nothing, neither a strategy nor a bar. A run of many
 * parameter sets starts its own.
 */
export class Standby {
  readonly #limits: SandboxLimits;
  readonly #label: string;
  readonly #waiting = new Map<SandboxBackend, StandbyProcess[]>();

  constructor(limits: SandboxLimits, label: string) {
    this.#limits = limits;
    this.#label = label;
  }

  /** Starts `count` sandboxes and does not wait for them. What fails to start is started by its run. */
  start(backend: SandboxBackend, count: number): void {
    const started = Array.from({ length: count }, () => this.#startOne(backend));
    this.#waiting.set(backend, [...(this.#waiting.get(backend) ?? []), ...started]);
  }

  #startOne(backend: SandboxBackend): StandbyProcess {
    const stop = new AbortController();
    const standby: StandbyProcess = {
      process: backend.start({
        limits: this.#limits,
        label: this.#label,
        signal: stop.signal,
        onOutput: (bytes) => {
          if (standby.receive === undefined) standby.isSpoiled = true;
          else standby.receive(bytes);
        },
      }),
      stop,
      receive: undefined,
      isSpoiled: false,
    };
    const spoil = (): void => {
      standby.isSpoiled = true;
    };
    standby.process.then(({ exit }) => exit.then(spoil), spoil);
    return standby;
  }

  /** The backend with its next starts taken from what stands by. */
  over(backend: SandboxBackend): SandboxBackend {
    return {
      name: backend.name,
      level: backend.level,
      probe: (signal) => backend.probe(signal),
      prepare: (signal) => backend.prepare(signal),
      start: (options) => this.#take(backend, options),
    };
  }

  async #take(backend: SandboxBackend, options: StartOptions): Promise<SandboxProcess> {
    if (options.manySets) return backend.start(options);
    const standby = this.#waiting.get(backend)?.shift();
    if (standby === undefined) return backend.start(options);
    if (standby.isSpoiled) {
      void remove(standby);
      return backend.start(options);
    }
    standby.receive = options.onOutput;
    const stop = (): void => standby.stop.abort();
    options.signal.addEventListener('abort', stop, { once: true });
    try {
      return await standby.process;
    } catch (error) {
      if (options.signal.aborted) throw error;
      return await backend.start(options);
    } finally {
      options.signal.removeEventListener('abort', stop);
    }
  }

  /** Removes what no run has taken. Never rejects. */
  async close(): Promise<void> {
    const left = [...this.#waiting.values()].flat();
    this.#waiting.clear();
    await Promise.all(left.map(remove));
  }
}

async function remove({ process, stop }: StandbyProcess): Promise<void> {
  stop.abort();
  await process.then((started) => started.dispose()).catch(() => undefined);
}
