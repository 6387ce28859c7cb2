import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { computeMetrics, type MetricsInput, metricDefinitions } from '../../extension/backtest/metrics.ts';
import type { Trade } from '../../extension/contracts/backtest.ts';
import { runEngine } from './support/engineRun.ts';
import { hour, startTime, syntheticMarket } from './support/market.ts';
import { programOf, settingsArbitrary, strategyOfProgram } from './support/programs.ts';

const day = 24 * hour;

/** Metrics of an equity curve; each bar is a day, starting at 100 in cash, unless told otherwise. */
function metricsOf(equity: readonly number[], changes: Partial<MetricsInput> = {}) {
  const bars = equity.length;
  const step = changes.timeframe === '1h' ? hour : day;
  return computeMetrics({
    timeframe: '1d',
    periodsPerYear: 365,
    time: Float64Array.from(equity, (_, bar) => startTime + bar * step),
    close: new Float64Array(bars).fill(1),
    equity: Float64Array.from(equity),
    invested: new Uint8Array(bars),
    trades: [],
    cash: 100,
    from: 0,
    to: bars,
    ...changes,
  });
}

function tradeOf(changes: Partial<Trade>): Trade {
  return {
    side: 'long',
    entryTime: startTime,
    entryPrice: 100,
    exitTime: startTime + day,
    exitPrice: 101,
    markPrice: null,
    quantity: 1,
    fees: 0.1,
    profit: 1,
    profitFraction: 0.01,
    bars: 1,
    exitReason: 'signal',
    ...changes,
  };
}

/** Sharpe and Sortino once more, from their words. */
function ratiosOf(values: readonly number[], periods: number) {
  const returns = values.slice(1).map((value, index) => value / (values[index] as number) - 1);
  const mean = returns.reduce((sum, value) => sum + value, 0) / returns.length;
  const variance = returns.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (returns.length - 1);
  const bad = returns.reduce((sum, value) => sum + Math.min(value, 0) ** 2, 0) / returns.length;
  return {
    volatility: Math.sqrt(variance * periods),
    sharpe: (mean / Math.sqrt(variance)) * Math.sqrt(periods),
    sortino: (mean / Math.sqrt(bad)) * Math.sqrt(periods),
  };
}

/** 41 values: up 1 %, up 1 %, down 1 %, over and over. */
const wave = Array.from({ length: 41 }, (_, index) => {
  const falls = Math.floor(index / 3);
  return 100 * 1.01 ** (index - falls) * 0.99 ** falls;
});

function close(actual: number | null | undefined, expected: number): void {
  expect(actual).toBeCloseTo(expected, 10);
}

it('every metric has a definition, and every definition a metric', () => {
  const names = Object.keys(metricDefinitions).sort();
  expect(Object.keys(metricsOf(wave)).sort()).toEqual(names);
  expect(Object.keys(metricsOf([])).sort()).toEqual(names);
  expect(new Set(Object.values(metricsOf([])))).toEqual(new Set([null]));
});

describe('return metrics', () => {
  it('are those of daily returns, sample deviation and 365 periods a year', () => {
    const expected = ratiosOf(wave, 365);
    const metrics = metricsOf(wave);
    close(metrics['volatility'], expected.volatility);
    close(metrics['sharpe'], expected.sharpe);
    close(metrics['sortino'], expected.sortino);
    // Forty days of +1 %, +1 %, -1 %: a mean of 1/3 % or so, a deviation of 0.95 %.
    expect(metrics['sharpe']).toBeGreaterThan(6);
    expect(metrics['sharpe']).toBeLessThan(8);
    close(metrics['cagr'], ((wave.at(-1) as number) / 100) ** (365.25 / 41) - 1);
    close(metrics['calmar'], (metrics['cagr'] as number) / 0.01);
    close(metrics['totalReturn'], (wave.at(-1) as number) / 100 - 1);
    close(metricsOf(wave, { periodsPerYear: 252 })['sharpe'], ratiosOf(wave, 252).sharpe);
  });

  it('use the equity at the end of each UTC day where bars are shorter than a day', () => {
    // Within the day the equity jumps about; its last bar, that of 23:00, is the day's value.
    const hourly = wave.flatMap((value) =>
      Array.from({ length: 24 }, (_, at) => (at === 23 ? value : value + at)),
    );
    const metrics = metricsOf(hourly, { timeframe: '1h' });
    close(metrics['sharpe'], ratiosOf(wave, 365).sharpe);
    close(metrics['sortino'], ratiosOf(wave, 365).sortino);
    close(metrics['perBarSharpe'], ratiosOf(hourly, 365 * 24).sharpe);
  });

  it('count a day that ends early by its last bar, and days without bars not at all', () => {
    const times: number[] = [];
    const hourly: number[] = [];
    for (const [index, value] of wave.entries()) {
      // Every fourth day has nothing but its first hour; after it three days are missing.
      const hours = index % 4 === 0 ? 1 : 24;
      const first = startTime + (index + 3 * Math.ceil(index / 4)) * day;
      for (let at = 0; at < hours; at++) {
        times.push(first + at * hour);
        hourly.push(at === hours - 1 ? value : value * 2);
      }
    }
    const metrics = metricsOf(hourly, { timeframe: '1h', time: Float64Array.from(times) });
    close(metrics['sharpe'], ratiosOf(wave, 365).sharpe);
  });

  it('use bars of a week as they are, and 365 days a year whatever the market', () => {
    const time = Float64Array.from(wave, (_, bar) => startTime + bar * 7 * day);
    for (const periodsPerYear of [365, 252]) {
      const metrics = metricsOf(wave, { timeframe: '1w', time, periodsPerYear });
      close(metrics['sharpe'], ratiosOf(wave, 365 / 7).sharpe);
      close(metrics['perBarSharpe'], ratiosOf(wave, 365 / 7).sharpe);
    }
  });

  it('are not available below 30 daily returns', () => {
    const few = metricsOf(wave.slice(0, 30));
    const enough = metricsOf(wave.slice(0, 31));
    for (const name of ['sharpe', 'sortino', 'volatility', 'cagr', 'calmar', 'perBarSharpe']) {
      expect(few[name]).toBeNull();
      expect(enough[name]).not.toBeNull();
    }
    expect(few['totalReturn']).not.toBeNull();
    expect(few['maxDrawdown']).not.toBeNull();
  });

  it('are not available where nothing varies, falls or is left', () => {
    const flat = metricsOf(wave.map(() => 100));
    expect(flat).toMatchObject({ sharpe: null, sortino: null, calmar: null, volatility: 0, maxDrawdown: 0 });
    const steady = metricsOf(wave.map((_, index) => 100 * 1.001 ** index));
    expect(steady).toMatchObject({ sharpe: null, sortino: null, calmar: null });
    const ruined = metricsOf(wave.map((value, index) => (index < 20 ? value : -50)));
    expect(ruined).toMatchObject({ cagr: null, calmar: null, totalReturn: -1.5 });
    const afterRuin = metricsOf([50, 0, ...wave.map(() => 0)], { from: 2 });
    expect(afterRuin).toMatchObject({ totalReturn: null, maxDrawdown: null, cagr: null, sharpe: null });
  });

  it('of a run that gains 50 % and then loses 49 points are near nothing', () => {
    const values = Array.from({ length: 100 }, (_, index) => (index <= 50 ? 100 + index : 200 - index));
    expect(values.at(-1)).toBe(101);
    const metrics = metricsOf(values);
    close(metrics['sharpe'], ratiosOf(values, 365).sharpe);
    expect(metrics['sharpe']).toBeGreaterThan(0.1);
    expect(metrics['sharpe']).toBeLessThan(0.4);
    expect(metrics['sortino']).toBeLessThan(0.6);
    close(metrics['totalReturn'], 0.01);
    close(metrics['maxDrawdown'], 49 / 150);
  });
});

describe('drawdown', () => {
  it('is measured from the highest close so far, not from returns added up', () => {
    const metrics = metricsOf([100, 110, 90, 120, 118]);
    close(metrics['maxDrawdown'], 20 / 110);
    expect(metrics['maxDrawdownBars']).toBe(1);
  });

  it('counts from the cash at the start, and its bars until the high is regained', () => {
    const metrics = metricsOf([90, 95, 80, 100, 101]);
    close(metrics['maxDrawdown'], 0.2);
    expect(metrics['maxDrawdownBars']).toBe(3);
  });
});

describe('trade metrics', () => {
  const trades = [
    tradeOf({ profit: 30, bars: 2, fees: 1 }),
    tradeOf({ profit: -10, bars: 4, fees: 2 }),
    tradeOf({ profit: 0, bars: 6, fees: 3 }),
    tradeOf({ profit: 500, exitTime: null, exitReason: 'open', fees: 4 }),
  ];

  it('count closed trades alone, but for the fees', () => {
    const invested = Uint8Array.from(wave, (_, bar) => (bar < 10 ? 1 : 0));
    expect(metricsOf(wave, { trades, invested })).toMatchObject({
      trades: 3,
      openTrades: 1,
      winRate: 1 / 3,
      profitFactor: 3,
      expectancy: 20 / 3,
      averageBars: 4,
      fees: 10,
      exposure: 10 / 41,
    });
  });

  it('are not available without the trades they speak of', () => {
    const none = { trades: 0, winRate: null, profitFactor: null, expectancy: null, averageBars: null };
    expect(metricsOf(wave)).toMatchObject(none);
    expect(metricsOf(wave, { trades: [tradeOf({ profit: 5 })] })).toMatchObject({
      profitFactor: null,
      winRate: 1,
    });
  });
});

describe('metrics of a part', () => {
  it('start at the equity before it and count the trades entered in it', () => {
    const trades = [0, 10, 20, 40].map((bar) => tradeOf({ entryTime: startTime + bar * day }));
    const input = { trades, close: Float64Array.from(wave, (_, bar) => bar + 1) };
    const first = metricsOf(wave, { ...input, to: 20 });
    const second = metricsOf(wave, { ...input, from: 20 });
    close(first['totalReturn'], (wave[19] as number) / 100 - 1);
    close(second['totalReturn'], (wave[40] as number) / (wave[19] as number) - 1);
    expect([first['trades'], second['trades']]).toEqual([2, 2]);
    expect([first['finalEquity'], second['finalEquity']]).toEqual([wave[19], wave[40]]);
    close(second['buyAndHoldReturn'], 41 / 21 - 1);
    close(
      (1 + (first['totalReturn'] as number)) * (1 + (second['totalReturn'] as number)),
      (wave[40] as number) / 100,
    );
  });
});

it('no metric of any run is NaN or infinite', () => {
  const bars = 120;
  const markets = fc
    .record({ seed: fc.nat(1_000_000), swing: fc.constantFrom(0.02, 0.6), step: fc.constantFrom(hour, day) })
    .map((options) => ({ step: options.step, columns: syntheticMarket({ bars, ...options }) }));
  fc.assert(
    fc.property(
      programOf(bars),
      markets,
      settingsArbitrary,
      fc.nat(bars),
      (program, market, settings, split) => {
        const { columns, step } = market;
        const run = runEngine(strategyOfProgram(program), columns, { settings });
        for (const [from, to] of [
          [0, bars],
          [0, split],
          [split, bars],
        ] as const) {
          const metrics = computeMetrics({
            timeframe: step === hour ? '1h' : '1d',
            periodsPerYear: 365,
            time: columns.time,
            close: columns.close,
            equity: run.equity,
            invested: run.invested,
            trades: run.trades,
            cash: settings.cash,
            from,
            to,
          });
          for (const value of Object.values(metrics))
            expect(value === null || Number.isFinite(value)).toBe(true);
        }
      },
    ),
    { numRuns: 200, seed: 31 },
  );
});
