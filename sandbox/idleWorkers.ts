import type { Worker } from 'node:worker_threads';

/** Two runs of a strategy at the same time, and two of what comes after. */
const mostIdle = 4;
/** How long a worker is kept for a next run: its thread holds some ten megabytes. */
const idleMilliseconds = 2000;

interface IdleWorker {
  readonly worker: Worker;
  readonly memoryBytes: number;
  readonly timer: NodeJS.Timeout;
  readonly onExit: () => void;
}

/** Workers between two runs. They keep no process alive, and end when no run takes them for a while. */
export class IdleWorkers {
  readonly #idle: IdleWorker[] = [];

  /** Keeps a worker that was started with this limit of memory, or ends it where there are enough. */
  async keep(worker: Worker, memoryBytes: number): Promise<void> {
    if (this.#idle.length >= mostIdle) {
      await worker.terminate();
      return;
    }
    const onExit = (): void => this.#remove(idle);
    const timer = setTimeout(() => {
      this.#remove(idle);
      void worker.terminate();
    }, idleMilliseconds);
    const idle: IdleWorker = { worker, memoryBytes, timer, onExit };
    timer.unref();
    worker.unref();
    worker.once('exit', onExit);
    this.#idle.push(idle);
  }

  /** The worker of this limit of memory that came last. */
  take(memoryBytes: number): Worker | undefined {
    const idle = this.#idle.findLast((candidate) => candidate.memoryBytes === memoryBytes);
    if (idle === undefined) return undefined;
    this.#remove(idle);
    idle.worker.ref();
    return idle.worker;
  }

  #remove(idle: IdleWorker): void {
    clearTimeout(idle.timer);
    idle.worker.off('exit', idle.onExit);
    const index = this.#idle.indexOf(idle);
    if (index >= 0) this.#idle.splice(index, 1);
  }
}
