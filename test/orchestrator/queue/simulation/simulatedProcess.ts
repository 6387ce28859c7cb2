import { DatabaseSync } from 'node:sqlite';
import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { LabError } from '../../../../extension/contracts/errors.ts';
import { JournalService } from '../../../../extension/storage/journalService.ts';
import { JournalTasks } from '../../../../extension/storage/tasks/taskPort.ts';
import type { Scheduler } from '../../saga/simulation/scheduler.ts';
import type { ModelQueue } from '../model.ts';
import { applyToModel, type Expected, type Operation } from './modelled.ts';

export interface SimulatedWorld {
  readonly scheduler: Scheduler;
  readonly model: ModelQueue;
  readonly location: URL;
  /** What the clock of the machine is wrong by. */
  offset: number;
  /** Hears where the store and its model part. */
  readonly complain: (what: string) => void;
}

const claimedSchema = z.array(z.object({ id: z.string(), epoch: z.number() }));

/**
 * A process with a connection of its own to the one database. What it asks for in one turn is committed together
 * a little later, and at the same moment done to the model. When it dies, what it asked for last was committed or
 * was not, and nothing that it waits for ever comes.
 */
export class SimulatedProcess {
  readonly queue: JournalTasks;
  readonly #world: SimulatedWorld;
  readonly #database: DatabaseSync;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  readonly #asked = new Map<number, Operation>();
  readonly #expected = new Map<number, Expected>();
  #nextId = 1;
  #wakes = 0;
  isDead = false;
  /** What this process's clock is wrong by, apart from the machine's. */
  skew = 0;

  constructor(world: SimulatedWorld, number: number) {
    this.#world = world;
    this.#database = new DatabaseSync(world.location);
    this.#database.exec('PRAGMA synchronous = OFF');
    const service = new JournalService({
      database: this.#database,
      // On a host of its own: whether it is dead cannot be seen by others, its leases tell.
      identity: { host: `host${number}`, space: null, pid: process.pid, started: null },
      clock: () => this.now,
      isSteady: () => true,
      atEndOfTurn: (flush) => this.#later(world.scheduler.pick(20), () => this.#flush(flush)),
      replies: {
        answer: (id, value) => this.#settle(id, { value }, () => this.#waiting.get(id)?.resolve(value)),
        refuse: (id, error) => {
          if (!LabError.is(error)) throw error;
          this.#settle(id, { refusal: error.reason }, () => this.#waiting.get(id)?.reject(error));
        },
        leaseLost: () => {},
        taskLost: (lease) => this.queue.lost(lease),
      },
    });
    this.queue = new JournalTasks(async (name, answer, payload) => {
      const id = this.#nextId++;
      const operation = { name, payload: payload() };
      const settled = Promise.withResolvers<unknown>();
      this.#waiting.set(id, settled);
      this.#asked.set(id, operation);
      if (!this.isDead) service.take(id, name, operation.payload);
      return answer.parse(await settled.promise);
    });
  }

  get now(): number {
    return this.#world.scheduler.time + this.#world.offset + this.skew;
  }

  /** Never comes back to a dead process, and to a stalled one when it goes on. */
  wait(milliseconds: number): Promise<void> {
    return new Promise((resolve) => this.#later(milliseconds, resolve));
  }

  stall(milliseconds: number): void {
    this.#wakes = this.#world.scheduler.time + milliseconds;
  }

  die(): void {
    this.isDead = true;
    this.#database.close();
  }

  #later(milliseconds: number, happen: () => void): void {
    const { scheduler } = this.#world;
    scheduler.after(milliseconds, () => {
      if (this.isDead) return;
      if (scheduler.time < this.#wakes) this.#later(this.#wakes - scheduler.time, happen);
      else happen();
    });
  }

  #flush(flush: () => void): void {
    const { model } = this.#world;
    model.now = this.now;
    for (const [id, operation] of this.#asked) {
      const expected = applyToModel(model, operation);
      if (expected !== null) this.#expected.set(id, expected);
    }
    flush();
  }

  #settle(id: number, outcome: Expected, tell: () => void): void {
    const { name } = this.#asked.get(id) ?? { name: '' };
    const expected = this.#expected.get(id);
    this.#asked.delete(id);
    this.#expected.delete(id);
    const told =
      name === 'claimTasks' && 'value' in outcome ? { value: claimedSchema.parse(outcome.value) } : outcome;
    if (expected !== undefined && !isDeepStrictEqual(told, expected)) {
      this.#world.complain(`${name}: ${JSON.stringify(told)} is not ${JSON.stringify(expected)}`);
    }
    tell();
    this.#waiting.delete(id);
  }
}
