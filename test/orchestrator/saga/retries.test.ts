import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LabError } from '../../../extension/contracts/errors.ts';
import { delayBeforeRetry } from '../../../extension/orchestrator/saga/retry.ts';
import { type Diary, pipeline, smallEngine, smallLab, step, untilAborted } from './small.ts';

const unavailable = () => new LabError('exchange.unavailable', 'Not now.');
const policy = { on: ['exchange.unavailable' as const], retries: 3, firstDelay: 100 };

describe('a step with a retry policy', () => {
  test('is tried again after growing waits, with the same key, and goes on when it succeeds', async () => {
    const keys = new Set<string>();
    const attempts: number[] = [];
    const { engine, waits } = await smallLab(
      pipeline('p', [
        step(
          [],
          'a',
          ({ attempt, idempotencyKey }) => {
            keys.add(idempotencyKey);
            attempts.push(attempt);
            if (attempt < 4) throw unavailable();
            return 'done';
          },
          { retry: policy },
        ),
      ]),
    );
    const id = await engine.create({ name: 'p', input: {} });
    expect((await engine.run(id)).state).toBe('completed');
    expect([attempts, waits, keys.size]).toEqual([[1, 2, 3, 4], [100, 200, 400], 1]);
    const { events } = await engine.history(id);
    expect(events.filter(({ type }) => type === 'saga.step-retrying')).toHaveLength(3);
  });

  test('fails once it was tried again as often as the policy says, and at once for any other reason', async () => {
    let runs = 0;
    const failing = (error: () => Error) =>
      step(
        [],
        'a',
        () => {
          runs += 1;
          throw error();
        },
        { retry: policy },
      );
    const often = await smallLab(pipeline('p', [failing(unavailable)]));
    expect(await often.engine.run(await often.engine.create({ name: 'p', input: {} }))).toMatchObject({
      state: 'failed',
      error: { reason: 'exchange.unavailable' },
    });
    expect(runs).toBe(4);
    const once = await smallLab(pipeline('p', [failing(() => new LabError('data.missing', 'Gone.'))]));
    await once.engine.run(await once.engine.create({ name: 'p', input: {} }));
    expect(runs).toBe(5);
  });

  test('waits out its time after a restart too, and a crash is no failure', async () => {
    let runs = 0;
    const definition = pipeline('p', [
      step(
        [],
        'a',
        () => {
          runs += 1;
          if (runs === 1) throw unavailable();
        },
        { retry: { ...policy, retries: 1, firstDelay: 5000 } },
      ),
    ]);
    const { engine, journal, onNotice } = await smallLab(definition);
    const id = await engine.create({ name: 'p', input: {} });
    const stop = new AbortController();
    onNotice((notice) => {
      if (notice.kind === 'event' && notice.event.type === 'saga.step-retrying') stop.abort();
    });
    const interrupted = await engine.run(id, stop.signal);
    expect(interrupted).toMatchObject({ state: 'interrupted', steps: [{ retryTime: 1_700_000_005_000 }] });
    const later = smallEngine(journal, [definition]);
    later.advance(1000);
    expect((await later.engine.run(id)).state).toBe('completed');
    expect(later.waits).toEqual([4000]);
  });

  test('waits as exponential backoff says, whatever the numbers', () => {
    fc.assert(
      fc.property(
        fc.nat(1000),
        fc.integer({ min: 1, max: 4 }),
        fc.nat(12),
        fc.nat(100_000),
        (first, factor, failures, most) => {
          const delay = delayBeforeRetry(
            { on: ['internal'], retries: 12, firstDelay: first, factor, longestDelay: most },
            'internal',
            failures,
          );
          let expected = first;
          for (let index = 0; index < failures; index += 1) expected *= factor;
          expect(delay).toBe(failures >= 12 ? null : Math.min(expected, most));
        },
      ),
    );
  });
});

describe('a step with a time limit', () => {
  test('fails with saga.timeout when it is not done, is told by its signal, and is undone', async () => {
    const diary: Diary = [];
    let reason: unknown;
    const { engine } = await smallLab(
      pipeline('p', [
        step(
          diary,
          'a',
          async ({ signal }) => {
            await untilAborted(signal).catch((error) => {
              reason = error;
              throw error;
            });
          },
          { timeout: 700 },
        ),
      ]),
    );
    const view = await engine.run(await engine.create({ name: 'p', input: {} }));
    expect(view).toMatchObject({ state: 'failed', error: { reason: 'saga.timeout' } });
    expect(reason).toMatchObject({ reason: 'saga.timeout' });
    expect(diary).toEqual(['run a', 'undo a']);
  });

  test('is left behind when it does not heed its signal, and can write nothing any more', async () => {
    const late = Promise.withResolvers<unknown>();
    const { engine } = await smallLab(
      pipeline('p', [
        step(
          [],
          'a',
          async ({ signal, putArtefact }) => {
            await untilAborted(signal).catch(() => {});
            await new Promise((resolve) => setTimeout(resolve, 40));
            await putArtefact('late', 'text/plain', 'late').then(late.resolve, late.resolve);
          },
          { timeout: 700 },
        ),
      ]),
    );
    const id = await engine.create({ name: 'p', input: {} });
    expect((await engine.run(id)).error).toMatchObject({ reason: 'saga.timeout' });
    expect(await late.promise).toMatchObject({ reason: 'cancelled' });
    expect((await engine.history(id)).events.at(-1)?.type).toBe('saga.failed');
  });

  test('can be tried again, each attempt with its own time', async () => {
    let runs = 0;
    const { engine } = await smallLab(
      pipeline('p', [
        step(
          [],
          'a',
          ({ signal }) => {
            runs += 1;
            return runs < 3 ? untilAborted(signal) : 'done';
          },
          { timeout: 700, retry: { on: ['saga.timeout'], retries: 2, firstDelay: 1 } },
        ),
      ]),
    );
    expect((await engine.run(await engine.create({ name: 'p', input: {} }))).state).toBe('completed');
    expect(runs).toBe(3);
  });
});
