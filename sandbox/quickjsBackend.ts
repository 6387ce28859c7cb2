import { createHash } from 'node:crypto';
import { access, readFile } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import { LabError } from '../extension/contracts/errors.ts';
import { untriedLimits } from '../extension/contracts/isolation.ts';
import { IdleWorkers } from './idleWorkers.ts';
import {
  type PreviewBegin,
  type PreviewWorkerData,
  previewFree,
  previewMemoryExit,
} from './previewProtocol.ts';
import { type RealmImage, realmImageSchema } from './realmImage.ts';
import type {
  BackendStatus,
  ExitFacts,
  KillReason,
  SandboxBackend,
  SandboxProcess,
  StartOptions,
} from './sandbox.ts';

/** Room for the interpreter's own recursion inside WebAssembly. */
const stackMegabytes = 16;

export interface QuickJsBackendOptions {
  /** The bundled previewWorker.js. */
  readonly workerFile: string;
  /** The bundled realm.js. */
  readonly realmFile: string;
  /** The interpreter, emscripten-module.wasm. */
  readonly interpreterFile: string;
}

/**
 * Sandboxes as QuickJS interpreters, compiled to WebAssembly, in worker threads: for previews on machines
 * without Docker. The thread's end is the limit of time; the interpreter counts its own memory. A strategy is
 * held by its interpreter, which no other run gets; who breaks out of it is in the host's process, and no thread
 * would hold him. So a thread whose run ended well serves the next one, and any other is ended.
 */
export class QuickJsBackend implements SandboxBackend {
  readonly name = 'quickjs';
  readonly level = 'preview';
  readonly #options: QuickJsBackendOptions;
  readonly #idle = new IdleWorkers();
  #interpreter: Promise<WebAssembly.Module> | undefined;
  #realm: BuiltRealm | undefined;

  constructor(options: QuickJsBackendOptions) {
    this.#options = options;
  }

  async probe(): Promise<BackendStatus> {
    const { name, level } = this;
    try {
      const { workerFile, realmFile, interpreterFile } = this.#options;
      await Promise.all([workerFile, realmFile, interpreterFile].map((file) => access(file)));
      return { name, level, state: 'ready', problem: null, action: null, note: null, limits: untriedLimits };
    } catch {
      return {
        name,
        level,
        state: 'unavailable',
        problem: 'The preview worker or its realm is not built.',
        action: 'Build the lab again: npm run build.',
        note: null,
        limits: untriedLimits,
      };
    }
  }

  async prepare(): Promise<void> {}

  async start({ limits, label, onOutput }: StartOptions): Promise<SandboxProcess> {
    const { memoryBytes } = limits;
    const idle = this.#idle.take(memoryBytes);
    const { worker, image, onImage } =
      idle === undefined ? await this.#startWorker(memoryBytes, label) : { worker: idle };
    return new WorkerProcess(worker, {
      begin: { image },
      onOutput,
      onImage,
      release: () => this.#idle.keep(worker, memoryBytes),
    });
  }

  async #startWorker(memoryBytes: number, label: string): Promise<NewWorker> {
    let realm: BuiltRealm;
    let interpreter: WebAssembly.Module;
    try {
      interpreter = await this.#compiledInterpreter();
      realm = await this.#builtRealm();
    } catch (error) {
      throw new LabError(
        'sandbox.unavailable',
        'The realm or the interpreter of the preview cannot be read.',
        {
          action: 'Build the lab again: npm run build.',
          cause: error,
        },
      );
    }
    const { source: realmSource, hash: realmHash } = realm;
    const workerData: PreviewWorkerData = { realmSource, realmHash, memoryBytes, interpreter };
    const worker = new Worker(this.#options.workerFile, {
      workerData,
      env: {},
      execArgv: [],
      // Read by nobody: what a worker prints is no result, and whoever reads keeps the process alive. The first
      // that is printed comes here, and what follows waits for a reader inside the worker, under its limits.
      stdout: true,
      stderr: true,
      name: `strategy-lab-${label}`,
      resourceLimits: {
        stackSizeMb: stackMegabytes,
        maxOldGenerationSizeMb: Math.ceil(memoryBytes / 1_048_576),
      },
    });
    // An error ends the worker, which is heard of by whoever has it.
    worker.on('error', () => undefined);
    // One makes the image, while the threads of others start.
    const image = realm.image === undefined ? undefined : await realm.image;
    if (image !== undefined) return { worker, image };
    const { promise, resolve: onImage } = Promise.withResolvers<RealmImage | undefined>();
    worker.once('exit', () => onImage(undefined));
    realm.image = promise;
    return { worker, onImage };
  }

  /** Read anew for each worker, because a build may have replaced it. */
  async #builtRealm(): Promise<BuiltRealm> {
    const source = await readFile(this.#options.realmFile, 'utf8');
    if (this.#realm?.source !== source) {
      this.#realm = { source, hash: createHash('sha256').update(source).digest('hex') };
    }
    return this.#realm;
  }

  /**
   * Compiled once and held: workers share the machine code of a module, which would else be made, and made
   * faster step by step, in each of them again.
   */
  async #compiledInterpreter(): Promise<WebAssembly.Module> {
    this.#interpreter ??= readFile(this.#options.interpreterFile).then((bytes) => WebAssembly.compile(bytes));
    try {
      return await this.#interpreter;
    } catch (error) {
      this.#interpreter = undefined;
      throw error;
    }
  }
}

/** The realm's bundle. */
interface BuiltRealm {
  readonly source: string;
  readonly hash: string;
  /** As the worker makes it that came first; undefined where that has ended without. */
  image?: Promise<RealmImage | undefined>;
}

interface NewWorker {
  readonly worker: Worker;
  readonly image?: RealmImage;
  /** Takes the image of a worker that got none, or that there is none to come. */
  readonly onImage?: ((image: RealmImage | undefined) => void) | undefined;
}

interface WorkerUse {
  readonly begin: PreviewBegin;
  readonly onOutput: (bytes: Uint8Array) => void;
  readonly onImage: NewWorker['onImage'];
  /** Takes the worker back, once its run is over and ended well. */
  readonly release: () => Promise<void>;
}

/** One run in a worker. */
class WorkerProcess implements SandboxProcess {
  readonly exit: Promise<ExitFacts>;
  readonly #worker: Worker;
  readonly #use: WorkerUse;
  #awaitsImage: boolean;
  #killedBy: KillReason | null = null;
  #ranOutOfMemory = false;
  #isFree = false;
  #isReleased = false;
  #settleExit: (facts: ExitFacts) => void = () => undefined;

  readonly #onMessage = (message: unknown): void => {
    if (this.#killedBy !== null) return;
    if (this.#isFree) void this.kill('protocol');
    else if (message instanceof Uint8Array) this.#takeOutput(message);
    else if (message === previewFree) {
      this.#isFree = true;
      this.#settleExit({ code: 0, memoryExceeded: false, killedBy: null });
    } else this.#takeImage(message);
  };
  readonly #onError = (error: Error): void => {
    this.#ranOutOfMemory = (error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY';
  };
  readonly #onExit = (code: number): void => {
    const memoryExceeded = this.#ranOutOfMemory || code === previewMemoryExit;
    this.#settleExit({ code, memoryExceeded, killedBy: this.#killedBy });
  };

  constructor(worker: Worker, use: WorkerUse) {
    this.#worker = worker;
    this.#use = use;
    this.#awaitsImage = use.onImage !== undefined;
    this.exit = new Promise((resolve) => {
      this.#settleExit = resolve;
    });
    worker.on('message', this.#onMessage).on('error', this.#onError).on('exit', this.#onExit);
    worker.postMessage(use.begin);
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.#worker.postMessage(bytes);
  }

  async kill(reason: KillReason): Promise<void> {
    if (this.#isReleased) return;
    this.#killedBy ??= reason;
    await this.#worker.terminate();
  }

  async dispose(): Promise<void> {
    if (this.#isReleased) return;
    if (!this.#isFree || this.#killedBy !== null) {
      await this.#worker.terminate();
      return;
    }
    this.#isReleased = true;
    this.#worker.off('message', this.#onMessage).off('error', this.#onError).off('exit', this.#onExit);
    await this.#use.release();
  }

  #takeOutput(bytes: Uint8Array): void {
    this.#endImage(undefined);
    this.#use.onOutput(bytes);
  }

  /** Taken before all else alone: then no strategy has run yet. */
  #takeImage(message: unknown): void {
    const image = this.#awaitsImage ? realmImageSchema.safeParse(message).data : undefined;
    this.#endImage(image);
    if (image === undefined) void this.kill('protocol');
  }

  #endImage(image: RealmImage | undefined): void {
    if (this.#awaitsImage) this.#use.onImage?.(image);
    this.#awaitsImage = false;
  }
}
