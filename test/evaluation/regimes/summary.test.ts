import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { marketRegimes } from '../../../extension/contracts/regimes.ts';
import { regimeCode } from '../../../extension/evaluation/regimes/definition.ts';
import { performanceByRegime } from '../../../extension/evaluation/regimes/performance.ts';
import { regimeSegments, regimeSummary } from '../../../extension/evaluation/regimes/summary.ts';

const labelsOf = fc
  .array(fc.integer({ min: 0, max: marketRegimes.length - 1 }), { maxLength: 300 })
  .map((codes) => Uint8Array.from(codes));

describe('a summary', () => {
  it('tells shares, lengths and switches', () => {
    const summary = regimeSummary(Uint8Array.from([0, 3, 3, 1, 3, 3, 3, 3]));
    expect(summary.now).toBe('range');
    expect(summary.regimes[3]).toEqual({
      regime: 'range',
      bars: 6,
      share: 0.75,
      segments: 2,
      meanBars: 3,
      longestBars: 4,
    });
    expect(summary.regimes[5]).toMatchObject({ bars: 0, segments: 0, meanBars: null, longestBars: null });
    expect(summary.transitions[0]).toEqual([0, 0, 0, 1, 0, 0]);
    expect(summary.transitions[3]).toEqual([0, 1, 0, 0, 0, 0]);
    expect(summary.transitions[1]).toEqual([0, 0, 0, 1, 0, 0]);
  });

  it('has segments that are the labels again', () => {
    fc.assert(
      fc.property(labelsOf, (labels) => {
        const again = new Uint8Array(labels.length);
        for (const { regime, from, to } of regimeSegments(labels)) again.fill(regimeCode[regime], from, to);
        expect(again).toEqual(labels);
        const { regimes, transitions } = regimeSummary(labels);
        expect(regimes.reduce((sum, { bars }) => sum + bars, 0)).toBe(labels.length);
        const switches = transitions.flat().reduce((sum, count) => sum + count, 0);
        expect(switches).toBe(Math.max(0, regimeSegments(labels).length - 1));
      }),
    );
  });

  it('of no bars shares nothing out', () => {
    expect(regimeSummary(new Uint8Array(0))).toMatchObject({ bars: 0, now: 'unknown' });
    expect(regimeSummary(new Uint8Array(0)).regimes.map(({ share }) => share)).toEqual(Array(6).fill(null));
  });
});

describe('what a run earned in each regime', () => {
  it('counts a return for the regime of the bar before, which alone was known', () => {
    // Flat in the range; +10 % in the bar after the first of the trend, -50 % in the bar after its last.
    const equity = Float64Array.from([100, 100, 110, 55]);
    const labels = Uint8Array.from([3, 1, 1, 3]);
    const [, up, , range] = performanceByRegime(equity, labels);
    expect(range).toMatchObject({ bars: 1, totalReturn: 0 });
    expect(up?.bars).toBe(2);
    expect(up?.totalReturn).toBeCloseTo(1.1 * 0.5 - 1, 12);
  });

  it('multiplies up to the return of the whole run', () => {
    const rows = fc.array(
      fc.tuple(fc.double({ min: 0.1, max: 10, noNaN: true }), fc.integer({ min: 0, max: 5 })),
      { minLength: 1, maxLength: 200 },
    );
    fc.assert(
      fc.property(rows, (bars) => {
        const equity = Float64Array.from(bars, ([value]) => value);
        const parts = performanceByRegime(
          equity,
          Uint8Array.from(bars, ([, code]) => code),
        );
        const product = parts.reduce((all, { totalReturn }) => all * (1 + (totalReturn ?? 0)), 1);
        const whole = (equity.at(-1) as number) / (equity[0] as number);
        expect(product / whole).toBeCloseTo(1, 9);
      }),
    );
  });

  it('gives a mean and a ratio from 30 bars on, and never for what does not vary', () => {
    const grown = (bars: number, step: (bar: number) => number): Float64Array => {
      let equity = 100;
      return Float64Array.from({ length: bars + 1 }, (_, bar) => {
        if (bar > 0) equity *= 1 + step(bar);
        return equity;
      });
    };
    const of = (equity: Float64Array) =>
      performanceByRegime(equity, new Uint8Array(equity.length).fill(3))[3];
    const swinging = (bar: number): number => (bar % 2 === 0 ? 0.02 : -0.01);
    expect(of(grown(29, swinging))).toMatchObject({ bars: 29, meanReturn: null, barSharpe: null });
    const enough = of(grown(30, swinging));
    expect(enough?.meanReturn).toBeCloseTo(0.005, 12);
    // 15 values of 0.02 and 15 of -0.01: squares of 0.015 around the mean, over 29.
    expect(enough?.deviation).toBeCloseTo(Math.sqrt((30 * 0.015 ** 2) / 29), 12);
    expect(enough?.barSharpe).toBeCloseTo(0.005 / Math.sqrt((30 * 0.015 ** 2) / 29), 9);
    expect(of(grown(40, () => 0.01))?.barSharpe).toBeNull();
  });

  it('leaves out a bar that begins with nothing, and refuses labels of other bars', () => {
    const [, up] = performanceByRegime(Float64Array.from([10, 0, 5]), Uint8Array.from([1, 1, 1]));
    expect(up).toMatchObject({ bars: 1, totalReturn: -1 });
    expect(() => performanceByRegime(new Float64Array(2), new Uint8Array(3))).toThrow(
      expect.objectContaining({ reason: 'usage' }),
    );
  });
});
