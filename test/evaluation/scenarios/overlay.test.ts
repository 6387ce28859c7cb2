import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Overlay,
  overlayKinds,
  overlaySchema,
  scenarioSchema,
} from '../../../extension/contracts/scenario.ts';
import { generateScenario } from '../../../extension/evaluation/scenarios/generate.ts';
import { overlayCandles } from '../../../extension/evaluation/scenarios/overlay.ts';
import { resampleCandles } from '../../../extension/evaluation/scenarios/resample.ts';
import { syntheticMarket } from '../../backtest/support/market.ts';
import { brokenBars, logReturns, mean } from './bars.ts';

const market = syntheticMarket({ bars: 600, seed: 11 });
const lay = (fields: object) => overlayCandles(market, overlaySchema.parse(fields));
const at = (column: Float64Array, bar: number): number => column[bar] as number;
const names = ['open', 'high', 'low', 'close'] as const;

describe('a shock laid over a market', () => {
  it('leaves the market itself as it was, keeps its times and gives whole bars', () => {
    const before = structuredClone(market);
    const overlays: fc.Arbitrary<Overlay> = fc
      .record({
        kind: fc.constantFrom(...overlayKinds),
        depth: fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        at: fc.integer({ min: 0, max: 599 }),
        bars: fc.integer({ min: 1, max: 700 }),
        share: fc.double({ min: 0, max: 1, noNaN: true }),
        factor: fc.double({ min: 0.1, max: 20, noNaN: true }),
      })
      .map(({ kind, depth, at: begin, bars, share, factor }) => {
        const crash = {
          at: begin,
          depth,
          fallBars: bars,
          recoveredShare: share,
          recoveryBars: 1 + (bars % 30),
        };
        const fields: Record<Overlay['kind'], object> = {
          crash,
          'flash-crash': crash,
          gap: { at: begin, size: depth * (bars % 2 === 0 ? 1 : -1) },
          'liquidity-hole': { at: begin, length: bars, volumeShare: share, reach: factor },
          volatility: { multiple: factor },
          scale: { factor },
          resample: { seed: bars, meanBlock: 1 + factor * 5 },
        };
        return overlaySchema.parse({ kind, ...fields[kind] });
      });
    fc.assert(
      fc.property(overlays, (overlay) => {
        const shocked = overlayCandles(market, overlay);
        expect(shocked.time).toEqual(market.time);
        expect(brokenBars(shocked)).toEqual([]);
      }),
      { numRuns: 150 },
    );
    expect(market).toEqual(before);
  });

  it('crash: falls by its depth, comes back by its share, stays there, and leaves what was before', () => {
    const shocked = lay({
      kind: 'crash',
      at: 200,
      depth: 0.4,
      fallBars: 10,
      recoveredShare: 0.5,
      recoveryBars: 20,
    });
    const factor = shocked.close.map((price, bar) => price / at(market.close, bar));
    for (let bar = 0; bar < 200; bar++) {
      for (const name of names) expect(at(shocked[name], bar)).toBe(at(market[name], bar));
    }
    expect(at(shocked.open, 200)).toBe(at(market.open, 200));
    expect(at(factor, 209)).toBeCloseTo(0.6, 12);
    expect(Math.min(...factor)).toBeCloseTo(0.6, 12);
    for (const bar of [229, 230, 599]) expect(at(factor, bar)).toBeCloseTo(Math.sqrt(0.6), 12);
    // Bars of the shock trade more, the others as before.
    for (let bar = 0; bar < 600; bar++) {
      const isShocked = bar >= 200 && bar < 230 && at(market.volume, bar) > 0;
      expect(at(shocked.volume, bar) > at(market.volume, bar), String(bar)).toBe(isShocked);
    }
  });

  it('gap: multiplies all prices from the open of its bar on', () => {
    const shocked = lay({ kind: 'gap', at: 300, size: -0.2 });
    for (const name of names) {
      expect(shocked[name].subarray(0, 300)).toEqual(market[name].subarray(0, 300));
      for (let bar = 300; bar < 600; bar++) {
        expect(at(shocked[name], bar) / at(market[name], bar)).toBeCloseTo(0.8, 12);
      }
    }
    expect(shocked.volume).toEqual(market.volume);
  });

  it('liquidity hole: leaves open and close, takes volume away and widens the bars inside', () => {
    const shocked = lay({ kind: 'liquidity-hole', at: 100, length: 50, volumeShare: 0.1, reach: 2 });
    expect(shocked.open).toEqual(market.open);
    expect(shocked.close).toEqual(market.close);
    const usual = mean(logReturns(market.close).map(Math.abs));
    for (let bar = 0; bar < 600; bar++) {
      const isInside = bar >= 100 && bar < 150;
      expect(Math.log(at(shocked.high, bar) / at(market.high, bar))).toBeCloseTo(
        isInside ? 2 * usual : 0,
        12,
      );
      expect(at(shocked.volume, bar)).toBeCloseTo(at(market.volume, bar) * (isInside ? 0.1 : 1), 9);
    }
  });

  it('volatility: keeps first open and last close and multiplies every departure from the line between', () => {
    const shocked = lay({ kind: 'volatility', multiple: 3 });
    expect(at(shocked.open, 0)).toBeCloseTo(at(market.open, 0), 9);
    expect(at(shocked.close, 599)).toBeCloseTo(at(market.close, 599), 9);
    const slope = (Math.log(at(market.close, 599)) - Math.log(at(market.open, 0))) / 599;
    for (const [bar, value] of logReturns(market.close).entries()) {
      expect(at(Float64Array.from(logReturns(shocked.close)), bar)).toBeCloseTo(
        slope + 3 * (value - slope),
        9,
      );
    }
    const same = lay({ kind: 'volatility', multiple: 1 });
    for (const name of names) {
      for (let bar = 0; bar < 600; bar++)
        expect(at(same[name], bar) / at(market[name], bar)).toBeCloseTo(1, 12);
    }
  });

  it('scale: multiplies every price and nothing else', () => {
    const shocked = lay({ kind: 'scale', factor: 8 });
    for (const name of names) expect(shocked[name]).toEqual(market[name].map((price) => price * 8));
    expect(shocked.volume).toEqual(market.volume);
  });

  it('that begins behind the last bar is refused, and so is a market of one bar', () => {
    expect(() => lay({ kind: 'gap', at: 600 })).toThrow(expect.objectContaining({ reason: 'usage' }));
    const [, one] = [market, syntheticMarket({ bars: 1, seed: 1 })];
    expect(() => overlayCandles(one, { kind: 'scale', factor: 2 })).toThrow(
      expect.objectContaining({ reason: 'data.empty' }),
    );
  });
});

describe('a market drawn from the bars of another', () => {
  // No two of its bars are alike.
  const { columns: record } = generateScenario(scenarioSchema.parse({ kind: 'range', bars: 600 }));
  const shapeOf = (columns: typeof market, bar: number): number[] => {
    const ratios = [columns.high, columns.low, columns.close].map(
      (column) => at(column, bar) / at(columns.open, bar),
    );
    return [...ratios, at(columns.volume, bar)];
  };
  const recorded = Array.from({ length: 600 }, (_, bar) => shapeOf(record, bar));
  /** The bar of the record that has the shape of a drawn one. */
  const placeOf = (drawn: typeof market, bar: number): number => {
    const shape = shapeOf(drawn, bar);
    return recorded.findIndex((other) =>
      other.every((value, part) => Math.abs(value - (shape[part] as number)) < 1e-9),
    );
  };

  it('has no bar that the record does not have, and blocks of them in a row', () => {
    const drawn = resampleCandles(record, { seed: 5, meanBlock: 25 });
    const places = recorded.map((_, bar) => placeOf(drawn, bar));
    expect(places).not.toContain(-1);
    const follows = places.filter(
      (place, bar) => bar > 0 && place === ((places[bar - 1] as number) + 1) % 600,
    );
    // A block goes on with the chance 1 - 1 / 25.
    expect(follows.length / 599).toBeGreaterThan(0.93);
    expect(follows.length / 599).toBeLessThan(0.99);
  });

  it('keeps the gap between a close and the next open inside a block', () => {
    const drawn = resampleCandles(record, { seed: 6, meanBlock: 1e5 });
    const first = placeOf(drawn, 0);
    for (let bar = 1; bar < 600 - first; bar++) {
      const gap = at(drawn.open, bar) / at(drawn.close, bar - 1);
      expect(gap).toBeCloseTo(at(record.open, first + bar) / at(record.close, first + bar - 1), 9);
    }
  });

  it('keeps mean and spread of the returns over many draws', () => {
    const whole = logReturns(record.close);
    const means = Array.from({ length: 200 }, (_, seed) =>
      mean(logReturns(resampleCandles(record, { seed, meanBlock: 10 }).close)),
    );
    const spread = Math.sqrt(mean(whole.map((value) => value ** 2)) / 600);
    expect(Math.abs(mean(means) - mean(whole))).toBeLessThan((5 * spread) / Math.sqrt(200));
  });
});
