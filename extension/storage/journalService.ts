import type { DatabaseSync } from 'node:sqlite';
import type { Durability, TaskLease } from '../contracts/tasks.ts';
import { trialQuerySchema } from '../contracts/trials.ts';
import { ArtefactStore } from './artefactStore.ts';
import { busOperations } from './bus/busStore.ts';
import { EventStore } from './eventStore.ts';
import { GroupCommit, type WriteJob } from './groupCommit.ts';
import { LeaseRenewal } from './leaseRenewal.ts';
import { LeaseStore } from './leaseStore.ts';
import { type Operation, type Outcome, operation } from './operation.ts';
import type { ProcessIdentity } from './processIdentity.ts';
import {
  acquireLeaseRequestSchema,
  appendRequestSchema,
  hashRequestSchema,
  kindRequestSchema,
  leaseNameRequestSchema,
  nothingRequestSchema,
  putArtefactRequestSchema,
  readRequestSchema,
  recordTrialsRequestSchema,
  releaseLeaseRequestSchema,
  streamRequestSchema,
} from './protocol.ts';
import { TaskService } from './tasks/taskService.ts';
import { TrialStore } from './trialStore.ts';

/** How the service tells what became of a request, and of a lease. */
export interface ServiceReplies {
  answer(id: number, value: unknown): void;
  refuse(id: number, error: unknown): void;
  leaseLost(name: string, epoch: number): void;
  taskLost(lease: TaskLease): void;
}

export interface ServiceOptions {
  readonly database: DatabaseSync;
  readonly identity: ProcessIdentity;
  readonly clock: () => number;
  /** See `SteadyClock`. */
  readonly isSteady: () => boolean;
  readonly replies: ServiceReplies;
  /** Calls back when this turn's requests have arrived. */
  readonly atEndOfTurn: (callback: () => void) => void;
}

/** The journal's work: what arrives in one turn is committed together, then answered, then read. */
export class JournalService {
  readonly #database: DatabaseSync;
  readonly #replies: ServiceReplies;
  readonly #atEndOfTurn: (callback: () => void) => void;
  readonly #events: EventStore;
  readonly #artefacts: ArtefactStore;
  readonly #leases: LeaseStore;
  readonly #trials: TrialStore;
  readonly #tasks: TaskService;
  readonly #commit: GroupCommit;
  readonly #renewal = new LeaseRenewal();
  readonly #writes: Readonly<Record<string, Operation>>;
  readonly #reads: Readonly<Record<string, Operation>>;
  #jobs: WriteJob[] = [];
  #afterwards: (() => void)[] = [];
  #scheduled = false;

  constructor({ database, identity, clock, isSteady, replies, atEndOfTurn }: ServiceOptions) {
    this.#database = database;
    this.#replies = replies;
    this.#atEndOfTurn = atEndOfTurn;
    this.#events = new EventStore(database);
    this.#artefacts = new ArtefactStore(database);
    this.#leases = new LeaseStore(database, identity, clock);
    this.#trials = new TrialStore(database);
    this.#tasks = new TaskService({
      database,
      identity,
      clock,
      isSteady,
      inTransaction: (work, committed, failed) => this.#enqueue(work, committed, failed, 'normal'),
      taskLost: (lease) => replies.taskLost(lease),
    });
    this.#commit = new GroupCommit(database, this.#tasks);
    const bus = busOperations(database);
    this.#writes = { ...this.#writeOperations(), ...this.#tasks.writes, ...bus.writes };
    this.#reads = { ...this.#readOperations(), ...this.#tasks.reads, ...bus.reads };
  }

  /** Takes a request; its answer or refusal comes through the replies. */
  take(id: number, name: string, payload: unknown): void {
    const write = this.#writes[name];
    if (write !== undefined) {
      this.#takeWrite(id, write, payload);
      return;
    }
    this.#schedule();
    this.#afterwards.push(() => {
      try {
        const read = this.#reads[name];
        if (read === undefined) throw new Error(`the journal has no operation ${name}`);
        this.#replies.answer(id, read.prepare(payload).run().value);
      } catch (error) {
        this.#replies.refuse(id, error);
      }
    });
  }

  /** Finishes what was taken, releases the leases and closes the database. */
  close(): void {
    this.#flush();
    this.#tasks.close();
    for (const { name, epoch } of this.#renewal.stopAll()) {
      this.#enqueue(
        () => this.#leases.release(name, epoch),
        () => {},
        // It then expires by itself.
        () => {},
      );
    }
    this.#flush();
    this.#database.close();
  }

  #takeWrite(id: number, write: Operation, payload: unknown): void {
    const refuse = (error: unknown) => this.#replies.refuse(id, error);
    const answer = (value: unknown) => this.#replies.answer(id, value);
    let prepared: ReturnType<Operation['prepare']>;
    try {
      prepared = write.prepare(payload);
    } catch (error) {
      refuse(error);
      return;
    }
    const committed = (outcome: Outcome) => {
      outcome.afterCommit?.();
      if (outcome.answerLater !== undefined) outcome.answerLater(answer);
      else answer(outcome.value);
    };
    this.#enqueue(prepared.run, committed, refuse, prepared.durability);
  }

  #writeOperations(): Record<string, Operation> {
    return {
      append: operation(appendRequestSchema, (request) => {
        const { lease } = request;
        if (lease !== null) this.#leases.check(lease.name, lease.epoch);
        this.#artefacts.require(request.artefacts);
        const value = this.#events.appendAll(request);
        const enqueued = request.tasks.length > 0 ? this.#tasks.enqueue(request) : undefined;
        const released = lease?.release === true ? this.#release(lease.name, lease.epoch) : undefined;
        const afterCommit = () => {
          released?.();
          enqueued?.();
        };
        return { value, afterCommit };
      }),
      putArtefact: operation(putArtefactRequestSchema, ({ content }) => ({
        value: this.#artefacts.put(content),
      })),
      recordTrials: operation(recordTrialsRequestSchema, ({ evaluation, time }) => ({
        value: this.#trials.record(evaluation, time),
      })),
      // A power cut ends every holder too, and what is written under a lease carries it to the disk.
      acquireLease: operation(
        acquireLeaseRequestSchema,
        ({ name, milliseconds }) => {
          const value = this.#leases.acquire(name, milliseconds);
          if (!value.held) return { value };
          return { value, afterCommit: () => this.#keepRenewing(name, value.epoch, milliseconds) };
        },
        'normal',
      ),
      releaseLease: operation(
        releaseLeaseRequestSchema,
        ({ name, epoch }) => ({ value: null, afterCommit: this.#release(name, epoch) }),
        'normal',
      ),
    };
  }

  #readOperations(): Record<string, Operation> {
    return {
      read: operation(readRequestSchema, (request) => ({
        value: this.#events.read(request.stream, request.fromSequence),
      })),
      streams: operation(kindRequestSchema, ({ kind }) => ({ value: this.#events.streams(kind) })),
      snapshots: operation(kindRequestSchema, ({ kind }) => ({ value: this.#events.snapshots(kind) })),
      getArtefact: operation(hashRequestSchema, ({ hash }) => ({ value: this.#artefacts.get(hash) })),
      leaseHolder: operation(leaseNameRequestSchema, ({ name }) => ({ value: this.#leases.holder(name) })),
      verifyChain: operation(streamRequestSchema, ({ stream }) => ({
        value: this.#events.verifyChain(stream),
      })),
      countTrials: operation(trialQuerySchema, (query) => ({ value: this.#trials.count(query) })),
      verifyTrials: operation(nothingRequestSchema, () => ({ value: this.#trials.verify() })),
    };
  }

  /** Gives what is to be done once that is on disk. */
  #release(name: string, epoch: number): () => void {
    this.#leases.release(name, epoch);
    return () => this.#renewal.stop(name, epoch);
  }

  #keepRenewing(name: string, epoch: number, milliseconds: number): void {
    this.#renewal.start(name, epoch, milliseconds, () => {
      this.#enqueue(
        () => this.#leases.renew(name, epoch, milliseconds),
        (renewed) => {
          // A lease that was released meanwhile is not lost.
          if (!renewed && this.#renewal.stop(name, epoch)) this.#replies.leaseLost(name, epoch);
        },
        // The next turn tries again; until another takes the lease, nothing is lost.
        () => {},
      );
    });
  }

  #enqueue<T>(
    work: () => T,
    committed: (value: T) => void,
    failed: (error: unknown) => void,
    durability: Durability = 'full',
  ): void {
    let tell = () => {};
    this.#schedule();
    this.#jobs.push({
      durability,
      work: () => {
        const value = work();
        tell = () => committed(value);
      },
      committed: () => tell(),
      failed: (error) => {
        this.#tasks.forget();
        failed(error);
      },
    });
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#atEndOfTurn(() => this.#flush());
  }

  #flush(): void {
    this.#scheduled = false;
    const [jobs, afterwards] = [this.#jobs, this.#afterwards];
    this.#jobs = [];
    this.#afterwards = [];
    this.#commit.run(jobs);
    for (const run of afterwards) run();
  }
}
