import type { Container } from 'dockerode';
import { LabError } from '../extension/contracts/errors.ts';
import { callDocker, callMilliseconds, type DockerClient, isStatus } from './dockerApi.ts';
import { DockerStreamSplitter } from './dockerStream.ts';
import { removeContainer } from './orphans.ts';
import type { ExitFacts, KillReason, SandboxLimits, SandboxProcess } from './sandbox.ts';

/** Bytes of stderr after which the sandbox is ended; none of them is kept, for none can be trusted. */
const stderrBytes = 1_048_576;
/** How long the last output may follow the end of its process, in milliseconds. */
const drainMilliseconds = 2000;
/** Exit code of a process that SIGKILL ended. */
const killedCode = 137;
const removalAttempts = 3;

export interface DockerProcessOptions {
  readonly docker: DockerClient;
  readonly container: Container;
  readonly stream: NodeJS.ReadWriteStream;
  readonly limits: SandboxLimits;
  readonly onOutput: (bytes: Uint8Array) => void;
  /** Called with the container's id where Docker did not confirm its removal. */
  readonly onLeft: (id: string) => void;
}

/** A container that was created and attached, and is about to be started. */
export class DockerProcess implements SandboxProcess {
  readonly exit: Promise<ExitFacts>;
  readonly #docker: DockerClient;
  readonly #container: Container;
  readonly #stream: NodeJS.ReadWriteStream & { destroy?: () => void };
  readonly #limits: SandboxLimits;
  readonly #onLeft: (id: string) => void;
  readonly #hasEnded: Promise<void>;
  readonly #waiting = new AbortController();
  #settleExit: (facts: ExitFacts) => void = () => {};
  #killedBy: KillReason | null = null;
  #killing: Promise<void> | undefined;
  #removal: Promise<void> | undefined;
  #complaints = 0;

  constructor(options: DockerProcessOptions) {
    this.#docker = options.docker;
    this.#container = options.container;
    this.#stream = options.stream;
    this.#limits = options.limits;
    this.#onLeft = options.onLeft;
    this.exit = new Promise((settle) => {
      this.#settleExit = settle;
    });
    const splitter = new DockerStreamSplitter({
      stdout: (bytes) => {
        if (this.#killedBy === null) options.onOutput(bytes);
      },
      stderr: (bytes) => this.#takeComplaint(bytes.length),
      broken: () => void this.kill('protocol'),
    });
    this.#stream.on('data', (bytes: Uint8Array) => splitter.push(bytes));
    this.#hasEnded = new Promise((resolve) => {
      for (const event of ['end', 'close', 'error']) this.#stream.on(event, () => resolve());
    });
  }

  /** Starts the container and watches for its end. */
  async start(signal: AbortSignal): Promise<void> {
    // Asked for before the start: a container that ends at once would be missed otherwise.
    const wait = this.#container.wait({
      condition: 'next-exit',
      abortSignal: this.#waiting.signal,
    }) as Promise<{ StatusCode?: number }>;
    void this.#watch(wait);
    await callDocker('start the sandbox', (abortSignal) => this.#container.start({ abortSignal }), {
      // How soon it is to answer says nothing of how long a busy machine takes to start it.
      milliseconds: Math.max(callMilliseconds, this.#limits.answerMilliseconds),
      signal,
    });
  }

  get stderrBytes(): number {
    return this.#complaints;
  }

  write(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve) => {
      const isRoomy = this.#stream.write(bytes, () => {});
      if (isRoomy) resolve();
      else {
        this.#stream.once('drain', resolve);
        void this.exit.then(() => resolve());
      }
    });
  }

  kill(reason: KillReason): Promise<void> {
    this.#killedBy ??= reason;
    this.#killing ??= callDocker('kill the sandbox', (abortSignal) =>
      this.#container.kill({ abortSignal }),
    ).then(
      () => undefined,
      // 409: it has ended by itself. Whatever else hinders a kill, `dispose` meets it again.
      () => undefined,
    );
    return this.#killing;
  }

  dispose(): Promise<void> {
    this.#removal ??= this.#remove();
    return this.#removal;
  }

  async #remove(): Promise<void> {
    try {
      for (let attempt = 1; ; attempt++) {
        try {
          await removeContainer(this.#docker, this.#container.id);
          return;
        } catch (error) {
          if (attempt === removalAttempts) {
            this.#onLeft(this.#container.id);
            throw new LabError(
              'sandbox.unavailable',
              `Docker did not confirm the removal of container ${this.#container.id.slice(0, 12)}.`,
              {
                action: `Remove it by hand: docker rm -f -v ${this.#container.id.slice(0, 12)}`,
                cause: error,
              },
            );
          }
        }
      }
    } finally {
      this.#waiting.abort();
      this.#stream.destroy?.();
      this.#settleExit({ code: null, memoryExceeded: false, killedBy: this.#killedBy });
    }
  }

  #takeComplaint(length: number): void {
    this.#complaints += length;
    if (this.#complaints > stderrBytes && this.#killedBy === null) void this.kill('output');
  }

  async #watch(wait: Promise<{ StatusCode?: number }>): Promise<void> {
    let code: number | null = null;
    try {
      const end = await Promise.race([wait, this.#silence()]);
      code = end?.StatusCode ?? null;
    } catch {
      // The connection to the daemon broke, or the container was removed: the inspection below tells.
    }
    await Promise.race([this.#hasEnded, this.#pause(drainMilliseconds)]);
    this.#settleExit(await this.#inspect(code));
  }

  /** Settles where the output has ended and the container too, or the daemon: the answer to a wait can be lost. */
  async #silence(): Promise<undefined> {
    await this.#hasEnded;
    await this.#pause(drainMilliseconds);
    const isRunning = await callDocker('inspect a silent sandbox', (abortSignal) =>
      this.#container.inspect({ abortSignal }),
    ).then(
      ({ State: state }) => state.Running,
      () => false,
    );
    // It has closed its output and lives on: it gives no answer, and its time will be over.
    if (isRunning) await new Promise<never>(() => {});
    return undefined;
  }

  #pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#waiting.signal.addEventListener('abort', () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  async #inspect(code: number | null): Promise<ExitFacts> {
    try {
      const { State: state } = await callDocker('inspect the ended sandbox', (abortSignal) =>
        this.#container.inspect({ abortSignal }),
      );
      return {
        code: state.Running ? code : state.ExitCode,
        // Docker now and then misses that the limit ended a gVisor sandbox. Nothing in a sandbox may send
        // signals: a kill that did not come from here came from the limit.
        memoryExceeded: state.OOMKilled || (state.ExitCode === killedCode && this.#killedBy === null),
        killedBy: this.#killedBy,
      };
    } catch (error) {
      if (!isStatus(error, 404)) void this.kill('lost');
      return { code, memoryExceeded: false, killedBy: this.#killedBy };
    }
  }
}
