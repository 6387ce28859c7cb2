import type { DatabaseSync } from 'node:sqlite';
import { LabError } from '../../contracts/errors.ts';
import { type TaskLease, taskLeaseSchema } from '../../contracts/tasks.ts';
import type { KeptTogether } from '../groupCommit.ts';
import { type Operation, type Outcome, operation } from '../operation.ts';
import type { ProcessIdentity } from '../processIdentity.ts';
import { type AppendMessage, nothingRequestSchema } from '../protocol.ts';
import { HeldTasks } from './heldTasks.ts';
import { taskKnown } from './taskErrors.ts';
import {
  type ClaimMessage,
  checkpointTaskSchema,
  claimTasksSchema,
  completeTaskSchema,
  enqueueTasksSchema,
  extendTasksSchema,
  failTaskSchema,
  limitTasksSchema,
  listTasksSchema,
  pauseTasksSchema,
  setPrioritySchema,
  stopClaimSchema,
  taskChangeSchema,
  taskIdRequestSchema,
} from './taskProtocol.ts';
import type { ClaimedRow } from './taskRows.ts';
import { type Found, TaskStore } from './taskStore.ts';
import { TaskUpkeep } from './taskUpkeep.ts';
import { TaskWaiters } from './taskWaiters.ts';

/** How much of what ended long ago one recovery deletes, each page in a transaction of its own: what is urgent goes between. */
const mostForgottenPages = 10;

export interface TaskServiceOptions {
  readonly database: DatabaseSync;
  readonly identity: ProcessIdentity;
  readonly clock: () => number;
  /** See `SteadyClock`. */
  readonly isSteady: () => boolean;
  /** Runs `work` in the next transaction, which needs not to be synced. */
  readonly inTransaction: <T>(work: () => T, committed: (value: T) => void, failed: () => void) => void;
  /** Tells the owner of a lease that it is over. */
  readonly taskLost: (lease: TaskLease) => void;
}

/** The task queue's part of the journal's work. */
export class TaskService implements KeptTogether {
  readonly writes: Readonly<Record<string, Operation>>;
  readonly reads: Readonly<Record<string, Operation>>;
  readonly #options: TaskServiceOptions;
  readonly #store: TaskStore;
  readonly #upkeep: TaskUpkeep;
  readonly #waiters: TaskWaiters;
  readonly #held: HeldTasks;
  #isTrying = false;
  #isForgetting = false;
  /** Whether the counts are kept for all jobs of the transaction together, and were opened for them. */
  #isTogether = false;
  #isBookOpen = false;
  /** Whether a claim was committed that noted who this process is. */
  #isRegistered = false;
  #isClosed = false;

  constructor(options: TaskServiceOptions) {
    const { database, identity, clock, inTransaction } = options;
    this.#options = options;
    this.#store = new TaskStore(database, clock);
    this.#upkeep = new TaskUpkeep(database, this.#store, identity, clock);
    this.#waiters = new TaskWaiters({
      database,
      clock,
      tryAgain: () => this.#tryAgain(),
      // The next beat would find it out too, seconds later.
      othersWrote: () => this.#tellLost(this.#store.over(this.#held.all)),
      nextDue: () => this.#store.nextDue(),
    });
    this.#held = new HeldTasks({
      renew: (leases, milliseconds) => {
        inTransaction(
          () => {
            this.#upkeep.registerOwner();
            return this.#store.extend(leases, milliseconds);
          },
          (lost) => this.#tellLost(lost),
          // The next beat tries again.
          () => {},
        );
      },
    });
    this.writes = Object.fromEntries(
      Object.entries(this.#writeOperations()).map(([name, write]) => [name, this.#kept(write)]),
    );
    this.reads = this.#readOperations();
  }

  /**
   * Puts tasks into the queue within a transaction of the caller's. Gives what is to be done once that is on disk.
   * Throws `journal.conflict` where they must be new and one is not.
   */
  enqueue({ tasks, areTasksNew }: Pick<AppendMessage, 'tasks' | 'areTasksNew'>): () => void {
    this.#inBook(() => {
      const enqueued = this.#store.enqueue(tasks);
      if (areTasksNew && enqueued.some(({ isNew }) => !isNew)) throw taskKnown();
    });
    return () => this.#tryAgain();
  }

  /** Ends the waits and gives back what is claimed; to be followed by a commit. */
  close(): void {
    this.#isClosed = true;
    this.#waiters.stopAll();
    const leases = this.#held.stop();
    this.#options.inTransaction(
      () =>
        this.#inBook(() => {
          for (const lease of leases) this.#giveBack(lease);
        }),
      () => {},
      // They are given back when their leases are over.
      () => {},
    );
  }

  #writeOperations(): Record<string, Operation> {
    const store = this.#store;
    const wake = () => this.#tryAgain();
    return {
      enqueueTasks: operation(enqueueTasksSchema, ({ tasks }) => ({
        value: store.enqueue(tasks),
        afterCommit: wake,
      })),
      claimTasks: operation(claimTasksSchema, (message) => this.#claim(message), 'normal'),
      extendTasks: operation(
        extendTasksSchema,
        ({ leases, milliseconds }) => ({ value: store.extend(leases, milliseconds) }),
        'normal',
      ),
      completeTask: operation(completeTaskSchema, ({ result, id, epoch }) => {
        store.complete({ id, epoch }, result);
        return { value: null, afterCommit: () => this.#settled({ id, epoch }) };
      }),
      failTask: operation(failTaskSchema, ({ error, retry, id, epoch }) => {
        const value = store.fail({ id, epoch }, error, retry);
        return { value, afterCommit: () => this.#settled({ id, epoch }) };
      }),
      checkpointTask: operation(checkpointTaskSchema, ({ checkpoint, id, epoch }) => {
        store.keepCheckpoint(store.leased({ id, epoch }), checkpoint);
        return { value: null };
      }),
      yieldTask: operation(checkpointTaskSchema, ({ checkpoint, id, epoch }) => {
        store.change(store.leased({ id, epoch }), 'waiting', { checkpoint, attempts: -1 });
        return { value: null, afterCommit: () => this.#settled({ id, epoch }) };
      }),
      cancelTask: operation(taskChangeSchema, ({ id }) => {
        const lost = store.cancel(id);
        const afterCommit = () => {
          if (lost !== null && this.#held.drop(lost)) this.#options.taskLost(lost);
          wake();
        };
        return { value: lost !== null, afterCommit };
      }),
      setTaskPriority: operation(setPrioritySchema, ({ id, priority }) => {
        store.setPriority(id, priority);
        return { value: null, afterCommit: wake };
      }),
      replayTask: operation(taskChangeSchema, ({ id }) => {
        store.replay(id);
        return { value: null, afterCommit: wake };
      }),
      pauseTasks: operation(pauseTasksSchema, ({ isPaused }) => {
        store.book.pause(isPaused);
        return { value: null, afterCommit: wake };
      }),
      limitTasks: operation(limitTasksSchema, ({ scope, limits }) => {
        store.book.setLimits(scope, limits);
        return { value: null, afterCommit: wake };
      }),
      recoverTasks: operation(
        nothingRequestSchema,
        () => {
          const isSteady = this.#options.isSteady();
          // The leases of this process may be over by a clock that its heartbeat knows nothing of.
          const lost = isSteady ? [] : this.#renewHeld();
          const value = this.#upkeep.recover(isSteady);
          const afterCommit = () => {
            this.#tellLost(lost);
            wake();
            if (!this.#isForgetting && !this.#isClosed) this.#forget(mostForgottenPages);
          };
          return { value, afterCommit };
        },
        // After a power cut it is all found once more.
        'normal',
      ),
    };
  }

  #readOperations(): Record<string, Operation> {
    return {
      stopTaskClaim: operation(stopClaimSchema, ({ ticket }) => {
        this.#waiters.stop(ticket);
        return { value: null };
      }),
      letGoOfTask: operation(taskLeaseSchema, (lease) => ({ value: this.#held.drop(lease) })),
      getTask: operation(taskIdRequestSchema, ({ id }) => ({ value: this.#upkeep.get(id) })),
      listTasks: operation(listTasksSchema, (filter) => ({ value: this.#upkeep.list(filter) })),
      countTasks: operation(nothingRequestSchema, () => ({ value: this.#book().counts() })),
      oldestTask: operation(nothingRequestSchema, () => ({ value: this.#book().oldestReadyTime() })),
      areTasksPaused: operation(nothingRequestSchema, () => ({ value: this.#book().isPaused })),
    };
  }

  begin(): void {
    this.#isTogether = true;
  }

  end(): void {
    if (this.#isBookOpen) this.#store.book.save();
    this.#isTogether = false;
    this.#isBookOpen = false;
  }

  undo(): void {
    this.#store.book.forget();
    this.#isTogether = false;
    this.#isBookOpen = false;
  }

  /** A change under way was undone. */
  forget(): void {
    this.#store.book.forget();
  }

  #book() {
    this.#store.book.open();
    return this.#store.book;
  }

  /** Work in a transaction on counts that are up to date, and are written with it. */
  #inBook<T>(work: () => T): T {
    if (this.#isTogether) {
      if (!this.#isBookOpen) this.#store.book.open();
      this.#isBookOpen = true;
      return work();
    }
    this.#store.book.open();
    try {
      const value = work();
      this.#store.book.save();
      return value;
    } catch (error) {
      this.#store.book.undo();
      throw error;
    }
  }

  #kept({ prepare }: Operation): Operation {
    return {
      prepare: (payload) => {
        const { durability, run } = prepare(payload);
        return { durability, run: () => this.#inBook(run) };
      },
    };
  }

  #claim(message: ClaimMessage): Outcome {
    const { tasks, isAll } = this.#claimNow(message);
    if (isEnough(message, tasks, isAll)) {
      return { value: tasks, afterCommit: () => this.#hold(tasks, message) };
    }
    return {
      value: null,
      answerLater: (answer: (tasks: unknown) => void) => {
        this.#waiters.add({ message, answer });
        if (!isAll) this.#tryAgain();
      },
    };
  }

  #claimNow(message: ClaimMessage): Found {
    const found = this.#store.claim({ ...message, owner: this.#upkeep.owner });
    if (found.tasks.length > 0 && !this.#isRegistered) this.#upkeep.registerOwner();
    return found;
  }

  #hold(tasks: readonly ClaimedRow[], { leaseMilliseconds }: ClaimMessage): void {
    if (tasks.length > 0) this.#isRegistered = true;
    for (const { id, epoch } of tasks) this.#held.add({ id, epoch }, leaseMilliseconds);
  }

  /** Those whose leases are over. */
  #renewHeld(): TaskLease[] {
    const renewals = this.#held.renewals();
    return renewals.flatMap(({ leases, milliseconds }) => this.#store.extend(leases, milliseconds));
  }

  #tellLost(lost: readonly TaskLease[]): void {
    for (const lease of lost) if (this.#held.drop(lease)) this.#options.taskLost(lease);
  }

  #settled(lease: TaskLease): void {
    this.#held.drop(lease);
    this.#tryAgain();
  }

  /** Lets those who wait try again in the next transaction. */
  #tryAgain(): void {
    if (this.#isTrying || this.#waiters.all.length === 0) return;
    this.#isTrying = true;
    this.#options.inTransaction(
      () =>
        this.#inBook(() => this.#waiters.all.map(({ message }) => ({ message, ...this.#claimNow(message) }))),
      (found) => {
        this.#isTrying = false;
        for (const { message, tasks, isAll } of found) {
          if (!isEnough(message, tasks, isAll)) continue;
          this.#hold(tasks, message);
          this.#waiters.stop(message.ticket, tasks);
        }
        this.#waiters.watch();
        if (found.some(({ isAll }) => !isAll)) this.#tryAgain();
      },
      () => {
        this.#isTrying = false;
        const searching = this.#waiters.all.filter(({ message }) => message.waitMilliseconds === 0);
        for (const { message } of searching) this.#waiters.stop(message.ticket);
      },
    );
  }

  /** Forgets up to so many pages of what ended long ago, and looks again at one that it had passed by. */
  #forget(pages: number): void {
    this.#isForgetting = true;
    this.#options.inTransaction(
      () => (pages > 0 ? this.#upkeep.forget() : this.#upkeep.forgetAgain()),
      ({ committed, isMore }) => {
        committed();
        if (pages === 0 || this.#isClosed) this.#isForgetting = false;
        else this.#forget(isMore ? pages - 1 : 0);
      },
      // The next recovery tries again.
      () => {
        this.#isForgetting = false;
      },
    );
  }

  #giveBack(lease: TaskLease): void {
    try {
      this.#store.change(this.#store.leased(lease), 'waiting', { attempts: -1 });
    } catch (error) {
      if (!LabError.is(error, 'task.stale')) throw error;
    }
  }
}

/** Whether a claim is answered with what it found: not while it may go on, or wait. */
function isEnough({ waitMilliseconds }: ClaimMessage, tasks: readonly ClaimedRow[], isAll: boolean): boolean {
  return tasks.length > 0 || (isAll && waitMilliseconds === 0);
}
