import fc, { assert, integer, option, property, record, tuple } from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decideWorkers,
  type LoadSample,
  defaultScalingPolicy as policy,
  type ScalingState,
} from '../../../extension/orchestrator/workers/autoscaler.ts';

const calm: LoadSample = { depth: 0, p95Milliseconds: null, utilisation: 0 };
const steady: LoadSample = { depth: 50, p95Milliseconds: 200, utilisation: 0.8 };
const at = (workers: number, calmLooks = 0): ScalingState => ({ workers, calmLooks });

const samples = record({
  depth: integer({ min: 0, max: 500 }),
  p95Milliseconds: option(integer({ min: 0, max: 5000 })),
  utilisation: fc.double({ min: 0, max: 1, noNaN: true }),
});

describe('the number of workers', () => {
  it('grows by one where more than 100 tasks wait', () => {
    expect(decideWorkers(policy, at(4), { ...steady, depth: 100 })).toMatchObject({
      workers: 4,
      reason: null,
    });
    expect(decideWorkers(policy, at(4), { ...steady, depth: 101 })).toMatchObject({
      workers: 5,
      reason: '101 tasks wait, more than 100',
    });
  });

  it('grows by one where 95 of 100 tasks wait longer than a second', () => {
    expect(decideWorkers(policy, at(4), { ...steady, p95Milliseconds: 1000 }).workers).toBe(4);
    expect(decideWorkers(policy, at(4), { ...steady, p95Milliseconds: 1001 })).toMatchObject({
      workers: 5,
      reason: '95 of 100 tasks waited up to 1001 ms, more than 1000 ms',
    });
  });

  it('shrinks by one where few wait and most of the time is unused, and not at the first look', () => {
    const first = decideWorkers(policy, at(4), { ...calm, depth: 19, utilisation: 0.29 });
    expect(first).toEqual({ workers: 4, calmLooks: 1, reason: null });
    expect(decideWorkers(policy, first, calm)).toMatchObject({ workers: 3, calmLooks: 0 });
  });

  it('does not shrink while the workers are used or tasks wait, and begins to count anew after', () => {
    expect(decideWorkers(policy, at(4, 1), { ...calm, utilisation: 0.3 })).toEqual(at4());
    expect(decideWorkers(policy, at(4, 1), { ...calm, depth: 20 })).toEqual(at4());
    function at4() {
      return { workers: 4, calmLooks: 0, reason: null };
    }
  });

  it('stays within the policy and moves by one, whatever is looked at', () => {
    assert(
      property(
        tuple(integer({ min: 2, max: 10 }), integer({ min: 0, max: 1 })),
        samples,
        ([workers, looks], sample) => {
          const decision = decideWorkers(policy, at(workers, looks), sample);
          expect(decision.workers).toBeGreaterThanOrEqual(policy.minimum);
          expect(decision.workers).toBeLessThanOrEqual(policy.maximum);
          expect(Math.abs(decision.workers - workers)).toBeLessThanOrEqual(1);
          expect(decision.reason === null).toBe(decision.workers === workers);
        },
      ),
    );
  });

  it('does not swing: under one load it only grows or only shrinks', () => {
    assert(
      property(integer({ min: 2, max: 10 }), samples, (workers, sample) => {
        let state = at(workers);
        const moves = new Set<number>();
        for (let look = 0; look < 50; look++) {
          const next = decideWorkers(policy, state, sample);
          if (next.workers !== state.workers) moves.add(Math.sign(next.workers - state.workers));
          state = next;
        }
        expect(moves.size).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('comes back into a policy that allows fewer', () => {
    expect(decideWorkers({ ...policy, maximum: 4 }, at(7), steady)).toMatchObject({
      workers: 4,
      reason: 'the policy allows 2 to 4 workers',
    });
  });
});
