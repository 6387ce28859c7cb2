import { createHash } from 'node:crypto';
import { access, readFile } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import { LabError } from '../extension/contracts/errors.ts';
import { untriedLimits } from '../extension/contracts/isolation.ts';
import { type PreviewWorkerData, previewMemoryExit } from './previewProtocol.ts';
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
 * Sandboxes as QuickJS interpreters, compiled to WebAssembly, each in a worker thread: for previews on
 * machines without Docker. The thread's end is the limit of time; the interpreter counts its own memory.
 */
export class QuickJsBackend implements SandboxBackend {
  readonly name = 'quickjs';
  readonly level = 'preview';
  readonly #options: QuickJsBackendOptions;
  #interpreter: Promise<WebAssembly.Module> | undefined;

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

  async start(options: StartOptions): Promise<SandboxProcess> {
    let realmSource: string;
    let interpreter: WebAssembly.Module;
    try {
      realmSource = await readFile(this.#options.realmFile, 'utf8');
      interpreter = await this.#compiledInterpreter();
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
    const workerData: PreviewWorkerData = {
      realmSource,
      realmHash: createHash('sha256').update(realmSource).digest('hex'),
      memoryBytes: options.limits.memoryBytes,
      interpreter,
    };
    const worker = new Worker(this.#options.workerFile, {
      workerData,
      env: {},
      execArgv: [],
      // Read by nobody: what a worker prints is no result.
      stdout: true,
      stderr: true,
      name: `strategy-lab-${options.label}`,
      resourceLimits: {
        stackSizeMb: stackMegabytes,
        maxOldGenerationSizeMb: Math.ceil(options.limits.memoryBytes / 1_048_576),
      },
    });
    return new WorkerProcess(worker, options.onOutput);
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

class WorkerProcess implements SandboxProcess {
  readonly exit: Promise<ExitFacts>;
  readonly #worker: Worker;
  #killedBy: KillReason | null = null;
  #ranOutOfMemory = false;

  constructor(worker: Worker, onOutput: (bytes: Uint8Array) => void) {
    this.#worker = worker;
    worker.stdout.resume();
    worker.stderr.resume();
    worker.on('message', (message: unknown) => {
      if (this.#killedBy !== null) return;
      if (message instanceof Uint8Array) onOutput(message);
      else void this.kill('protocol');
    });
    worker.on('error', (error) => {
      this.#ranOutOfMemory = (error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY';
    });
    this.exit = new Promise((resolve) => {
      worker.once('exit', (code) => {
        const memoryExceeded = this.#ranOutOfMemory || code === previewMemoryExit;
        resolve({ code, memoryExceeded, killedBy: this.#killedBy });
      });
    });
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.#worker.postMessage(bytes);
  }

  async kill(reason: KillReason): Promise<void> {
    this.#killedBy ??= reason;
    await this.#worker.terminate();
  }

  async dispose(): Promise<void> {
    await this.#worker.terminate();
  }
}
