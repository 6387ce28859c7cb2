import { describe, expect, it } from 'vitest';
import type { CandleColumns } from '../../../extension/contracts/candles.ts';
import { generatedScenarios, stressScenarios } from '../../../extension/contracts/stress.ts';
import { leftOutOf, stressSuite } from '../../../extension/evaluation/stress/suite.ts';
import { makeCandles } from '../../../extension/market/candles.ts';
import { syntheticMarket } from '../../backtest/support/market.ts';

const meta = { venue: 'test', symbol: 'TEST', timeframe: '1h', synthetic: true } as const;
const candles = makeCandles(meta, syntheticMarket({ bars: 900, seed: 4 }));
const { time } = candles;
const at = (bar: number): number => time[bar] as number;

/** The bars of the one market of a case. */
function only(made: readonly CandleColumns[] = []): CandleColumns {
  expect(made).toHaveLength(1);
  return made[0] as CandleColumns;
}

describe('the markets of a stress test', () => {
  const all = stressSuite([candles], { scenarios: [...stressScenarios], paths: 2 }, 7);

  it('are as many as paths were asked for, each with its own name, and two that are equal nowhere', () => {
    expect(all).toHaveLength(2 * stressScenarios.length - 1);
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    const prices = all.map(({ make }) => {
      const { high, close } = only(make());
      return `${high.join()} ${close.join()}`;
    });
    expect(new Set(prices).size).toBe(all.length);
  });

  it('are the same for equal seeds, and others for others', () => {
    const again = stressSuite([candles], { scenarios: ['jumps', 'own-resample'], paths: 1 }, 7);
    const other = stressSuite([candles], { scenarios: ['jumps', 'own-resample'], paths: 1 }, 8);
    for (const [place, { id, make }] of again.entries()) {
      expect(make()).toEqual(all.find((each) => each.id === id)?.make());
      expect(only(make()).close).not.toEqual(only(other[place]?.make()).close);
    }
  });

  it('begin where the data does, and are about as wild and as much traded', () => {
    const deviation = (close: Float64Array): number => {
      const moves = Array.from(close.subarray(1), (price, bar) => Math.log(price / (close[bar] as number)));
      return Math.sqrt(moves.reduce((sum, move) => sum + move * move, 0) / moves.length);
    };
    const mean = (values: Float64Array): number =>
      values.reduce((sum, value) => sum + value, 0) / values.length;
    const range = only(all.find(({ scenario }) => scenario === 'jumps')?.make());
    expect(range.open[0]).toBeCloseTo(candles.close[0] as number, -1);
    expect(deviation(range.close) / deviation(candles.close)).toBeGreaterThan(0.7);
    expect(deviation(range.close) / deviation(candles.close)).toBeLessThan(1.6);
    expect(mean(range.volume)).toBeCloseTo(mean(candles.volume), 3);
  });

  it('rise and fall as their names say, and a shock on the data lies at another place in each path', () => {
    const grown = (id: string): number => {
      const { close } = only(all.find((each) => each.id === id)?.make());
      return (close.at(-1) as number) / (close[0] as number);
    };
    expect(grown('up-trend/1')).toBeGreaterThan(1);
    expect(grown('down-trend/1')).toBeLessThan(1);
    const firstChange = (id: string): number => {
      const { open } = only(all.find((each) => each.id === id)?.make());
      return open.findIndex((price, bar) => price !== candles.open[bar]);
    };
    expect([firstChange('own-gap/1'), firstChange('own-gap/2')]).toEqual([300, 600]);
    expect(generatedScenarios).toHaveLength(10);
  });
});

describe('the markets of a stress test of a run over several', () => {
  /** Begins 400 bars late and goes with the first market from there on. */
  const late = makeCandles(
    { ...meta, symbol: 'LATE' },
    {
      time: time.slice(400),
      open: candles.open.slice(400),
      high: candles.high.slice(400),
      low: candles.low.slice(400),
      close: candles.close.slice(400),
      volume: candles.volume.slice(400),
    },
  );
  const twin = makeCandles({ ...meta, symbol: 'TWIN' }, syntheticMarket({ bars: 900, seed: 4 }));

  it('meets the same shock at the same moment, and leaves a market alone that has no bars yet', () => {
    const suite = stressSuite([candles, late], { scenarios: ['own-gap'], paths: 2 }, 7);
    const changes = suite.map(({ make }) =>
      make().map(({ time: opens, open }, market) => {
        const was = market === 0 ? candles : late;
        const bar = open.findIndex((price, at) => price !== was.open[at]);
        return bar < 0 ? null : opens[bar];
      }),
    );
    expect(changes).toEqual([
      [at(300), null],
      [at(600), at(600)],
    ]);
  });

  it('draws the bars of the same times for all of them', () => {
    const [drawn] = stressSuite([candles, twin], { scenarios: ['own-resample'], paths: 1 }, 7);
    const [first, second] = drawn?.make() ?? [];
    expect(first?.close).not.toEqual(candles.close);
    expect(second).toEqual(first);
  });

  it('leaves out what one market alone can have, with the reason', () => {
    expect(leftOutOf('crash', [candles, twin])).toBe('generated-alone');
    expect(leftOutOf('own-resample', [candles, late])).toBe('times-differ');
    expect(leftOutOf('own-resample', [candles, twin])).toBeNull();
    expect(leftOutOf('own-crash', [candles, late])).toBeNull();
    const definition = { scenarios: [...stressScenarios], paths: 1 };
    const made = stressSuite([candles, late], definition, 7).map(({ scenario }) => scenario);
    expect(made).toEqual([
      ...['own-crash', 'own-flash-crash', 'own-gap', 'own-liquidity-hole', 'own-volatility'],
    ]);
    for (const scenario of stressScenarios) expect(leftOutOf(scenario, [candles])).toBeNull();
  });
});
