import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fillReasons, fillWidth } from '../../extension/backtest/ledger.ts';
import { timelineOf } from '../../extension/backtest/timeline.ts';
import type { RunSettings } from '../../extension/contracts/backtest.ts';
import { orderEventsOf } from './support/compare.ts';
import { type EngineRun, runEngine } from './support/engineRun.ts';
import { hour, type MarketInput, startTime } from './support/market.ts';
import {
  type GivenOrder,
  type ProgramStep,
  programOf,
  settingsArbitrary,
  strategyOfProgram,
} from './support/programs.ts';
import { oneMarket, severalMarkets } from './support/randomMarkets.ts';

const bars = 60;
const marketsArbitrary = fc.oneof(oneMarket(bars), severalMarkets(bars));

/** One fill of the ledger's table. */
interface Fill {
  readonly bar: number;
  readonly units: number;
  readonly price: number;
  readonly fee: number;
  readonly cash: number;
  readonly order: number;
  readonly reason: string;
  readonly market: number;
}

function fillsOf({ ledger }: EngineRun): Fill[] {
  const { rows, used } = ledger.fills;
  return Array.from({ length: rows }, (_, row) => {
    const at = (column: number): number => used[row * fillWidth + column] as number;
    return {
      bar: at(0),
      units: at(2),
      price: at(3),
      fee: at(4),
      cash: at(5),
      order: at(6),
      reason: fillReasons[at(7)] ?? '',
      market: at(8),
    };
  });
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function closeTo(a: number, b: number, scale: number): void {
  expect(Math.abs(a - b)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(scale)));
}

interface Played {
  readonly run: EngineRun;
  readonly fills: readonly Fill[];
  readonly given: readonly GivenOrder[];
  readonly inputs: readonly MarketInput[];
  readonly settings: RunSettings;
}

function play(
  program: readonly ProgramStep[],
  inputs: readonly MarketInput[],
  settings: RunSettings,
): Played {
  const given: GivenOrder[] = [];
  const strategy = strategyOfProgram(program, (order) => given.push(order));
  const run = runEngine(strategy, inputs, { settings, intentsPerBar: 1000 });
  return { run, fills: fillsOf(run), given, inputs, settings };
}

/** Checks a guarantee on random programs, markets and settings. */
function holds(
  check: (played: Played) => void,
  seed: number,
  markets: fc.Arbitrary<MarketInput[]> = marketsArbitrary,
  change: Partial<RunSettings> = {},
): void {
  fc.assert(
    fc.property(programOf(bars), markets, settingsArbitrary, (program, inputs, settings) => {
      check(play(program, inputs, { ...settings, ...change }));
    }),
    { numRuns: 100, seed },
  );
}

/** The sizes of the sums of a run: what rounding is measured against. */
function scaleOf({ fills, settings }: Played): number {
  return settings.cash + sum(fills.map(({ units, price }) => Math.abs(units) * price));
}

describe('for every program of orders', () => {
  it('cash moves by what each fill costs, and cash plus the positions is the equity at every time', () => {
    holds(
      (played) => {
        const { run, fills, inputs, settings } = played;
        const scale = scaleOf(played);
        let { cash } = settings;
        for (const { units, price, fee, cash: after } of fills) {
          closeTo(after, cash - units * price - fee, scale);
          cash = after;
        }
        closeTo(run.finalCash, cash, scale);
        const { times, barsBefore } = timelineOf(inputs.map(({ columns }) => columns));
        for (const at of times.keys()) {
          const until = fills.filter(({ bar }) => bar <= at);
          const worth = inputs.map(({ columns }, market) => {
            const held = sum(until.filter((fill) => fill.market === market).map(({ units }) => units));
            const last = (barsBefore[market]?.[at + 1] ?? 0) - 1;
            return held * (columns.close[last] ?? 0);
          });
          closeTo(run.equity[at] as number, (until.at(-1)?.cash ?? settings.cash) + sum(worth), scale);
        }
      },
      11,
      marketsArbitrary,
      { fundingRate: 0 },
    );
  });

  it('no cost is negative, and what the fills and trades have paid is what the run reports', () => {
    holds((played) => {
      const { run, fills, settings } = played;
      const { costs, trades } = run;
      for (const cost of [costs.fees, costs.spread, costs.slippage, costs.liquidationFees]) {
        expect(cost).toBeGreaterThanOrEqual(-1e-9);
      }
      for (const { fee } of fills) expect(fee).toBeGreaterThanOrEqual(0);
      const scale = scaleOf(played);
      const paid = sum(fills.map(({ fee }) => fee));
      closeTo(costs.fees + costs.liquidationFees, paid, scale);
      closeTo(sum(trades.map(({ fees }) => fees)), paid, scale);
      closeTo(sum(trades.map(({ funding = 0 }) => funding)), costs.funding, scale);
      const spent = sum(fills.map(({ units, price }) => units * price));
      closeTo(run.finalCash, settings.cash - spent - paid - costs.funding, scale);
    }, 12);
  });

  it('the profits of all trades are what the equity gained, fees, funding and liquidations included', () => {
    holds((played) => {
      const { run, settings } = played;
      const profit = sum(run.trades.map((trade) => trade.profit));
      closeTo(profit, (run.equity.at(-1) as number) - settings.cash, scaleOf(played));
    }, 13);
  });

  it('an order is accepted once, changes while it lives, and ends once', () => {
    const life =
      /^(replaced )*(accepted (triggered |partially-filled |replaced )*)?(filled|cancelled|expired|rejected) $/;
    holds(({ run, given }) => {
      const ids = new Set(given.map(({ id }) => id));
      const lives = new Map<number, string>();
      const events = orderEventsOf(run);
      for (const { order, state } of events) lives.set(order, `${lives.get(order) ?? ''}${state} `);
      for (const [order, states] of lives) {
        // What protects is taken or not; what cancels or replaces leaves its mark on the order it names.
        if (ids.has(order)) expect(states).toMatch(life);
        else expect(['accepted ', 'rejected ']).toContain(states);
      }
      for (const id of ids) expect(lives.has(id)).toBe(true);
      expect(events.map(({ bar }) => bar)).toEqual(events.map(({ bar }) => bar).sort((a, b) => a - b));
    }, 14);
  });

  it('no order is filled before it arrives or after it has expired', () => {
    holds(
      ({ fills, given, settings }) => {
        const orders = new Map(given.map((order) => [order.id, order]));
        for (const { bar, order, reason } of fills) {
          // Levels and liquidations close an entry later under its number.
          if (!['entry', 'signal', 'reverse', 'limit', 'stop'].includes(reason)) continue;
          const { call = Number.NaN, options = {} } = orders.get(order) ?? {};
          const arrival = call + 1 + settings.latencyBars;
          expect(bar).toBeGreaterThanOrEqual(arrival);
          expect(bar).toBeLessThan(arrival + (options.goodForBars ?? Infinity));
          expect(startTime + bar * hour).toBeLessThan(options.goodTill ?? Infinity);
        }
      },
      15,
      oneMarket(bars),
    );
  });

  it('what may only reduce never opens, increases or turns a position', () => {
    let reduced = 0;
    holds(({ fills, given, inputs }) => {
      const reductions = new Set(given.filter(({ isReduction }) => isReduction).map(({ id }) => id));
      const held = inputs.map(() => 0);
      for (const { market, order, units } of fills) {
        const before = held[market] as number;
        held[market] = before + units;
        if (!reductions.has(order)) continue;
        reduced++;
        expect(units * before).toBeLessThan(0);
        expect(Math.abs(units)).toBeLessThanOrEqual(Math.abs(before) * (1 + 1e-9));
      }
    }, 16);
    expect(reduced).toBeGreaterThan(100);
  });

  it('no entry makes the positions worth more than the leverage times the equity', () => {
    holds(
      ({ fills, settings }) => {
        let held = 0;
        let { cash } = settings;
        for (const { units, price, fee, cash: after, reason } of fills) {
          const equity = cash + held * price;
          if (reason === 'entry') {
            const most = settings.leverage * equity;
            expect((Math.abs(held) + Math.abs(units)) * price + fee).toBeLessThanOrEqual(
              most + 1e-8 * settings.cash,
            );
          }
          held += units;
          cash = after;
        }
      },
      17,
      oneMarket(bars),
      // So that the price of a fill is that of the market.
      {
        ...{ spread: 0, slippage: 0, volatilitySlippage: 0, volumeSlippage: 0 },
        ...{ priceStep: 0, fundingRate: 0 },
      },
    );
  });

  it('the fills of a bar keep to the limit of its volume, but for liquidations', () => {
    holds(
      ({ fills, inputs, settings }) => {
        if (settings.volumeLimit === 0) return;
        const volume = inputs[0]?.columns.volume ?? [];
        for (let bar = 0; bar < bars; bar++) {
          const own = fills.filter((fill) => fill.bar === bar && !/liquidation|bankrupt/.test(fill.reason));
          const most = settings.volumeLimit * (volume[bar] as number);
          expect(sum(own.map(({ units }) => Math.abs(units)))).toBeLessThanOrEqual(most * (1 + 1e-9));
        }
      },
      18,
      oneMarket(bars).map(([input]) => [{ columns: (input as MarketInput).columns }]),
    );
  });

  it('quantities and prices keep to the steps of the venue', () => {
    holds((played) => {
      const { fills, settings } = played;
      const { quantityStep, priceStep, maximumQuantity } = settings;
      const isOn = (value: number, step: number): boolean =>
        Math.abs(value / step - Math.round(value / step)) < 1e-6;
      for (const { units, reason } of fills) {
        if (quantityStep > 0) expect(isOn(units, quantityStep)).toBe(true);
        if (reason === 'entry' && maximumQuantity > 0) {
          expect(Math.abs(units)).toBeLessThanOrEqual(maximumQuantity * (1 + 1e-9));
        }
      }
      // What waited may get an open that is between two steps.
      if (priceStep === 0) return;
      for (const { price, reason } of fills) {
        if (reason === 'stop-loss' || reason === 'signal') expect(isOn(price, priceStep)).toBe(true);
      }
    }, 19);
  });
});
