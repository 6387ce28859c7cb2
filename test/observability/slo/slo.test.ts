import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SagaEvent, SagaFact } from '../../../extension/contracts/saga.ts';
import { sloReportSchema } from '../../../extension/contracts/slo.ts';
import { nearestRank, p95Of } from '../../../extension/observability/slo/percentiles.ts';
import { sloReport } from '../../../extension/observability/slo/report.ts';
import { workOfSaga } from '../../../extension/observability/slo/work.ts';

const always = { from: 0, to: Number.MAX_SAFE_INTEGER };

type Timed = readonly [second: number, fact: SagaFact];

function eventsOf(...facts: Timed[]): SagaEvent[] {
  return facts.map(([second, fact], index) => ({
    ...fact,
    sagaId: 's',
    sequence: index + 1,
    time: second * 1000,
    traceId: 't',
  }));
}

const begun: SagaFact = {
  type: 'saga.started',
  data: { name: 'toy', version: 1, steps: ['a', 'b'], gates: [], input: null },
};
const start = (step: string, attempt = 1, generation = 1): SagaFact => ({
  type: 'saga.step-started',
  data: { step, generation, attempt, idempotencyKey: `s/${step}/${generation}` },
});
const done = (step: string, result: unknown = null, generation = 1): SagaFact => ({
  type: 'saga.step-completed',
  data: { step, generation, result, artefacts: [] },
});
const failed = (step: string, reason: string): SagaFact => ({
  type: 'saga.step-failed',
  data: {
    step,
    generation: 1,
    error: { reason, message: 'no', action: null, place: null },
    artefacts: [],
  },
});
const stopped: SagaFact = { type: 'saga.interrupted', data: {} };
const completed: SagaFact = { type: 'saga.completed', data: {} };

const reportOf = (facts: Timed[], { isLive = false, window = always } = {}) =>
  sloReport([workOfSaga(eventsOf(...facts), isLive)], window);

describe('a crash', () => {
  test('is seen by a second attempt without an end of the first, and recovery is from the last sign of life', () => {
    const report = reportOf([
      [0, begun],
      [10, start('a')],
      [22, start('a', 2)],
      [25, done('a')],
    ]);
    expect(report.recovery).toMatchObject({
      crashes: 1,
      recovered: 1,
      medianSeconds: 12,
      maxSeconds: 12,
      withinLimit: 1,
    });
    expect(report.availability).toEqual({ value: 0.5, attempts: 2, ownFaults: 1 });
    expect(report.stranded).toBe(0);
  });

  test('after which nobody took the work up leaves it stranded, which is not recovered and not lost', () => {
    const report = reportOf([
      [0, begun],
      [10, start('a')],
    ]);
    expect(report).toMatchObject({ stranded: 1, lost: 0, recovery: { crashes: 1, recovered: 0 } });
    expect(report.recovery.withinLimit).toBe(0);
    expect(report.objectives.find(({ name }) => name === 'recovery')?.isMet).toBe(false);
  });

  test('is none where the run was stopped on request, or is still at work', () => {
    const ordered = reportOf([
      [0, begun],
      [10, start('a')],
      [11, stopped],
      [500, start('a', 2)],
      [501, done('a')],
    ]);
    expect(ordered.recovery.crashes).toBe(0);
    expect(ordered.availability.value).toBe(1);
    const atWork = reportOf(
      [
        [0, begun],
        [10, start('a')],
      ],
      { isLive: true },
    );
    expect(atWork).toMatchObject({ stranded: 0, recovery: { crashes: 0 }, availability: { attempts: 0 } });
  });
});

describe('no crash is', () => {
  const retrying: SagaFact = {
    type: 'saga.step-retrying',
    data: {
      step: 'a',
      generation: 1,
      error: { reason: 'exchange.unavailable', message: 'no', action: null, place: null },
      dueTime: 5000,
      artefacts: [],
    },
  };
  test.each([
    ['an attempt that failed and is tried again', retrying],
    ['a wait for other runs', { type: 'saga.children-awaited', data: { sagaIds: ['x'] } }],
    [
      'a step that was stopped',
      { type: 'saga.step-stopped', data: { step: 'a', generation: 1, artefacts: [] } },
    ],
  ] as const)('%s', (_, fact) => {
    const report = reportOf([
      [0, begun],
      [1, start('a')],
      [2, fact as SagaFact],
      [5, start('a', 2)],
      [6, done('a')],
    ]);
    expect(report).toMatchObject({ recovery: { crashes: 0 }, availability: { value: 1 }, stranded: 0 });
  });
});

test('branches that one crash ended recover from the same last sign of life', () => {
  const report = reportOf([
    [0, begun],
    [1, start('a')],
    [2, start('b')],
    [12, start('a', 2)],
    [13, start('b', 2)],
    [14, done('a')],
    [15, done('b')],
  ]);
  expect(report.recovery).toMatchObject({ crashes: 2, recovered: 2, medianSeconds: 10, maxSeconds: 11 });
});

test.each([
  ['internal', 1],
  ['journal.unavailable', 1],
  ['sandbox.unavailable', 1],
  ['strategy.threw', 0],
  ['data.missing', 0],
  ['idea.unsupported', 0],
])('a step that failed for %s counts %i fault of the lab', (reason, faults) => {
  const { availability } = reportOf([
    [0, begun],
    [1, start('a')],
    [2, failed('a', reason)],
  ]);
  expect(availability).toEqual({ value: 1 - faults, attempts: 1, ownFaults: faults });
});

test('a result that is missing from a run that completed is lost, and one that is there twice is duplicated', () => {
  const missing = reportOf([
    [0, begun],
    [1, start('a')],
    [2, start('b')],
    [3, done('b')],
    [4, completed],
  ]);
  expect(missing).toMatchObject({ lost: 1, duplicated: 0 });
  expect(missing.objectives.find(({ name }) => name === 'lost')?.isMet).toBe(false);
  const twice = reportOf([
    [0, begun],
    [1, start('a')],
    [2, done('a')],
    [3, done('a')],
  ]);
  expect(twice).toMatchObject({ lost: 0, duplicated: 1 });
});

test('a step that was run anew after a fix is other work, and the superseded run is not lost', () => {
  const report = reportOf([
    [0, begun],
    [1, start('a')],
    [2, failed('a', 'strategy.threw')],
    [3, start('a', 1, 2)],
    [4, done('a', null, 2)],
    [5, completed],
  ]);
  expect(report).toMatchObject({ lost: 0, duplicated: 0, recovery: { crashes: 0 } });
});

test('only what ended within the window counts', () => {
  const facts: Timed[] = [
    [0, begun],
    [10, start('a')],
    [20, done('a')],
    [30, start('b')],
    [40, failed('b', 'internal')],
  ];
  const at = (from: number, to: number) =>
    reportOf(facts, { window: { from: from * 1000, to: to * 1000 } }).availability.attempts;
  expect([at(0, 20), at(20, 21), at(20, 41), at(41, 99)]).toEqual([0, 1, 2, 0]);
});

test("own overhead leaves a model's time out, and says of how much work that is not known", () => {
  const identity = (kind: string) => ({ agent: { name: 'x', kind, version: '1' } });
  const report = reportOf([
    [0, begun],
    [1, start('reason')],
    [3, done('reason', { market: {}, reasoning: identity('rule-based') })],
    [4, start('code')],
    [9, done('code', identity('model'))],
  ]);
  expect(report.overhead).toEqual({
    count: 1,
    unknown: 1,
    medianSeconds: 2,
    p95Seconds: null,
    maxSeconds: 2,
  });
});

test('what a lab without runs cannot tell is not available, and nothing is lost there', () => {
  const report = sloReport([], always);
  expect(sloReportSchema.parse(report)).toEqual(report);
  expect(report).toMatchObject({
    availability: { value: null },
    recovery: { medianSeconds: null, withinLimit: null },
    compensations: { value: null },
  });
  expect(report.objectives.map(({ isMet }) => isMet)).toEqual([null, null, true, true, null]);
});

test('a compensation that failed is one that did not undo what it should', () => {
  const { compensations } = reportOf([
    [0, begun],
    [1, { type: 'saga.compensation-completed', data: { step: 'a', generation: 1 } }],
    [
      2,
      {
        type: 'saga.compensation-failed',
        data: {
          step: 'b',
          generation: 1,
          error: { reason: 'internal', message: '', action: null, place: null },
        },
      },
    ],
  ]);
  expect(compensations).toEqual({ value: 0.5, ended: 2, failed: 1 });
});

describe('a percentile', () => {
  test('is the smallest value that so many are not above', () => {
    const values = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 100 }), (sample, percent) => {
        const literal = [...new Set(sample)]
          .filter(
            (value) => (100 * sample.filter((other) => other <= value).length) / sample.length >= percent,
          )
          .reduce((least, value) => Math.min(least, value));
        expect(nearestRank(sample, percent)).toBe(literal);
      }),
    );
  });

  test('of 95 is not available from fewer than 20 values', () => {
    const values = Array.from({ length: 20 }, (_, index) => index + 1);
    expect(p95Of(values)).toBe(19);
    expect(p95Of(values.slice(1))).toBeNull();
  });
});
