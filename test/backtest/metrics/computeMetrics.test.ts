import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { computeMetrics } from '../../../extension/backtest/metrics/computeMetrics.ts';
import { metricDefinitions } from '../../../extension/backtest/metrics/definitions.ts';
import { excursionsOf } from '../../../extension/backtest/metrics/excursions.ts';
import { runEngine } from '../support/engineRun.ts';
import { hour, startTime, syntheticMarket } from '../support/market.ts';
import { programOf, settingsArbitrary, strategyOfProgram } from '../support/programs.ts';
import { courseOf, day, metricsOf, tradeOf } from './curves.ts';

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
    close(metricsOf(wave, { bases: { periodsPerYear: 252 } })['sharpe'], ratiosOf(wave, 252).sharpe);
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
      const metrics = metricsOf(wave, { timeframe: '1w', time, bases: { periodsPerYear } });
      close(metrics['sharpe'], ratiosOf(wave, 365 / 7).sharpe);
      close(metrics['perBarSharpe'], ratiosOf(wave, 365 / 7).sharpe);
    }
  });

  it('are not available below 30 daily returns', () => {
    const few = metricsOf(wave.slice(0, 30));
    const enough = metricsOf(wave.slice(0, 31));
    for (const name of [
      ...['sharpe', 'sortino', 'volatility', 'cagr', 'calmar', 'perBarSharpe', 'annualReturn', 'omega'],
      ...['positiveDays', 'downsideDeviation', 'ulcerIndex', 'martinRatio', 'turnover', 'perBarVolatility'],
      ...['perBarSortino', 'trackingError'],
    ]) {
      expect([name, few[name]]).toEqual([name, null]);
      expect([name, enough[name]]).not.toEqual([name, null]);
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

describe('metrics that were there before others came', () => {
  // Worked out by the engine's version 1.0.0; to the last bit, because stored results hold them.
  const pinned = [
    {
      course: courseOf(1, 3000),
      periodsPerYear: 365,
      from: 0,
      values: {
        finalEquity: 10603.051630858736,
        totalReturn: 0.060305163085873525,
        buyAndHoldReturn: 0.2767792102085409,
        cagr: 0.18661277660010178,
        volatility: 0.2866638152196551,
        sharpe: 0.7669463909368235,
        sortino: 1.1664990046382129,
        calmar: 1.703848683886435,
        maxDrawdown: 0.10952426607182209,
        maxDrawdownBars: 824,
        trades: 299,
        openTrades: 1,
        winRate: 0.5117056856187291,
        profitFactor: 1.1662776099875727,
        expectancy: 1.898461870902084,
        averageBars: 4,
        exposure: 0.5,
        fees: 154.52370893000625,
        perBarSharpe: 0.7663733157625754,
      },
    },
    {
      course: courseOf(1, 3000),
      periodsPerYear: 252,
      from: 2000,
      values: {
        finalEquity: 10603.051630858736,
        totalReturn: -0.020356898094556097,
        buyAndHoldReturn: 0.05597280391210968,
        cagr: -0.16497192407490258,
        volatility: 0.25035760499381315,
        sharpe: -0.6412136764208365,
        sortino: -0.8977814397678002,
        calmar: -1.5062591149135838,
        maxDrawdown: 0.10952426607182209,
        maxDrawdownBars: 484,
        trades: 99,
        openTrades: 1,
        winRate: 0.48484848484848486,
        profitFactor: 1.0778854810132426,
        expectancy: 0.8996879038015249,
        averageBars: 4,
        exposure: 0.5,
        fees: 55.36789721110836,
        perBarSharpe: -0.4234608442741489,
      },
    },
    {
      course: courseOf(2, 400, '1d'),
      periodsPerYear: 365,
      from: 0,
      values: {
        volatility: 0.05470048464718373,
        sharpe: -0.2739516257015602,
        sortino: -0.38320240818921586,
        calmar: -0.41927127725391355,
        maxDrawdown: 0.038909304019459356,
        maxDrawdownBars: 230,
        profitFactor: 1.9888174341827234,
        expectancy: 8.672313655559451,
        fees: 17.514608593890443,
        perBarSharpe: -0.2739516257015602,
      },
    },
  ];

  it.each(pinned)(
    'have the values that they had, from bar $from',
    ({ course, periodsPerYear, from, values }) => {
      const metrics = computeMetrics({ ...course, bases: { periodsPerYear }, from, to: course.time.length });
      for (const [name, value] of Object.entries(values))
        expect([name, metrics[name]]).toEqual([name, value]);
    },
  );
});

it('a growth without measure is not available', () => {
  const rocket = Array.from({ length: 40 }, (_, index) => 10 ** (7 * index - 100));
  const metrics = metricsOf(rocket, { cash: 1e-107 });
  expect(metrics).toMatchObject({ cagr: null, calmar: null, finalEquity: expect.any(Number) });
  for (const value of Object.values(metrics)) expect(value === null || Number.isFinite(value)).toBe(true);
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
            bases: settings,
            time: columns.time,
            close: columns.close,
            equity: run.equity,
            invested: run.invested,
            trades: run.trades,
            excursions: excursionsOf(run.trades, columns),
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
