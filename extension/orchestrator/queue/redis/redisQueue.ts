import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { LabError } from '../../../contracts/errors.ts';
import {
  type ClaimedTask,
  type ClaimRequest,
  claimRequestSchema,
  defaultMostWaiting,
  type Enqueued,
  type LimitScope,
  type NewTask,
  prioritySchema,
  retentionMilliseconds,
  type TaskCounts,
  type TaskFailure,
  type TaskFilter,
  type TaskLease,
  type TaskLimits,
  type TaskQueue,
  type TaskRecord,
  taskFilterSchema,
  taskLimitsSchema,
} from '../../../contracts/tasks.ts';
import { canonicalJson } from '../../../storage/canonicalJson.ts';
import { isDead, processIdentitySchema, thisProcess } from '../../../storage/processIdentity.ts';
import { LeaseSignals } from '../../../storage/tasks/leaseSignals.ts';
import { taskNotFound } from '../../../storage/tasks/taskErrors.ts';
import { jsonOrNull, scopeName, taskMessage } from '../../../storage/tasks/taskPort.ts';
import type { TaskMessage } from '../../../storage/tasks/taskProtocol.ts';
import { type ClaimedRow, claimedOf, recordOf } from '../../../storage/tasks/taskRows.ts';
import { Bell } from './bell.ts';
import { coalesce } from './coalesce.ts';
import { RedisConnection, type RedisTarget } from './connection.ts';
import { Heartbeat } from './heartbeat.ts';
import {
  claimedRow,
  claimReplySchema,
  completeReplySchema,
  countsOfHash,
  type EnqueueReply,
  enqueueReplySchema,
  flatHashSchema,
  queueFull,
  rowOfHash,
  wordOf,
} from './replies.ts';
import type { ScriptName } from './scripts.ts';
import { taskIds } from './taskIds.ts';

export interface RedisQueueOptions extends RedisTarget {
  /** `taskHeartbeatWorker.js` of the build, or `heartbeatWorker.ts` itself. */
  readonly heartbeatUrl: URL;
  /** UTC milliseconds; the server's clock by default, which all machines share. */
  readonly clock?: () => number;
}

/** How often a claim that waits looks by itself, for what a cut connection may have kept from it. */
const lookMilliseconds = 1_000;

export interface RedisQueue extends TaskQueue {
  /** Gives back what is claimed, and closes the connections. */
  close(): Promise<void>;
}

/**
 * Opens the queue on a Redis server, 7.0 or later. What an answered call did is as safe as the server's `appendfsync`
 * makes it: with `always` it survives a power cut, with `everysec` the last second or two may be lost, with `no`
 * or without an append-only file much more. A task whose end was lost in this way is done once more.
 * Throws `queue.unavailable`.
 */
export async function openRedisQueue(options: RedisQueueOptions): Promise<RedisQueue> {
  const connection = await RedisConnection.open(options);
  await connection.run('open', null, [defaultMostWaiting]);
  return new RedisTasks(connection, options);
}

interface Found {
  readonly rows: readonly ClaimedRow[];
  /** Milliseconds until a delay is over. */
  readonly dueIn: number;
}

class RedisTasks implements RedisQueue {
  readonly #connection: RedisConnection;
  readonly #options: RedisQueueOptions;
  /** This process in the streams' groups. */
  readonly #consumer = randomUUID();
  readonly #signals = new LeaseSignals();
  readonly #heartbeat: Heartbeat;
  readonly #bell = new Bell();
  readonly #enqueueTogether = coalesce<readonly TaskMessage[], EnqueueReply>(async (groups) =>
    enqueueReplySchema.parse(await this.#run('enqueue', [JSON.stringify(groups)])),
  );
  readonly #completeTogether = coalesce<readonly (string | number)[], readonly string[]>(async (calls) =>
    completeReplySchema.parse(await this.#run('complete', calls.flat())),
  );
  /** Claims of one turn that ask for the same are one; each is given its share in the order of their coming. */
  readonly #claimTogether = new Map<string, (count: number) => Promise<Found>>();
  readonly #closing = new AbortController();
  #listening: Promise<RedisConnection> | undefined;
  #introducing: Promise<unknown> | undefined;

  constructor(connection: RedisConnection, options: RedisQueueOptions) {
    this.#connection = connection;
    this.#options = options;
    this.#heartbeat = new Heartbeat({
      target: options,
      consumer: this.#consumer,
      workerUrl: options.heartbeatUrl,
      lost: (lease) => this.#signals.lose(lease),
    });
  }

  async enqueue(tasks: readonly NewTask[]): Promise<Enqueued[]> {
    const [word, ...rest] = await this.#enqueueTogether(tasks.map(taskMessage));
    if (word === 'full') throw queueFull(String(rest[0]), String(rest[1]));
    return tasks.map((_, index) => ({ id: String(rest[2 * index]), isNew: rest[2 * index + 1] === 1 }));
  }

  async claim(request: ClaimRequest, signal?: AbortSignal): Promise<ClaimedTask[]> {
    const parsed = claimRequestSchema.parse(request);
    if (signal?.aborted === true) return [];
    const stop =
      signal === undefined ? this.#closing.signal : AbortSignal.any([signal, this.#closing.signal]);
    const end = performance.now() + parsed.waitMilliseconds;
    // Sent before the claim, on the same connection. A server whose memory is full refuses it, and may be emptied all the same.
    void this.#introduce();
    if (parsed.waitMilliseconds > 0) await this.#listen();
    for (;;) {
      const ring = this.#bell.next;
      const { tasks, dueIn } = await this.#claimNow(parsed);
      const left = end - performance.now();
      if (tasks.length > 0 || left <= 0 || stop.aborted) return tasks;
      await this.#bell.wait(ring, Math.min(left, lookMilliseconds, dueIn), stop);
      if (stop.aborted) return [];
    }
  }

  async extend(leases: readonly TaskLease[], milliseconds: number): Promise<TaskLease[]> {
    if (leases.length === 0) return [];
    const args = leases.flatMap(({ id, epoch }) => [id, epoch]);
    const reply = await this.#run('extend', [this.#consumer, milliseconds, ...args]);
    const kept = z.array(z.number()).parse(reply);
    return leases.filter((_, index) => kept[index] === 0).map(({ id, epoch }) => ({ id, epoch }));
  }

  async complete(lease: TaskLease, result: unknown): Promise<void> {
    const { id, epoch } = lease;
    await this.#orLetGo(lease, async () =>
      wordOf(await this.#completeTogether([id, epoch, jsonOrNull(result) ?? '']), id, epoch, 'settled'),
    );
    this.#forget(lease);
  }

  async fail(lease: TaskLease, { error, retry = true }: TaskFailure): Promise<'retry' | 'dead'> {
    const word = await this.#orLetGo(lease, () => this.#settle('fail', lease, [error, retry ? 1 : 0]));
    return word === 'dead' ? 'dead' : 'retry';
  }

  async checkpoint({ id, epoch }: TaskLease, data: unknown): Promise<void> {
    wordOf(await this.#run('checkpoint', [id, epoch, canonicalJson(data)]), id, epoch, 'kept');
  }

  async yield(lease: TaskLease, checkpoint?: unknown): Promise<void> {
    await this.#orLetGo(lease, () => this.#settle('giveBack', lease, [jsonOrNull(checkpoint) ?? '']));
  }

  async cancel(id: string): Promise<boolean> {
    await this.#listen();
    return wordOf(await this.#run('cancel', [id]), id, 0, 'cancelled') === 'ok';
  }

  async setPriority(id: string, priority: number): Promise<void> {
    const valid = prioritySchema.parse(priority);
    wordOf(await this.#run('setPriority', [id, valid]), id, 0, 'reordered');
  }

  async replay(id: string): Promise<void> {
    wordOf(await this.#run('replay', [id]), id, 0, 'replayed');
  }

  async pause(): Promise<void> {
    await this.#run('pause', [1]);
  }

  async resume(): Promise<void> {
    await this.#run('pause', [0]);
  }

  async isPaused(): Promise<boolean> {
    const key = this.#connection.key('limits');
    return (await this.#connection.ask((redis) => redis.hexists(key, 'paused'))) === 1;
  }

  async setLimits(scope: LimitScope, limits: TaskLimits): Promise<void> {
    const { mostWaiting, mostRunning } = taskLimitsSchema.parse(limits);
    await this.#run('limit', [scopeName(scope), mostWaiting ?? '', mostRunning ?? '']);
  }

  async get(id: string): Promise<TaskRecord | null> {
    const hash = await this.#connection.ask((redis) =>
      redis.call('HGETALL', this.#connection.key(`task:${id}`)),
    );
    const values = flatHashSchema.parse(hash);
    return values.length === 0 ? null : recordOf(rowOfHash(id, values));
  }

  async list(filter: TaskFilter): Promise<TaskRecord[]> {
    const { state, type, tenant, limit, before } = taskFilterSchema.parse(filter);
    const first = before === undefined ? Number.POSITIVE_INFINITY : await this.#seqOf(before);
    const found: TaskRecord[] = [];
    for await (const ids of taskIds(this.#connection, state, first)) {
      for (const record of await Promise.all(ids.map((id) => this.get(id)))) {
        if (record === null || record.state !== state) continue;
        if (type !== undefined && record.type !== type) continue;
        if (tenant !== undefined && record.tenant !== tenant) continue;
        found.push(record);
        if (found.length === limit) return found;
      }
    }
    return found;
  }

  async counts(): Promise<TaskCounts[]> {
    return countsOfHash(await this.#connection.ask((redis) => redis.hgetall(this.#connection.key('book'))));
  }

  async oldestReadyTime(): Promise<number | null> {
    const lines = (await this.counts()).filter(({ waiting }) => waiting > 0);
    const heads = await this.#connection.ask((redis) =>
      Promise.all(
        lines.map(({ priority, tenant, type }) =>
          redis.zrange(this.#connection.key(`line:${priority}|${tenant}|${type}`), '0', '0', 'WITHSCORES'),
        ),
      ),
    );
    const times = heads.flatMap(([, ready]) => (ready === undefined ? [] : Number(ready)));
    return times.length === 0 ? null : Math.min(...times);
  }

  async recover(): Promise<number> {
    const dead = await this.#deadConsumers();
    const before = this.#now() ?? Date.now();
    const reply = await this.#run('recover', [this.#consumer, before - retentionMilliseconds, ...dead]);
    if (dead.length > 0) {
      await this.#connection.ask((redis) => redis.hdel(this.#connection.key('owners'), ...dead));
    }
    return z.number().parse(reply);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    const leases = await this.#heartbeat.stop();
    const back = leases.map(({ id, epoch }) => this.#run('giveBack', [id, epoch, '']));
    // What cannot be given back is found when its lease is over.
    await Promise.allSettled(back);
    this.#signals.loseAll(new LabError('queue.unavailable', 'The task queue is closed.'));
    const listening = await this.#listening?.catch(() => undefined);
    await Promise.all([this.#connection.close(), listening?.close()]);
  }

  async #claimNow(request: z.infer<typeof claimRequestSchema>) {
    const { leaseMilliseconds, count } = request;
    const { rows, dueIn } = await this.#claimAlike(request)(count);
    const tasks = rows.map((row): ClaimedTask => {
      this.#heartbeat.hold(row, leaseMilliseconds);
      return claimedOf(row, this.#signals.add(row));
    });
    return { tasks, dueIn };
  }

  #claimAlike(request: z.infer<typeof claimRequestSchema>): (count: number) => Promise<Found> {
    const { worker, leaseMilliseconds, band } = request;
    const types = [...new Set(request.types)];
    const key = JSON.stringify([worker, leaseMilliseconds, band, types]);
    const known = this.#claimTogether.get(key);
    if (known !== undefined) return known;
    const claim = coalesce<number, Found>(async (counts) => {
      this.#claimTogether.delete(key);
      const total = counts.reduce((sum, count) => sum + count, 0);
      const only = band === 'high' ? 1 : 0;
      const args = [this.#consumer, worker, leaseMilliseconds, total, only, ...types];
      const [due, ...told] = claimReplySchema.parse(await this.#run('claim', args));
      const rows = told.map(claimedRow);
      const dueIn = due === '' ? Number.POSITIVE_INFINITY : Math.max(1, Number(due));
      return counts.map((count) => ({ rows: rows.splice(0, count), dueIn }));
    });
    this.#claimTogether.set(key, claim);
    return claim;
  }

  async #settle(name: ScriptName, lease: TaskLease, args: readonly (string | number)[]): Promise<string> {
    const { id, epoch } = lease;
    const word = wordOf(await this.#run(name, [id, epoch, ...args]), id, epoch, 'settled');
    this.#forget(lease);
    return word;
  }

  /** Whoever cannot say what came of a task must not keep it: its lease is renewed no more, and runs out. */
  async #orLetGo<T>(lease: TaskLease, settle: () => Promise<T>): Promise<T> {
    try {
      return await settle();
    } catch (error) {
      this.#heartbeat.drop(lease);
      throw error;
    }
  }

  #forget(lease: TaskLease): void {
    this.#heartbeat.drop(lease);
    this.#signals.forget(lease);
  }

  /** Notes which process this consumer is, so that another on its machine sees when it is dead. */
  #introduce(): Promise<unknown> {
    this.#introducing ??= this.#connection.ask((redis) =>
      redis.hset(this.#connection.key('owners'), this.#consumer, JSON.stringify(thisProcess())),
    );
    // What failed once is tried again by the next wish.
    this.#introducing.catch(() => {
      this.#introducing = undefined;
    });
    return this.#introducing;
  }

  async #deadConsumers(): Promise<string[]> {
    const owners = await this.#connection.ask((redis) => redis.hgetall(this.#connection.key('owners')));
    const here = thisProcess();
    return Object.entries(owners)
      .filter(([, identity]) => isDead(processIdentitySchema.parse(JSON.parse(identity)), here))
      .map(([consumer]) => consumer);
  }

  /** Hears what other processes publish, over a connection that is for this alone. */
  #listen(): Promise<RedisConnection> {
    this.#listening ??= this.#openListener();
    return this.#listening;
  }

  async #openListener(): Promise<RedisConnection> {
    const listener = await RedisConnection.openLater(this.#options);
    const hear = (message: string) => {
      const [id, epoch] = message.split(' ');
      if (id === undefined || epoch === undefined) return this.#bell.ring();
      const lease = { id, epoch: Number(epoch) };
      this.#heartbeat.drop(lease);
      this.#signals.lose(lease);
    };
    await listener.subscribe('wake', hear, () => this.#bell.ring());
    return listener;
  }

  async #seqOf(id: string): Promise<number> {
    const seq = await this.#connection.ask((redis) => redis.hget(this.#connection.key(`task:${id}`), 'seq'));
    if (seq === null) throw taskNotFound(id);
    return Number(seq);
  }

  #now(): number | null {
    return this.#options.clock?.() ?? null;
  }

  #run(name: ScriptName, args: readonly (string | number)[]): Promise<unknown> {
    return this.#connection.run(name, this.#now(), args);
  }
}
