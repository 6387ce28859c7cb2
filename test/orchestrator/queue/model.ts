import type { DeadReason, TaskState } from '../../../extension/contracts/tasks.ts';

/** What the queue promises, said again as slowly and literally as possible: lists, loops and sorts. */
export interface ModelTask {
  readonly id: string;
  readonly seq: number;
  readonly type: string;
  readonly tenant: string;
  readonly maximumAttempts: number;
  readonly backoff: number;
  readonly key: string | undefined;
  priority: number;
  state: TaskState;
  ready: number;
  deadline: number | null;
  attempts: number;
  epoch: number;
  leaseExpires: number;
  checkpoint: unknown;
  error: string | null;
  deadReason: DeadReason | null;
}

export interface ModelRequest {
  readonly id: string;
  readonly type: string;
  readonly tenant: string;
  readonly priority: number;
  readonly delay: number;
  readonly deadlineAfter: number | undefined;
  readonly maximumAttempts: number;
  readonly backoff: number;
  readonly key: string | undefined;
}

export interface ModelLease {
  readonly id: string;
  readonly epoch: number;
}

const pending: readonly TaskState[] = ['waiting', 'delayed'];

export class ModelQueue {
  now: number;
  isPaused = false;
  readonly tasks: ModelTask[] = [];
  readonly mostRunning = new Map<string, number>();
  readonly mostWaiting = new Map<string, number>();
  readonly #served = new Map<string, number>();
  #lastServed = 0;

  constructor(now: number) {
    this.now = now;
  }

  enqueue(request: ModelRequest): { id: string; isNew: boolean } | 'queue.full' {
    const { id, type, tenant, priority, key } = request;
    const known =
      this.tasks.find((task) => key !== undefined && task.tenant === tenant && task.key === key) ??
      this.tasks.find((task) => task.id === id);
    if (known !== undefined) return { id: known.id, isNew: false };
    const waiting = this.tasks.filter(
      (task) => task.tenant === tenant && pending.includes(task.state),
    ).length;
    if (waiting >= (this.mostWaiting.get(tenant) ?? Number.POSITIVE_INFINITY)) return 'queue.full';
    const ready = this.now + Math.max(0, request.delay);
    this.tasks.push({
      id,
      seq: this.tasks.length,
      type,
      tenant,
      priority,
      key,
      maximumAttempts: request.maximumAttempts,
      backoff: request.backoff,
      state: ready > this.now ? 'delayed' : 'waiting',
      ready,
      deadline: request.deadlineAfter === undefined ? null : this.now + request.deadlineAfter,
      attempts: 0,
      epoch: 0,
      leaseExpires: 0,
      checkpoint: null,
      error: null,
      deadReason: null,
    });
    return { id, isNew: true };
  }

  claim(types: readonly string[], count: number, onlyHigh: boolean, lease: number): ModelLease[] {
    const claimed: ModelLease[] = [];
    if (this.isPaused) return claimed;
    this.#promote();
    while (claimed.length < count) {
      const task = this.#next(types, onlyHigh);
      if (task === undefined) return claimed;
      if (task.deadline !== null && task.deadline < this.now) {
        this.#bury(task);
        continue;
      }
      task.state = 'running';
      task.epoch += 1;
      task.attempts += 1;
      task.leaseExpires = this.now + lease;
      this.#lastServed = Math.max(1000 * this.now, this.#lastServed) + 1;
      this.#served.set(`${task.tenant} ${task.priority}`, this.#lastServed);
      claimed.push({ id: task.id, epoch: task.epoch });
    }
    return claimed;
  }

  complete(lease: ModelLease): 'task.stale' | undefined {
    const task = this.find(lease.id);
    if (task?.epoch === lease.epoch && task.state === 'done') return undefined;
    if (!this.#holds(lease)) return 'task.stale';
    this.#of(lease.id).state = 'done';
    return undefined;
  }

  fail(lease: ModelLease, error: string, retry: boolean): 'retry' | 'dead' | 'task.stale' {
    if (!this.#holds(lease)) return 'task.stale';
    const task = this.#of(lease.id);
    task.error = error;
    if (retry && task.attempts < task.maximumAttempts) {
      task.ready = this.now + task.backoff * 2 ** (task.attempts - 1);
      task.state = task.ready > this.now ? 'delayed' : 'waiting';
      return 'retry';
    }
    task.state = 'dead';
    task.deadReason = 'failed';
    return 'dead';
  }

  yield(lease: ModelLease, checkpoint: unknown): 'task.stale' | undefined {
    if (!this.#holds(lease)) return 'task.stale';
    const task = this.#of(lease.id);
    Object.assign(task, { state: 'waiting', checkpoint, attempts: task.attempts - 1 });
    return undefined;
  }

  checkpoint(lease: ModelLease, checkpoint: unknown): 'task.stale' | undefined {
    if (!this.#holds(lease)) return 'task.stale';
    this.#of(lease.id).checkpoint = checkpoint;
    return undefined;
  }

  extend(lease: ModelLease, milliseconds: number): boolean {
    if (!this.#holds(lease)) return false;
    this.#of(lease.id).leaseExpires = this.now + milliseconds;
    return true;
  }

  cancel(id: string): boolean {
    const task = this.#of(id);
    if (!pending.includes(task.state) && task.state !== 'running') return false;
    task.state = 'cancelled';
    task.epoch += 1;
    return true;
  }

  setPriority(id: string, priority: number): 'task.state' | undefined {
    const task = this.#of(id);
    if (!pending.includes(task.state) && task.state !== 'running') return 'task.state';
    task.priority = priority;
    return undefined;
  }

  replay(id: string): 'task.state' | undefined {
    const task = this.#of(id);
    if (task.state !== 'dead') return 'task.state';
    Object.assign(task, { state: 'waiting', ready: this.now, attempts: 0, deadline: null, deadReason: null });
    return undefined;
  }

  recover(): number {
    this.#promote();
    const over = this.tasks.filter((task) => task.state === 'running' && task.leaseExpires <= this.now);
    for (const task of over) {
      task.epoch += 1;
      if (task.attempts < task.maximumAttempts) task.state = 'waiting';
      else {
        const error = 'The worker of the last attempt was lost.';
        Object.assign(task, { state: 'dead', deadReason: 'lost', error });
      }
    }
    for (const task of this.tasks) {
      if (pending.includes(task.state) && task.deadline !== null && task.deadline < this.now)
        this.#bury(task);
    }
    return over.length;
  }

  find(id: string): ModelTask | undefined {
    return this.tasks.find((task) => task.id === id);
  }

  #of(id: string): ModelTask {
    const task = this.find(id);
    if (task === undefined) throw new Error(`the model has no task ${id}`);
    return task;
  }

  #holds({ id, epoch }: ModelLease): boolean {
    const task = this.find(id);
    return task?.state === 'running' && task.epoch === epoch;
  }

  #bury(task: ModelTask): void {
    const error = 'It was not started before its deadline.';
    Object.assign(task, { state: 'dead', deadReason: 'deadline', error });
  }

  #promote(): void {
    for (const task of this.tasks) {
      if (task.state === 'delayed' && task.ready <= this.now) task.state = 'waiting';
    }
  }

  /** The head of the line whose turn it is. */
  #next(types: readonly string[], onlyHigh: boolean): ModelTask | undefined {
    const lines = Map.groupBy(
      this.tasks.filter(({ state }) => state === 'waiting'),
      ({ tenant, priority, type }) => `${tenant} ${priority} ${type}`,
    );
    const heads = [...lines.values()]
      .flatMap((line) => line.sort((a, b) => a.ready - b.ready || a.seq - b.seq).slice(0, 1))
      .filter(({ type, priority }) => types.includes(type) && (!onlyHigh || priority >= 10))
      .filter(
        ({ tenant }) => this.#running(tenant) < (this.mostRunning.get(tenant) ?? Number.POSITIVE_INFINITY),
      );
    return heads.sort(
      (a, b) =>
        this.#rank(a) - this.#rank(b) ||
        b.priority - a.priority ||
        (a.tenant < b.tenant ? -1 : a.tenant > b.tenant ? 1 : 0) ||
        a.ready - b.ready ||
        a.seq - b.seq,
    )[0];
  }

  #running(tenant: string): number {
    return this.tasks.filter((task) => task.state === 'running' && task.tenant === tenant).length;
  }

  #rank({ tenant, priority, ready }: ModelTask): number {
    return Math.max(1000 * ready, this.#served.get(`${tenant} ${priority}`) ?? 0) - priority * 3_000_000;
  }
}
