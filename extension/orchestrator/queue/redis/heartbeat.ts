import { Worker } from 'node:worker_threads';
import type { TaskLease } from '../../../contracts/tasks.ts';
import type { RedisTarget } from './connection.ts';
import { type HeartbeatOrder, heartbeatNewsSchema } from './heartbeatProtocol.ts';

export interface HeartbeatOptions {
  readonly target: RedisTarget;
  readonly consumer: string;
  /** `taskHeartbeatWorker.js` of the build, or `heartbeatWorker.ts` itself. */
  readonly workerUrl: URL;
  readonly lost: (lease: TaskLease) => void;
}

/** The leases of this process, which a thread of its own renews. */
export class Heartbeat {
  readonly #options: HeartbeatOptions;
  readonly #held = new Map<string, TaskLease>();
  #worker: Worker | undefined;
  #orders: HeartbeatOrder[] = [];

  constructor(options: HeartbeatOptions) {
    this.#options = options;
  }

  hold({ id, epoch }: TaskLease, milliseconds: number): void {
    const lease = { id, epoch };
    this.#held.set(id, lease);
    this.#order({ kind: 'hold', lease, milliseconds });
  }

  drop({ id, epoch }: TaskLease): void {
    if (this.#held.get(id)?.epoch !== epoch) return;
    this.#held.delete(id);
    this.#order({ kind: 'drop', lease: { id, epoch } });
  }

  /** Renews no more, and gives what is held. */
  async stop(): Promise<TaskLease[]> {
    const leases = [...this.#held.values()];
    this.#held.clear();
    const worker = this.#worker;
    if (worker !== undefined) {
      const exited = new Promise((done) => worker.once('exit', done));
      this.#order({ kind: 'close' });
      worker.ref();
      await exited;
    }
    return leases;
  }

  #order(order: HeartbeatOrder): void {
    this.#worker ??= this.#start();
    if (this.#orders.push(order) === 1) queueMicrotask(() => this.#send());
  }

  #send(): void {
    this.#worker?.postMessage(this.#orders);
    this.#orders = [];
  }

  #start(): Worker {
    const { target, consumer, workerUrl, lost } = this.#options;
    const { url, prefix } = target;
    const worker = new Worker(workerUrl, { name: 'task heartbeat', workerData: { url, prefix, consumer } });
    worker.unref();
    worker.on('message', (message) => {
      for (const lease of heartbeatNewsSchema.parse(message)) {
        if (this.#held.get(lease.id)?.epoch !== lease.epoch) continue;
        this.#held.delete(lease.id);
        lost(lease);
      }
    });
    // Without its heartbeats the leases run out: whoever holds one must not think it good.
    worker.on('error', () => {
      for (const lease of this.#held.values()) lost(lease);
      this.#held.clear();
      this.#worker = undefined;
    });
    return worker;
  }
}
