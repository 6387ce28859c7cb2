import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import * as z from 'zod';
import { LabError } from '../contracts/errors.ts';
import {
  type AppendRequest,
  type ChainReport,
  chainReportSchema,
  contentHashSchema,
  type Journal,
  type Lease,
  type LeaseHolder,
  type LeaseOutcome,
  leaseHolderSchema,
  type NewEvent,
  type Snapshot,
  type StoredEvent,
  type StreamHead,
  streamHeadSchema,
} from '../contracts/journal.ts';
import type { TaskQueue } from '../contracts/tasks.ts';
import {
  type Evaluation,
  type TrialCount,
  type TrialLedger,
  type TrialQuery,
  trialCountSchema,
} from '../contracts/trials.ts';
import { type JournalEvents, journalEvents } from './bus/busPort.ts';
import { canonicalJson } from './canonicalJson.ts';
import {
  bytesResponseSchema,
  type JournalRequest,
  readResponseSchema,
  snapshotsResponseSchema,
  type WorkerError,
  type WorkerMessage,
  workerMessagesSchema,
} from './protocol.ts';
import { taskMessage } from './tasks/taskMessages.ts';
import { JournalTasks } from './tasks/taskPort.ts';
import { Wire, wireMemory } from './wire.ts';

export interface JournalOptions {
  /** The lab's folder; made when it is missing. The database is `journal.sqlite` in it. */
  readonly folder: string;
  /** The worker's entry: `journalWorker.js` of the build, or `journalWorker.ts` itself. */
  readonly workerUrl: URL;
}

/** The journal with the ledger of trials, the task queue and the order of all events, which share its database. */
export interface LabJournal extends Journal {
  readonly trials: TrialLedger;
  readonly tasks: TaskQueue;
  readonly events: JournalEvents;
  /** Aborted, with the LabError of every later call as its reason, when its thread has ended unasked: open another. */
  readonly died: AbortSignal;
}

/**
 * Opens the lab's journal in a thread of its own. The thread keeps the process alive only while a
 * request is under way. Throws `journal.unavailable` or `journal.corrupt`.
 */
export async function openJournal({ folder, workerUrl }: JournalOptions): Promise<LabJournal> {
  const location = journalLocation(folder);
  const memory = wireMemory();
  const worker = new Worker(workerUrl, { name: 'journal', workerData: { location: location.href, memory } });
  const journal = new WorkerJournal(worker, memory);
  await journal.ready;
  return journal;
}

/** Where the journal of the lab in `folder` is. */
export function journalLocation(folder: string): URL {
  return pathToFileURL(join(resolve(folder), 'journal.sqlite'));
}

interface Waiting {
  readonly answer: (value: unknown) => void;
  readonly refuse: (error: LabError) => void;
}

const nothing = z.null();
const acquisitionSchema = z.discriminatedUnion('held', [
  z.object({ held: z.literal(true), epoch: z.number().int(), abandoned: z.number().optional() }),
  z.object({ held: z.literal(false), holder: leaseHolderSchema }),
]);

/** The journal as its owner's thread sees it: each call is a message to the worker and its answer. */
class WorkerJournal implements LabJournal {
  readonly ready: Promise<unknown>;
  readonly trials: TrialLedger = {
    record: ({ trials, ...rest }: Evaluation, time: number): Promise<number> =>
      this.#call('recordTrials', z.number(), () => ({
        evaluation: {
          ...rest,
          trials: trials.map(({ params, ...trial }) => ({ ...trial, params: canonicalJson(params) })),
        },
        time,
      })),
    count: (query: TrialQuery): Promise<TrialCount> =>
      this.#call('countTrials', trialCountSchema, () => query),
    verify: () => this.#call('verifyTrials', chainReportSchema, () => ({})),
  };
  readonly tasks = new JournalTasks((...request) => this.#call(...request, true));
  readonly events = journalEvents((operation, answer, payload) => this.#call(operation, answer, payload));
  readonly #worker: Worker;
  readonly #wire: Wire;
  /** What was asked for since the last message to the worker. */
  #outbox: JournalRequest[] = [];
  #isOutboxText = true;
  /** Requests without an answer, by id; 0 is the opening. */
  readonly #waiting = new Map<number, Waiting>();
  readonly #lost = new Map<string, AbortController>();
  readonly #died = new AbortController();
  readonly died = this.#died.signal;
  #nextId = 1;
  #isClosing = false;
  #ended: LabError | null = null;

  constructor(worker: Worker, memory: SharedArrayBuffer) {
    this.#worker = worker;
    this.ready = this.#expectAnswer(0);
    this.#wire = new Wire({ port: worker, memory, side: 'owner', hear: (message) => this.#receive(message) });
    worker.on('error', (error) => this.#end(error));
    worker.on('exit', () => this.#end(undefined));
  }

  async append(request: AppendRequest): Promise<StreamHead> {
    const { lease } = request;
    const head = await this.#call('append', streamHeadSchema, () => ({
      stream: request.stream,
      expectedSequence: request.expectedSequence ?? null,
      lease: lease === undefined ? null : { release: false, ...lease },
      events: textsOf(request.events),
      also: request.also === undefined ? null : { ...request.also, events: textsOf(request.also.events) },
      snapshot: request.snapshot === undefined ? null : canonicalJson(request.snapshot),
      durability: request.durability,
      artefacts: request.artefacts ?? [],
      tasks: (request.tasks ?? []).map(taskMessage),
      areTasksNew: request.areTasksNew ?? false,
    }));
    if (lease?.release === true) this.#lost.delete(leaseKey(lease.name, lease.epoch));
    return head;
  }

  async read(stream: string, fromSequence = 1): Promise<StoredEvent[]> {
    const events: StoredEvent[] = [];
    for (let next = fromSequence; ; ) {
      const page = await this.#call('read', readResponseSchema, () => ({ stream, fromSequence: next }));
      for (const event of page.events) events.push({ ...event, data: JSON.parse(event.data) });
      if (!page.more) return events;
      next += page.events.length;
    }
  }

  streams(kind: string): Promise<StreamHead[]> {
    return this.#call('streams', z.array(streamHeadSchema), () => ({ kind }));
  }

  async snapshots(kind: string): Promise<Snapshot[]> {
    const rows = await this.#call('snapshots', snapshotsResponseSchema, () => ({ kind }));
    return rows.map((row) => ({ ...row, data: JSON.parse(row.data) }));
  }

  putArtefact(content: Uint8Array | string): Promise<string> {
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
    return this.#call('putArtefact', contentHashSchema, () => ({ content: bytes }));
  }

  getArtefact(hash: string): Promise<Uint8Array> {
    return this.#call('getArtefact', bytesResponseSchema, () => ({ hash }));
  }

  async acquireLease(name: string, milliseconds: number): Promise<LeaseOutcome> {
    const outcome = await this.#call('acquireLease', acquisitionSchema, () => ({ name, milliseconds }));
    if (!outcome.held) return outcome;
    const lost = new AbortController();
    this.#lost.set(leaseKey(name, outcome.epoch), lost);
    const lease: Lease = { name, epoch: outcome.epoch, lost: lost.signal };
    return { held: true, lease, abandoned: outcome.abandoned };
  }

  async releaseLease({ name, epoch }: Lease): Promise<void> {
    await this.#call('releaseLease', nothing, () => ({ name, epoch }));
    this.#lost.delete(leaseKey(name, epoch));
  }

  leaseHolder(name: string): Promise<LeaseHolder | null> {
    return this.#call('leaseHolder', leaseHolderSchema.nullable(), () => ({ name }));
  }

  verifyChain(stream: string): Promise<ChainReport> {
    return this.#call('verifyChain', chainReportSchema, () => ({ stream }));
  }

  async close(): Promise<void> {
    if (this.#ended !== null) return;
    this.#isClosing = true;
    const exited = new Promise((done) => this.#worker.once('exit', done));
    await this.#call('close', nothing, () => ({}));
    this.#worker.ref();
    await exited;
  }

  /** `isText`: the payload is nothing but what JSON carries as it is. */
  async #call<T>(
    operation: string,
    answer: z.ZodType<T>,
    payload: () => unknown,
    isText = false,
  ): Promise<T> {
    if (this.#ended !== null) throw this.#ended;
    const id = this.#nextId;
    this.#nextId += 1;
    this.#isOutboxText &&= isText;
    if (this.#outbox.push({ id, operation, payload: payload() }) === 1) queueMicrotask(() => this.#sendAll());
    return answer.parse(await this.#expectAnswer(id));
  }

  /** What is asked for in one turn travels in one message. */
  #sendAll(): void {
    const [requests, isText] = [this.#outbox, this.#isOutboxText];
    this.#outbox = [];
    this.#isOutboxText = true;
    try {
      this.#wire.send(requests, isText);
    } catch (error) {
      // Something in a request cannot be sent.
      for (const { id } of requests) this.#settle(id)?.refuse(unsendable(error));
    }
  }

  #expectAnswer(id: number): Promise<unknown> {
    this.#worker.ref();
    return new Promise((answer, refuse) => this.#waiting.set(id, { answer, refuse }));
  }

  #settle(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (this.#waiting.size === 0) this.#worker.unref();
    return waiting;
  }

  #receive(message: unknown): void {
    for (const parsed of workerMessagesSchema.parse(message)) this.#hear(parsed);
  }

  #hear(parsed: WorkerMessage): void {
    if (parsed.kind === 'ready') this.#settle(0)?.answer(null);
    else if (parsed.kind === 'unusable') this.#settle(0)?.refuse(asLabError(parsed.error));
    else if (parsed.kind === 'answer') this.#settle(parsed.id)?.answer(parsed.value);
    else if (parsed.kind === 'refusal') this.#settle(parsed.id)?.refuse(asLabError(parsed.error));
    else if (parsed.kind === 'task-lost') this.tasks.lost(parsed.lease);
    else this.#lost.get(leaseKey(parsed.name, parsed.epoch))?.abort(leaseLost(parsed.name));
  }

  /** After the worker's end nothing is held and nothing can be asked. */
  #end(cause: unknown): void {
    this.#wire.hearRest();
    this.#ended ??= endedError(this.#isClosing, cause);
    if (!this.#isClosing) this.#died.abort(this.#ended);
    for (const { refuse } of this.#waiting.values()) refuse(this.#ended);
    this.#waiting.clear();
    for (const lost of this.#lost.values()) lost.abort(this.#ended);
    this.tasks.ended(this.#ended);
  }
}

function textsOf(events: readonly NewEvent[]) {
  return events.map((event) => ({ ...event, data: canonicalJson(event.data) }));
}

function endedError(isClosing: boolean, cause: unknown): LabError {
  let message = isClosing ? 'The journal is closed.' : "The journal's thread has ended.";
  if (cause instanceof Error) message = `The journal's thread failed: ${cause.message.replace(/\.$/, '')}.`;
  return new LabError('journal.unavailable', message, { action: 'Open the lab again.', cause });
}

function leaseLost(name: string): LabError {
  return new LabError('conflict', `Another process has taken over ${name}.`, {
    action: 'Leave it to that process.',
  });
}

function leaseKey(name: string, epoch: number): string {
  return `${epoch} ${name}`;
}

function asLabError({ reason, message, action }: WorkerError): LabError {
  return new LabError(reason, message, action === null ? {} : { action });
}

function unsendable(cause: unknown): LabError {
  return new LabError('usage', 'The journal cannot take this request: it holds something that is no data.', {
    cause,
  });
}
