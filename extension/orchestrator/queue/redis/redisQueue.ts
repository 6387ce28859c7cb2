import { randomUUID } from 'node:crypto';
import * as z from 'zod';
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
import { LeaseSignals } from '../../../storage/tasks/leaseSignals.ts';
import { taskNotFound } from '../../../storage/tasks/taskErrors.ts';
import { asked, jsonOrNull, taskJson, taskMessage } from '../../../storage/tasks/taskMessages.ts';
import { scopeName } from '../../../storage/tasks/taskPort.ts';
import type { TaskMessage } from '../../../storage/tasks/taskProtocol.ts';
import { claimedOf, recordOf } from '../../../storage/tasks/taskRows.ts';
import { openOnce } from '../../openOnce.ts';
import { Bell } from './bell.ts';
import { Claims } from './claims.ts';
import { coalesce } from './coalesce.ts';
import { RedisConnection, type RedisOpening } from './connection.ts';
import { checkGroup, enqueueShare, textShare } from './groupSize.ts';
import { Heartbeat } from './heartbeat.ts';
import { orOver } from './orOver.ts';
import { Owners } from './owners.ts';
import {
  completeReplySchema,
  type EnqueueReply,
  enqueueReplySchema,
  flatHashSchema,
  lineOf,
  linesReplySchema,
  queueFull,
  rowOfHash,
  seqOf,
  wordOf,
  wordsOf,
} from './replies.ts';
import { keyForm, type ScriptName } from './scripts.ts';
import { watchServerClock } from './serverClock.ts';
import { settledWithin } from './settledWithin.ts';
import { taskIds } from './taskIds.ts';

export interface RedisQueueOptions extends RedisOpening {
  /** `taskHeartbeatWorker.js` of the build, or `heartbeatWorker.ts` itself. */
  readonly heartbeatUrl: URL;
  /** UTC milliseconds; the server's clock by default, which all machines share. */
  readonly clock?: () => number;
  /** Milliseconds of a clock that nobody sets, which tells of jumps of the other; by default there are none of `clock`. */
  readonly uptime?: () => number;
}

/** How often a claim that waits looks by itself, for what a cut connection may have kept from it. */
const lookMilliseconds = 1_000;
/** How long a server may take to have back what is claimed, when the queue is closed. */
const closeMilliseconds = 2_000;
/** How many tasks one call buries and forgets: others wait while it runs. */
const tidyAtOnce = 500;

export interface RedisQueue extends TaskQueue {
  /** Gives back what is claimed, and closes the connections. */
  close(): Promise<void>;
}

/**
 * Opens the queue on a Redis server, 7.0 or later. What an answered call did is as safe as the server's `appendfsync`
 * makes it: with `always` it survives a power cut, with `everysec` the last second or two may be lost, with `no`
 * or without an append-only file much more. A task whose end was lost in this way is done once more. A server that
 * lost the whole queue is found out: every call then throws `queue.unavailable` until the queue is opened again.
 *
 * Throws `queue.unavailable`, also for a server that is too old or a replica, and `usage` for a prefix that cannot
 * be one.
 */
export async function openRedisQueue(options: RedisQueueOptions): Promise<RedisQueue> {
  const connection = await RedisConnection.open(options);
  try {
    const fresh = `${keyForm} ${randomUUID()}`;
    const made = z.string().parse(await connection.run('open', null, [defaultMostWaiting, fresh]));
    if (!made.startsWith(`${keyForm} `)) {
      throw new LabError(
        'queue.unavailable',
        `Another version of Strategy Lab made the queue ${options.prefix}.`,
        {
          action: 'Use one version on all machines, or another prefix.',
        },
      );
    }
    connection.expect(made);
    const { clock, uptime = clock ?? (() => performance.now()) } = options;
    const isSteady = await watchServerClock({ connection, clock, uptime });
    return new RedisTasks(connection, made, isSteady, options);
  } catch (error) {
    await connection.close();
    throw error;
  }
}

class RedisTasks implements RedisQueue {
  readonly #connection: RedisConnection;
  readonly #isSteady: () => Promise<boolean>;
  readonly #options: RedisQueueOptions;
  /** This process in the streams' groups. */
  readonly #consumer = randomUUID();
  readonly #signals = new LeaseSignals();
  readonly #heartbeat: Heartbeat;
  readonly #bell = new Bell();
  readonly #enqueueTogether = coalesce<readonly TaskMessage[], EnqueueReply>(async (groups) => {
    const args = groups.flatMap((tasks) => [tasks.length, ...tasks.flatMap(wordsOf)]);
    return enqueueReplySchema.parse(await this.#run('enqueue', args));
  }, enqueueShare);
  readonly #completeTogether = coalesce<readonly [string, number, string], readonly string[]>(
    async (calls) =>
      completeReplySchema.parse(await this.#run('complete', [this.#consumer, ...calls.flat()])),
    ([, , result]) => textShare(result.length),
  );
  readonly #claims = new Claims({
    run: (args, late) => this.#run('claim', args, late),
    consumer: this.#consumer,
    giveBack: (lease) => this.#giveBack(lease),
  });
  readonly #closing = new AbortController();
  /** Hears what other processes publish, over a connection that is for this alone. */
  readonly #listening = openOnce(() => this.#openListener());
  #listener: RedisConnection | undefined;
  readonly #owners: Owners;

  constructor(
    connection: RedisConnection,
    made: string,
    isSteady: () => Promise<boolean>,
    options: RedisQueueOptions,
  ) {
    this.#connection = connection;
    this.#isSteady = isSteady;
    this.#options = options;
    const { clock = Date.now } = options;
    this.#owners = new Owners({ connection, consumer: this.#consumer, clock });
    this.#heartbeat = new Heartbeat({
      target: options,
      made,
      consumer: this.#consumer,
      workerUrl: options.heartbeatUrl,
      lost: (lease) => this.#signals.lose(lease),
    });
  }

  async enqueue(tasks: readonly NewTask[]): Promise<Enqueued[]> {
    const [word, ...rest] = await this.#enqueueTogether(checkGroup(tasks.map(taskMessage)));
    if (word === 'full') throw queueFull(String(rest[0]), String(rest[1]));
    return tasks.map((_, index) => ({ id: String(rest[2 * index]), isNew: rest[2 * index + 1] === 1 }));
  }

  /** Ends at once when it is to end, and by its time but for what the server takes for a command. */
  async claim(request: ClaimRequest, signal?: AbortSignal): Promise<ClaimedTask[]> {
    const parsed = asked(claimRequestSchema, request);
    const signals = signal === undefined ? [this.#closing.signal] : [signal, this.#closing.signal];
    const isOver = () => signals.some(({ aborted }) => aborted);
    if (this.#closing.signal.aborted) throw queueClosed();
    if (isOver()) return [];
    const end = performance.now() + parsed.waitMilliseconds;
    if (parsed.waitMilliseconds > 0) await orOver(this.#listening.open(), signals);
    for (;;) {
      const { rings } = this.#bell;
      await orOver(this.#owners.say(), signals);
      if (isOver()) return [];
      const found = await this.#claims.take(parsed, signals);
      if (found === null) return [];
      const left = end - performance.now();
      if (found.rows.length > 0 || left <= 0) {
        return found.rows.map((row): ClaimedTask => {
          this.#heartbeat.hold(row, parsed.leaseMilliseconds);
          return claimedOf(row, this.#signals.add(row));
        });
      }
      await this.#bell.wait(rings, Math.min(left, lookMilliseconds, found.dueIn), signal);
      if (isOver()) return [];
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
    wordOf(await this.#run('checkpoint', [this.#consumer, id, epoch, taskJson(data)]), id, epoch, 'kept');
  }

  async yield(lease: TaskLease, checkpoint?: unknown): Promise<void> {
    await this.#orLetGo(lease, () => this.#settle('giveBack', lease, [jsonOrNull(checkpoint) ?? '']));
  }

  async cancel(id: string): Promise<boolean> {
    await this.#listening.open();
    return wordOf(await this.#run('cancel', [id]), id, 0, 'cancelled') === 'ok';
  }

  async setPriority(id: string, priority: number): Promise<void> {
    const valid = asked(prioritySchema, priority);
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
    return (await this.#readBook('paused')) !== null;
  }

  async setLimits(scope: LimitScope, limits: TaskLimits): Promise<void> {
    const { mostWaiting, mostRunning } = asked(taskLimitsSchema, limits);
    await this.#run('limit', [scopeName(scope), mostWaiting ?? '', mostRunning ?? '']);
  }

  async get(id: string): Promise<TaskRecord | null> {
    const hash = await this.#connection.ask((redis) =>
      redis.call('HGETALL', this.#connection.key(`task:${id}`)),
    );
    const values = flatHashSchema.parse(hash);
    if (values.length > 0) return recordOf(rowOfHash(id, values));
    await this.#readBook('made');
    return null;
  }

  async list(filter: TaskFilter): Promise<TaskRecord[]> {
    const { state, type, tenant, limit, before } = asked(taskFilterSchema, filter);
    await this.#readBook('made');
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
    return (await this.#lines()).map(({ counts }) => counts);
  }

  async oldestReadyTime(): Promise<number | null> {
    const times = (await this.#lines()).flatMap(({ ready }) => (ready === null ? [] : ready));
    return times.length === 0 ? null : Math.min(...times);
  }

  async recover(): Promise<number> {
    await this.#owners.say();
    const { dead, silent } = await this.#owners.lost();
    const steady = (await this.#isSteady()) ? 1 : 0;
    const ended = z.number().parse(await this.#run('recover', [this.#consumer, steady, ...dead]));
    const tidy = async () => (await this.#run('tidy', [retentionMilliseconds, tidyAtOnce])) === 1;
    while (!this.#closing.signal.aborted && (await tidy())) {}
    if (dead.length + silent.length > 0) await this.#run('dismiss', [...dead, ...silent]);
    return ended;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#bell.ring();
    const leases = await this.#heartbeat.stop();
    const back = [this.#claims.settled(), ...leases.map((lease) => this.#giveBack(lease))];
    // What cannot be given back is found when its lease is over.
    const dismissed = Promise.allSettled(back).then(() => this.#run('dismiss', [this.#consumer]));
    await settledWithin(closeMilliseconds, [dismissed]);
    this.#signals.loseAll(queueClosed());
    await Promise.all([this.#connection.close(), this.#listener?.close()]);
  }

  #giveBack({ id, epoch }: TaskLease): Promise<unknown> {
    return this.#run('giveBack', [this.#consumer, id, epoch, '']);
  }

  async #lines() {
    return linesReplySchema.parse(await this.#run('lines', [])).map(lineOf);
  }

  async #settle(name: ScriptName, lease: TaskLease, args: readonly (string | number)[]): Promise<string> {
    const { id, epoch } = lease;
    const word = wordOf(await this.#run(name, [this.#consumer, id, epoch, ...args]), id, epoch, 'settled');
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
    this.#heartbeat.settled(lease);
    this.#signals.forget(lease);
  }

  async #openListener(): Promise<RedisConnection> {
    const listener = await RedisConnection.openLater(this.#options);
    this.#listener = listener;
    const hear = (message: string) => {
      const [id, epoch] = message.split(' ');
      if (id === undefined || epoch === undefined) return this.#bell.ring();
      const lease = { id, epoch: Number(epoch) };
      this.#heartbeat.drop(lease);
      this.#signals.lose(lease);
    };
    try {
      await listener.subscribe('wake', hear, () => this.#bell.ring());
    } catch (error) {
      await listener.close();
      throw error;
    }
    return listener;
  }

  async #seqOf(id: string): Promise<number> {
    const key = this.#connection.key(`task:${id}`);
    const about = await this.#connection.ask((redis) => redis.hget(key, 'about'));
    if (about === null) throw taskNotFound(id);
    return seqOf(about);
  }

  /** A field of the book of the queue. Throws `queue.unavailable` where the server has lost it. */
  async #readBook(field: string): Promise<string | null> {
    const key = this.#connection.key('book');
    const [made, value = null] = await this.#connection.ask((redis) => redis.hmget(key, 'made', field));
    this.#connection.checkMade(made);
    return value;
  }

  #now(): number | null {
    return this.#options.clock?.() ?? null;
  }

  #run(
    name: ScriptName,
    args: readonly (string | number)[],
    late?: (reply: unknown) => void,
  ): Promise<unknown> {
    return this.#connection.run(name, this.#now(), args, late);
  }
}

function queueClosed(): LabError {
  return new LabError('queue.unavailable', 'The task queue is closed.');
}
