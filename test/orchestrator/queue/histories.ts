import fc from 'fast-check';
import { expect } from 'vitest';
import { LabError } from '../../../extension/contracts/errors.ts';
import type { TaskQueue } from '../../../extension/contracts/tasks.ts';
import type { TestQueue } from './backEnd.ts';
import { type ModelLease, ModelQueue, type ModelRequest } from './model.ts';

/** One thing that is done to the queue and to its model; what both answer must be equal. */
export interface Step {
  readonly toString: () => string;
  run(real: History): Promise<void>;
}

/** A queue and its model on the way through one history. */
export class History {
  readonly test: TestQueue;
  readonly model: ModelQueue;
  /** All leases that were ever given out. */
  readonly leases: ModelLease[] = [];

  constructor(test: TestQueue) {
    this.test = test;
    this.model = new ModelQueue(test.now());
  }

  get queue(): TaskQueue {
    return this.test.queue;
  }

  lease(index: number): ModelLease | undefined {
    return this.leases[index % this.leases.length];
  }

  id(index: number): string | undefined {
    return this.model.tasks[index % this.model.tasks.length]?.id;
  }

  /** Every task and every count, as the queue and its model have them. */
  async compare(): Promise<void> {
    for (const task of this.model.tasks) {
      const record = await this.queue.get(task.id);
      expect(record).toMatchObject({
        type: task.type,
        tenant: task.tenant,
        priority: task.priority,
        state: task.state,
        readyTime: task.ready,
        deadline: task.deadline,
        attempts: task.attempts,
        epoch: task.epoch,
        checkpoint: task.checkpoint,
        error: task.error,
        deadReason: task.deadReason,
      });
    }
    const counts = await this.queue.counts();
    for (const { tenant, priority, type, done, cancelled, ...present } of counts) {
      for (const state of ['waiting', 'delayed', 'running', 'dead'] as const) {
        const expected = this.model.tasks.filter(
          (task) =>
            task.tenant === tenant &&
            task.priority === priority &&
            task.type === type &&
            task.state === state,
        );
        expect([tenant, priority, type, state, present[state]]).toEqual([
          tenant,
          priority,
          type,
          state,
          expected.length,
        ]);
      }
    }
    const total = counts.reduce(
      (sum, count) => sum + count.waiting + count.running + count.delayed + count.dead,
      0,
    );
    const live = this.model.tasks.filter(({ state }) => state !== 'done' && state !== 'cancelled');
    expect(total).toBe(live.length);
  }
}

/** What a call answers, or the reason of its refusal. */
async function outcome<T>(call: Promise<T>): Promise<T | string> {
  try {
    return await call;
  } catch (error) {
    if (LabError.is(error)) return error.reason;
    throw error;
  }
}

function step<T>(name: string, value: fc.Arbitrary<T>, run: (history: History, value: T) => Promise<void>) {
  return value.map(
    (chosen): Step => ({
      toString: () => `${name}(${fc.stringify(chosen)})`,
      run: (history) => run(history, chosen),
    }),
  );
}

const types = ['a', 'b'];
const tenants = ['x', 'y', 'z'];
const priority = fc.constantFrom(0, 0, 1, 5, 9, 10, 11, 100);
const index = fc.nat(1000);
const note = fc.constantFrom('one', 'two');

/** Ids are given in the order in which tasks come, so that equal runs are equal. */
const request: fc.Arbitrary<Omit<ModelRequest, 'id'> & { readonly repeats: boolean }> = fc.record({
  type: fc.constantFrom(...types),
  tenant: fc.constantFrom(...tenants),
  priority,
  delay: fc.constantFrom(0, 0, 0, 0, 500, 20_000),
  deadlineAfter: fc.constantFrom(undefined, undefined, undefined, 10_000),
  maximumAttempts: fc.constantFrom(1, 2, 3),
  backoff: fc.constantFrom(0, 1_000),
  key: fc.constantFrom(undefined, undefined, undefined, 'k1', 'k2'),
  repeats: fc.constantFrom(false, false, false, false, true),
});

const lease = 15_000;

const steps: fc.Arbitrary<Step>[] = [
  step('enqueue', request, async ({ queue, model }, { repeats, ...rest }) => {
    const id = `t${repeats ? Math.max(0, model.tasks.length - 1) : model.tasks.length}`;
    const expected = model.enqueue({ id, ...rest });
    const { delay, deadlineAfter, backoff, key, ...task } = rest;
    const answer = await outcome(
      queue.enqueue([
        {
          id,
          ...task,
          payload: { id },
          backoff: { initialMilliseconds: backoff, maximumMilliseconds: 60_000 },
          ...(delay > 0 ? { notBefore: model.now + delay } : {}),
          ...(deadlineAfter === undefined ? {} : { deadline: model.now + deadlineAfter }),
          ...(key === undefined ? {} : { idempotencyKey: key }),
        },
      ]),
    );
    expect(answer).toEqual(typeof expected === 'string' ? expected : [expected]);
  }),
  step(
    'claim',
    fc.record({
      types: fc.constantFrom(['a'], ['b'], types),
      count: fc.integer({ min: 1, max: 4 }),
      band: fc.constantFrom('any' as const, 'any' as const, 'high' as const),
    }),
    async ({ queue, model, leases }, wanted) => {
      const expected = model.claim(wanted.types, wanted.count, wanted.band === 'high', lease);
      const claimed = await queue.claim({ worker: 'w', ...wanted, leaseMilliseconds: lease });
      expect(claimed.map(({ id, epoch }) => ({ id, epoch }))).toEqual(expected);
      expect(claimed.map(({ attempt }) => attempt)).toEqual(
        expected.map(({ id }) => model.find(id)?.attempts),
      );
      leases.push(...expected);
    },
  ),
  step('complete', index, async (history, at) => {
    const held = history.lease(at);
    if (held === undefined) return;
    const expected = history.model.complete(held);
    expect(await outcome(history.queue.complete(held, { of: held.id }))).toBe(expected);
  }),
  step(
    'fail',
    fc.record({ at: index, error: note, retry: fc.boolean() }),
    async (history, { at, error, retry }) => {
      const held = history.lease(at);
      if (held === undefined) return;
      // A failure that is told again is answered as before, which has its own test.
      const task = history.model.find(held.id);
      const told = task?.epoch === held.epoch && task.state !== 'running' ? 'another' : error;
      const expected = history.model.fail(held, told, retry);
      expect(await outcome(history.queue.fail(held, { error: told, retry }))).toBe(expected);
    },
  ),
  step('yield', fc.record({ at: index, data: note }), async (history, { at, data }) => {
    const held = history.lease(at);
    if (held === undefined) return;
    const expected = history.model.yield(held, data);
    expect(await outcome(history.queue.yield(held, data))).toBe(expected);
  }),
  step('checkpoint', fc.record({ at: index, data: note }), async (history, { at, data }) => {
    const held = history.lease(at);
    if (held === undefined) return;
    const expected = history.model.checkpoint(held, data);
    expect(await outcome(history.queue.checkpoint(held, data))).toBe(expected);
  }),
  step('extend', index, async (history, at) => {
    const held = history.lease(at);
    if (held === undefined) return;
    const isGood = history.model.extend(held, lease);
    expect(await history.queue.extend([held], lease)).toEqual(isGood ? [] : [held]);
  }),
  step('cancel', index, async (history, at) => {
    const id = history.id(at);
    if (id === undefined) return;
    expect(await history.queue.cancel(id)).toBe(history.model.cancel(id));
  }),
  step('set priority', fc.record({ at: index, priority }), async (history, { at, priority }) => {
    const id = history.id(at);
    if (id === undefined) return;
    const expected = history.model.setPriority(id, priority);
    expect(await outcome(history.queue.setPriority(id, priority))).toBe(expected);
  }),
  step('replay', index, async (history, at) => {
    const id = history.id(at);
    if (id === undefined) return;
    expect(await outcome(history.queue.replay(id))).toBe(history.model.replay(id));
  }),
  step('recover', fc.constant(null), async ({ queue, model }) => {
    expect(await queue.recover()).toBe(model.recover());
  }),
  step(
    'wait',
    fc.constantFrom(1, 400, 3_000, 9_000, 16_000, 40_000),
    async ({ test, model }, milliseconds) => {
      test.advance(milliseconds);
      model.now += milliseconds;
    },
  ),
  step('pause', fc.boolean(), async ({ queue, model }, isPaused) => {
    model.isPaused = isPaused;
    await (isPaused ? queue.pause() : queue.resume());
    expect(await queue.isPaused()).toBe(isPaused);
  }),
  step(
    'limit',
    fc.record({
      tenant: fc.constantFrom(...tenants),
      mostRunning: fc.constantFrom(null, 1, 2),
      mostWaiting: fc.constantFrom(null, null, 3),
    }),
    async ({ queue, model }, { tenant, mostRunning, mostWaiting }) => {
      model.mostRunning.set(tenant, mostRunning ?? Number.POSITIVE_INFINITY);
      model.mostWaiting.set(tenant, mostWaiting ?? Number.POSITIVE_INFINITY);
      await queue.setLimits({ tenant }, { mostRunning, mostWaiting });
    },
  ),
];

const [enqueue, claim, ...others] = steps;
if (enqueue === undefined || claim === undefined) throw new Error('there are no steps');

/** Histories that are mostly of tasks that come and are taken. */
export const histories: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { arbitrary: enqueue, weight: 8 },
    { arbitrary: claim, weight: 6 },
    ...others.map((arbitrary) => ({ arbitrary, weight: 1 })),
  ),
  { minLength: 1, maxLength: 60, size: 'max' },
);
