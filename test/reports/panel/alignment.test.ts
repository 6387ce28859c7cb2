import fc from 'fast-check';
import { expect, test } from 'vitest';
import { asOf, besideRun } from '../../../extension/reports/panel/alignment.ts';
import { prepareRun } from '../../../extension/reports/panel/preparedRun.ts';
import { seriesWindow } from '../../../extension/reports/panel/seriesWindow.ts';
import { makeEvidence } from './evidence.ts';

const hour = 3_600_000;
const own = prepareRun(makeEvidence({ bars: 600 }));
const gap = { from: 200, bars: 50 };

test('another run is held against this one by time, not by row, over holes in its data', () => {
  const other = prepareRun(makeEvidence({ id: 'other', bars: 500, fast: 5, slow: 20, gaps: [gap] }));
  const beside = besideRun(own, other);
  const window = seriesWindow(own, { from: 0, to: 600, buckets: 600 }, beside);
  const { time } = other.evidence.candles;
  window.otherEquity?.forEach((value, bar) => {
    const moment = window.lastTime[bar] ?? 0;
    // The last bar of the other that has closed by then.
    const known = time.findLastIndex((start) => start <= moment);
    const isBeyond = moment > (time.at(-1) ?? 0);
    expect(value).toBe(isBeyond ? null : other.evidence.equity[known]);
  });
  expect(window.otherEquity?.[230]).toBe(other.evidence.equity[199]);
  expect(window.otherEquity?.[300]).toBe(other.evidence.equity[250]);
  expect(window.otherEquity?.[599]).toBeNull();
});

test('a bar is known when it has closed, not when it opens', () => {
  const evidence = makeEvidence({ id: 'slow', bars: 100 });
  const fourHours = Float64Array.from(
    { length: 100 },
    (_, bar) => (evidence.candles.time[0] ?? 0) + bar * 4 * hour,
  );
  const candles = { ...evidence.candles, time: fourHours, timeframe: '4h' as const };
  const beside = besideRun(own, prepareRun({ ...evidence, candles }));
  const start = fourHours[0] ?? 0;
  expect(asOf(beside, start + 4 * hour - 1)).toBeNull();
  expect(asOf(beside, start + 4 * hour)).toBe(evidence.equity[0]);
  expect(asOf(beside, start + 8 * hour - 1)).toBe(evidence.equity[0]);
  expect(asOf(beside, start + 8 * hour)).toBe(evidence.equity[1]);
});

test('a run that began with other cash is shown on the scale of this one', () => {
  const rich = prepareRun(makeEvidence({ id: 'rich', bars: 600, cash: 50_000 }));
  const window = seriesWindow(own, { from: 0, to: 600, buckets: 600 }, besideRun(own, rich));
  window.otherEquity?.forEach((value, bar) => {
    expect(value).toBeCloseTo((rich.evidence.equity[bar] ?? 0) / 5, 6);
  });
});

test('whatever the times, what is shown was known at that moment', () => {
  const times = fc
    .uniqueArray(fc.nat(1000), { minLength: 1, maxLength: 50 })
    .map((values) => Float64Array.from(values).sort());
  fc.assert(
    fc.property(times, fc.nat(1100), (time, moment) => {
      const value = asOf({ time, equity: time, scale: 1 }, moment);
      const known = [...time].filter((each) => each <= moment);
      const isWithin = known.length > 0 && moment <= (time.at(-1) ?? 0);
      expect(value).toBe(isWithin ? known.at(-1) : null);
    }),
  );
});
