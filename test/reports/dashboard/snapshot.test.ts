import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type DashboardSample, dashboardSnapshotSchema } from '../../../extension/contracts/dashboard.ts';
import { countStates, latencyOf } from '../../../extension/reports/dashboard/figures.ts';
import { mostSamples, withSample } from '../../../extension/reports/dashboard/history.ts';
import { pipelineFlow } from '../../../extension/reports/dashboard/pipelineFlow.ts';
import { dashboardSnapshot } from '../../../extension/reports/dashboard/snapshot.ts';
import { minute, now, runAt, sampleMoment, words } from './sampleMoment.ts';

const snapshotOf = (change = {}, history: readonly DashboardSample[] = []) =>
  dashboardSnapshot(sampleMoment(change), history, words);
const sampleAt = (time: number, queueDepth = 0): DashboardSample => ({
  time,
  queueDepth,
  activeWorkers: 0,
  latencyP95: null,
  throughput: 0,
});

test('fits its contract', () => {
  const snapshot = snapshotOf();
  expect(dashboardSnapshotSchema.parse(snapshot)).toEqual(snapshot);
});

test('what is not there is not available: no queue of tasks, no interface, no feed, no trade', () => {
  const { tiles, agents } = snapshotOf({ venues: [], journalBytes: null });
  expect(tiles.apiLatency.value).toBeNull();
  expect(tiles.dataLag.value).toBeNull();
  expect(tiles.databaseBytes.value).toBeNull();
  expect(agents[0]).toMatchObject({ totalTrades: null, winRate: null, profit: null });
});

test('what waits and works is what the queue and this window say of it', () => {
  const queue = {
    depths: [
      { priority: 1, tenant: 'a', tasks: 5 },
      { priority: 9, tenant: 'b', tasks: 3 },
    ],
    oldestReadyTime: null,
    running: 4,
    deadLetters: 0,
    workers: { active: 4, total: 6 },
  };
  const { tiles } = snapshotOf({ queue });
  expect(tiles.queueDepth.value).toBe(8);
  expect(tiles.activeWorkers).toMatchObject({ value: 4, total: 6 });
});

test('waiting is compared with a minute ago, however often the page was refreshed since', () => {
  const history = [
    sampleAt(now - 90_000, 7),
    sampleAt(now - 61_000, 5),
    sampleAt(now - 20_000, 1),
    sampleAt(now - 500, 2),
  ];
  expect(snapshotOf({}, history).tiles.queueDepth).toEqual({ value: 2, change: -3 });
  expect(snapshotOf().tiles.queueDepth.change).toBeNull();
});

describe('latency', () => {
  const manySteps = (seconds: number, time: number) =>
    Array.from({ length: 3 }, () => runAt({ state: 'completed', reached: 9, time, stepSeconds: seconds }));

  test('is of the steps that ended within the hour, and its change is against the hour before', () => {
    const runs = [...manySteps(4, now - minute), ...manySteps(1, now - 61 * minute)];
    expect(latencyOf(runs, now)).toEqual({ tile: { value: 4, change: 3 }, steps: 27 });
  });

  test('is not available from fewer than twenty steps', () => {
    const runs = [runAt({ state: 'completed', reached: 9 })];
    expect(latencyOf(runs, now)).toEqual({ tile: { value: null, change: null }, steps: 9 });
  });
});

test('throughput is what ended within the hour, and waiting is no end', () => {
  expect(snapshotOf().tiles.throughput).toEqual({ value: 3, change: 2 });
});

test('every run is in one state, whatever gate it waits at', () => {
  const { runs } = sampleMoment();
  const counts = countStates(runs);
  expect(counts.reduce((sum, { count }) => sum + count, 0)).toBe(runs.length);
  expect(counts).toContainEqual({ state: 'waiting', count: 1 });
});

describe('the flow', () => {
  test('has every run of the pipeline once, and none of the others', () => {
    const flow = pipelineFlow(sampleMoment().runs, words);
    const count = (from: string, to: string) =>
      flow?.flows.find((edge) => edge.from === from && edge.to === to)?.count;
    expect(flow?.summary).toBe('5 began, 2 completed');
    expect(count('source', 'reason')).toBe(5);
    expect(count('reason', 'code')).toBe(5);
    expect(count('code', 'guard')).toBe(4);
    expect(count('code', 'code running')).toBe(1);
    expect(count('sandbox', 'sandbox failed')).toBe(1);
    expect(count('review', 'review waiting')).toBe(1);
    expect(count('monitor', 'monitor completed')).toBe(2);
  });

  test('loses nothing on the way: what comes to a place goes on from it or stays there', () => {
    const state = fc.constantFrom('running', 'waiting-for-x', 'failed', 'rejected', 'interrupted');
    const run = fc.record({ state, reached: fc.integer({ min: 0, max: 9 }) });
    fc.assert(
      fc.property(fc.array(run, { minLength: 1, maxLength: 30 }), (runs) => {
        const flow = pipelineFlow(runs.map(runAt), words);
        const sum = (side: 'from' | 'to', id: string) =>
          (flow?.flows ?? []).reduce((total, edge) => total + (edge[side] === id ? edge.count : 0), 0);
        for (const { id, fate } of flow?.nodes ?? []) {
          if (fate === 'kept') expect(sum('from', id), id).toBe(sum('to', id));
        }
        const ends = (flow?.nodes ?? []).filter(({ fate }) => fate === 'dropped');
        expect(ends.reduce((total, { id }) => total + sum('to', id), 0)).toBe(runs.length);
      }),
    );
  });

  test('is none where no run began with an idea', () => {
    expect(pipelineFlow([runAt({ state: 'completed', reached: 9, name: 'backtest' })], words)).toBeNull();
  });
});

test('the history is bounded, and a burst of events does not push half an hour out of it', () => {
  let history: readonly DashboardSample[] = [];
  for (let second = 0; second < 3600; second++) history = withSample(history, sampleAt(second * 1000));
  expect(history.length).toBeLessThanOrEqual(mostSamples);
  expect((history.at(-1)?.time ?? 0) - (history[0]?.time ?? 0)).toBeGreaterThanOrEqual(29 * minute);
  expect(history.at(-1)?.time).toBe(3_599_000);
  const steady = history.length;
  for (let moment = 0; moment < 100; moment++) history = withSample(history, sampleAt(3_599_001 + moment));
  expect(history.length).toBeLessThanOrEqual(steady + 1);
  expect(history.at(-1)?.time).toBe(3_599_100);
});
