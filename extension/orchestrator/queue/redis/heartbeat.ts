import { Worker } from 'node:worker_threads';
import type { TaskLease } from '../../../contracts/tasks.ts';
import { renewalPeriod } from '../../../storage/tasks/heldTasks.ts';
import type { RedisTarget } from './connection.ts';
import { type HeartbeatOrder, heartbeatNewsSchema } from './heartbeatProtocol.ts';
import { OrderBox, orderBoxMemory } from './orderBox.ts';
import { settledWithin } from './settledWithin.ts';

/** How long the thread may take to end by itself. */
const stopMilliseconds = 1_500;

export interface HeartbeatOptions {
  readonly target: RedisTarget;
  /** See `RedisConnection.expect`. */
  readonly made: string;
  readonly consumer: string;
  /** `taskHeartbeatWorker.js` of the build, or `heartbeatWorker.ts` itself. */
  readonly workerUrl: URL;
  readonly lost: (lease: TaskLease) => void;
}

/** The leases of this process, which a thread of its own renews. */
export class Heartbeat {
  readonly #options: HeartbeatOptions;
  readonly #held = new Map<string, TaskLease>();
  /** Orders that need not wake the thread. */
  #box: OrderBox<HeartbeatOrder> | undefined;
  #worker: Worker | undefined;
  #orders: HeartbeatOrder[] = [];
  #isSending = false;
  #isStopped = false;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
  }

  /** False when it is stopped: then it renews nothing more. */
  hold({ id, epoch }: TaskLease, milliseconds: number): boolean {
    if (this.#isStopped) return false;
    const lease = { id, epoch };
    this.#held.set(id, lease);
    this.#order({ kind: 'hold', lease, milliseconds });
    return true;
  }

  /** Renews a lease no more from now on. */
  drop(lease: TaskLease): void {
    if (this.#forget(lease)) this.#send();
  }

  /**
   * For a lease that is over on the server: the thread hears of it with what it is told next. Until then it may ask
   * for the lease again, which is refused.
   */
  settled(lease: TaskLease): void {
    this.#forget(lease);
  }

  /** Renews no more, and gives what is held. */
  async stop(): Promise<TaskLease[]> {
    this.#isStopped = true;
    const leases = [...this.#held.values()];
    this.#held.clear();
    const worker = this.#worker;
    if (worker !== undefined) {
      const exited = new Promise((done) => worker.once('exit', done));
      this.#send();
      // Never by the box, into which the thread may look seconds later.
      worker.postMessage([{ kind: 'close' } satisfies HeartbeatOrder]);
      worker.ref();
      await settledWithin(stopMilliseconds, [exited]);
      await worker.terminate();
    }
    return leases;
  }

  #forget({ id, epoch }: TaskLease): boolean {
    if (this.#held.get(id)?.epoch !== epoch) return false;
    this.#held.delete(id);
    this.#orders.push({ kind: 'drop', lease: { id, epoch } });
    return true;
  }

  #order(order: HeartbeatOrder): void {
    this.#worker ??= this.#start();
    this.#orders.push(order);
    if (this.#isSending) return;
    this.#isSending = true;
    queueMicrotask(() => this.#send());
  }

  #send(): void {
    this.#isSending = false;
    const orders = this.#orders;
    this.#orders = [];
    if (orders.length > 0 && !this.#putInBox(orders)) this.#worker?.postMessage(orders);
  }

  /** Where the thread sees each lease there before it has to be renewed. */
  #putInBox(orders: readonly HeartbeatOrder[]): boolean {
    let within = Number.POSITIVE_INFINITY;
    for (const order of orders) {
      if (order.kind !== 'hold') continue;
      within = Math.min(within, renewalPeriod(order.milliseconds));
    }
    return Number.isFinite(within) && this.#box?.put(orders, within) === true;
  }

  #start(): Worker {
    const { target, made, consumer, workerUrl, lost } = this.#options;
    const { url, prefix } = target;
    const memory = orderBoxMemory();
    this.#box = new OrderBox(memory);
    const workerData = { url, prefix, made, consumer, memory };
    const worker = new Worker(workerUrl, { name: 'task heartbeat', workerData });
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
