import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Scenario, scenarioKinds, scenarioSchema } from '../../../extension/contracts/scenario.ts';
import { timeframeMilliseconds } from '../../../extension/contracts/timeframes.ts';
import { regimeCode } from '../../../extension/evaluation/regimes/definition.ts';
import { generateScenario } from '../../../extension/evaluation/scenarios/generate.ts';
import { brokenBars, deviation, logReturns, mean } from './bars.ts';

const hourly = Math.sqrt(1 / 8760);
const made = (fields: object) => generateScenario(scenarioSchema.parse(fields));

describe('a scenario', () => {
  it.each(scenarioKinds)('%s gives the same candles for the same seed, and others for another', (kind) => {
    const scenario = scenarioSchema.parse({ kind, bars: 300 });
    expect(generateScenario(scenario)).toEqual(generateScenario(scenario));
    expect(generateScenario({ ...scenario, seed: 2 }).columns.close).not.toEqual(
      generateScenario(scenario).columns.close,
    );
  });

  it('is made of whole bars on the grid of its timeframe, whatever its numbers', () => {
    const scenarios = fc.record({
      kind: fc.constantFrom(...scenarioKinds),
      seed: fc.integer({ min: 0, max: 0xffff_ffff }),
      bars: fc.integer({ min: 2, max: 400 }),
      timeframe: fc.constantFrom('1m', '1h', '1d', '1w'),
      startPrice: fc.double({ min: 1e-6, max: 1e9, noNaN: true }),
      volatility: fc.double({ min: 0.001, max: 5, noNaN: true }),
      drift: fc.double({ min: -2, max: 2, noNaN: true }),
      clustering: fc.double({ min: 0, max: 0.3, noNaN: true }),
    });
    fc.assert(
      fc.property(scenarios, (fields) => {
        const scenario = scenarioSchema.parse(fields);
        const { columns, labels, events } = generateScenario(scenario);
        expect(brokenBars(columns)).toEqual([]);
        const step = timeframeMilliseconds[scenario.timeframe];
        for (const [bar, time] of columns.time.entries()) expect(time).toBe(scenario.startTime + bar * step);
        expect(labels).toHaveLength(scenario.bars);
        expect(labels.every((label) => label > 0 && label <= 5)).toBe(true);
        for (const { from, to } of events) {
          expect(from).toBeLessThan(to);
          expect(to).toBeLessThanOrEqual(scenario.bars);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('has the volatility and the drift that were asked for', () => {
    for (const [volatility, drift] of [
      [0.6, 0],
      [0.2, 3],
      [1.2, -4],
    ] as const) {
      const { columns } = made({ kind: 'gap', bars: 100_000, at: 99_999, volatility, drift });
      const returns = logReturns(columns.close.subarray(0, 99_999));
      // The opening move adds 0.03 of a deviation; four standard errors of either estimate.
      expect(deviation(returns) / (volatility * hourly)).toBeCloseTo(1, 1);
      expect(Math.abs(mean(returns) * 8760 - drift)).toBeLessThan(
        (4 * volatility) / Math.sqrt(99_999 / 8760),
      );
    }
  });

  it('names unknown fields and numbers that cannot be', () => {
    for (const wrong of [
      { kind: 'storm' },
      { kind: 'crash', depth: 1 },
      { kind: 'crash', depth: 0.2, heigth: 1 },
      { kind: 'range', bars: 1 },
      { kind: 'gap', size: 0 },
      { kind: 'trend', seed: -1 },
    ]) {
      expect(scenarioSchema.safeParse(wrong).success, JSON.stringify(wrong)).toBe(false);
    }
  });

  it('whose price leaves what a number can hold is refused', () => {
    expect(() => made({ kind: 'trend', strength: 1.4, volatility: 20, timeframe: '1w' })).toThrow(
      expect.objectContaining({ reason: 'usage' }),
    );
  });

  it('clusters its volatility where that is asked for, and keeps its mean', () => {
    const squares = (clustering: number): number[] =>
      logReturns(made({ kind: 'range', reversion: 1e-9, bars: 60_000, clustering }).columns.close).map(
        (value) => value ** 2,
      );
    const correlation = (values: readonly number[]): number => {
      const centre = mean(values);
      const product = values.slice(1).map((value, bar) => (value - centre) * ((values[bar] ?? 0) - centre));
      return mean(product) / deviation(values) ** 2;
    };
    const [calm, clustered] = [squares(0), squares(0.1)];
    expect(Math.abs(correlation(calm))).toBeLessThan(0.02);
    expect(correlation(clustered)).toBeGreaterThan(0.1);
    expect(mean(clustered) / mean(calm)).toBeGreaterThan(0.85);
    expect(mean(clustered) / mean(calm)).toBeLessThan(1.15);
  });
});

describe('a kind of scenario', () => {
  const averaged = (fields: object, measure: (made: ReturnType<typeof generateScenario>) => number): number =>
    mean(Array.from({ length: 40 }, (_, seed) => measure(made({ ...fields, seed }))));
  const at = (column: Float64Array, bar: number): number => column[bar] as number;

  it('trend moves by its strength each bar, and says so', () => {
    const move = averaged({ kind: 'trend', strength: 0.4, bars: 500 }, ({ columns }) =>
      Math.log(at(columns.close, 499) / 100),
    );
    expect(move / (500 * 0.4 * 0.6 * hourly)).toBeCloseTo(1, 1);
    expect(new Set(made({ kind: 'trend', strength: 0.4 }).labels)).toEqual(new Set([regimeCode['up-trend']]));
    expect(new Set(made({ kind: 'trend', strength: -0.4 }).labels)).toEqual(
      new Set([regimeCode['down-trend']]),
    );
  });

  it('range stays around its first price: its deviation is that of an Ornstein-Uhlenbeck process', () => {
    const { columns, labels } = made({ kind: 'range', reversion: 0.1, bars: 50_000 });
    // Deviation over the root of 1 - (1 - reversion)^2, nearly, for six steps a bar.
    const expected = (0.6 * hourly) / Math.sqrt(1 - 0.9 ** 2);
    expect(deviation(columns.close.map((price) => Math.log(price / 100))) / expected).toBeCloseTo(1, 1);
    expect(new Set(labels)).toEqual(new Set([regimeCode.range]));
  });

  it('volatility is wild inside its bars and usual outside', () => {
    const { columns, labels, events } = made({
      kind: 'volatility',
      at: 2000,
      length: 2000,
      multiple: 4,
      bars: 6000,
    });
    const returns = logReturns(columns.close);
    expect(deviation(returns.slice(2000, 3999)) / deviation(returns.slice(4000))).toBeCloseTo(4, 0);
    expect(events).toEqual([{ kind: 'volatility', from: 2000, to: 4000, size: 4 }]);
    expect(labels[1999]).toBe(regimeCode.range);
    expect(labels[2000]).toBe(regimeCode['high-volatility']);
    expect(labels[4000]).toBe(regimeCode.range);
  });

  it('jumps come as often as asked, each an event of its size', () => {
    const fields = {
      kind: 'jumps',
      rate: 20,
      mean: -0.05,
      deviation: 0.01,
      volatility: 0.001,
      bars: 20_000,
    };
    const { columns, events } = made(fields);
    expect(events.length / 20).toBeGreaterThan(16);
    expect(events.length / 20).toBeLessThan(24);
    expect(mean(events.map(({ size }) => Math.log(1 + size)))).toBeCloseTo(-0.05, 2);
    const returns = logReturns(columns.close);
    for (const { from, size } of events.filter((event) => event.from > 0)) {
      expect(returns[from - 1]).toBeCloseTo(Math.log(1 + size), 2);
    }
  });

  it('crash falls by its depth and stays there; volume and volatility rise', () => {
    const fields = { kind: 'crash', depth: 0.3, fallBars: 12, at: 1000, bars: 1100 };
    const fall = averaged(fields, ({ columns }) =>
      Math.log(at(columns.close, 1011) / at(columns.close, 999)),
    );
    expect(Math.exp(fall)).toBeCloseTo(0.7, 1);
    const volume = averaged(
      fields,
      ({ columns }) => mean(columns.volume.subarray(1000, 1012)) / mean(columns.volume.subarray(0, 1000)),
    );
    expect(volume).toBeGreaterThan(2);
    const { labels, events } = made(fields);
    expect(events).toEqual([{ kind: 'crash', from: 1000, to: 1012, size: 0.3 }]);
    expect([...labels.subarray(999, 1013)].map((label) => label === regimeCode.crash)).toEqual([
      false,
      ...Array(12).fill(true),
      false,
    ]);
  });

  it('flash crash falls and comes back by the share that was asked for', () => {
    const fields = {
      kind: 'flash-crash',
      depth: 0.2,
      fallBars: 2,
      recoveredShare: 0.75,
      recoveryBars: 8,
      at: 500,
    };
    const logMove = (from: number, to: number): number =>
      averaged(fields, ({ columns }) => Math.log(at(columns.close, to) / at(columns.close, from)));
    expect(logMove(499, 501)).toBeCloseTo(Math.log(0.8), 1);
    expect(logMove(501, 509)).toBeCloseTo(-0.75 * Math.log(0.8), 1);
    expect(made(fields).events).toEqual([{ kind: 'flash-crash', from: 500, to: 510, size: 0.2 }]);
  });

  it('gap lies between a close and the next open, and nowhere else', () => {
    const { columns, events } = made({ kind: 'gap', size: -0.1, at: 700 });
    const gaps = columns.open.map((open, bar) =>
      bar === 0 ? 0 : Math.log(open / at(columns.close, bar - 1)),
    );
    expect(at(gaps, 700)).toBeCloseTo(Math.log(0.9), 2);
    const others = gaps.filter((_, bar) => bar !== 700);
    expect(Math.max(...others.map(Math.abs))).toBeLessThan(0.002);
    expect(events).toEqual([{ kind: 'gap', from: 700, to: 701, size: -0.1 }]);
  });

  it('liquidity hole has next to no volume and wide bars', () => {
    const { columns } = made({
      kind: 'liquidity-hole',
      at: 500,
      length: 100,
      volumeShare: 0.02,
      bars: 1000,
    });
    const range = columns.high.map((high, bar) => Math.log(high / at(columns.low, bar)));
    expect(mean(columns.volume.subarray(500, 600)) / mean(columns.volume.subarray(0, 500))).toBeCloseTo(
      0.02,
      2,
    );
    expect(mean(range.subarray(500, 600)) / mean(range.subarray(0, 500))).toBeGreaterThan(2);
    expect(mean(range.subarray(600)) / mean(range.subarray(0, 500))).toBeCloseTo(1, 0);
  });

  it('regime switching keeps a regime for the mean number of bars, and each as often as its weight says', () => {
    const scenario = scenarioSchema.parse({
      kind: 'regime-switching',
      bars: 400_000,
      meanBars: 50,
      crashBars: 10,
      timeframe: '1m',
      crashWeight: 0.5,
      rangeWeight: 2,
      highVolatilityWeight: 0,
      volatility: 0.05,
    }) as Extract<Scenario, { kind: 'regime-switching' }>;
    const { labels } = generateScenario(scenario);
    const lengths = new Map<number, number[]>();
    for (let from = 0; from < labels.length; ) {
      let to = from + 1;
      while (to < labels.length && labels[to] === labels[from]) to++;
      lengths.set(labels[from] as number, [...(lengths.get(labels[from] as number) ?? []), to - from]);
      from = to;
    }
    const of = (regime: keyof typeof regimeCode): number[] => lengths.get(regimeCode[regime]) ?? [];
    expect(mean(of('up-trend')) / 50).toBeCloseTo(1, 1);
    expect(mean(of('range')) / 50).toBeCloseTo(1, 1);
    expect(mean(of('crash')) / 10).toBeCloseTo(1, 1);
    expect(of('high-volatility')).toEqual([]);
    // From a trend: 2 / 3.5 to the range, 1 / 3.5 to the other trend, 0.5 / 3.5 to the crash; and so on.
    const chain = (weights: readonly number[]): number[] => {
      let shares = weights.map(() => 1 / weights.length);
      for (let step = 0; step < 200; step++) {
        shares = shares.map((_, to) =>
          shares.reduce((sum, share, from) => {
            const others = weights.reduce((all, weight, place) => all + (place === from ? 0 : weight), 0);
            return sum + (from === to ? 0 : (share * (weights[to] as number)) / others);
          }, 0),
        );
      }
      return shares;
    };
    const counts = [of('up-trend'), of('down-trend'), of('range'), of('crash')].map(({ length }) => length);
    const all = counts.reduce((sum, count) => sum + count, 0);
    for (const [place, share] of chain([1, 1, 2, 0.5]).entries()) {
      expect((counts[place] as number) / all).toBeCloseTo(share, 1);
    }
  });
});
