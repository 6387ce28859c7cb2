import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultRunSettings } from '../../extension/contracts/backtest.ts';
import type { CandleColumns } from '../../extension/contracts/candles.ts';
import { type EngineRun, plainSettings, runEngine } from './support/engineRun.ts';
import { scripted } from './support/inlineStrategies.ts';
import { mapPrices, syntheticMarket } from './support/market.ts';
import { type ProgramStep, programOf, settingsArbitrary, strategyOfProgram } from './support/programs.ts';

const bars = 80;
const marketArbitrary = fc
  .record({ seed: fc.integer({ min: 0, max: 1_000_000 }), swing: fc.constantFrom(0.01, 0.05, 0.3) })
  .map((options) => syntheticMarket({ bars, ...options }));

/** Fills as rows of the ledger's table: bar, time, signed quantity, price, fee, cash after, id, reason. */
function fillsOf({ ledger }: EngineRun): number[][] {
  const values = [...ledger.fills.used];
  return Array.from({ length: ledger.fills.rows }, (_, row) => values.slice(row * 8, row * 8 + 8));
}

function closeTo(a: number, b: number, scale: number): void {
  expect(Math.abs(a - b)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(scale)));
}

describe('for every program of orders', () => {
  it('cash plus the value of the position is the equity at every bar', () => {
    fc.assert(
      fc.property(programOf(bars), marketArbitrary, settingsArbitrary, (program, market, settings) => {
        const run = runEngine(strategyOfProgram(program), market, { settings });
        const fills = fillsOf(run);
        for (let bar = 0; bar < bars; bar++) {
          const until = fills.filter(([at]) => (at as number) <= bar);
          const held = until.reduce((sum, fill) => sum + (fill[2] as number), 0);
          const cash = until.at(-1)?.[5] ?? settings.cash;
          const close = market.close[bar] as number;
          closeTo(run.equity[bar] as number, cash + held * close, settings.cash + Math.abs(held) * close);
          expect(run.invested[bar]).toBe(Math.abs(held) > 1e-9 ? 1 : 0);
        }
      }),
      { numRuns: 100, seed: 11 },
    );
  });

  it('cash moves by what each fill costs, and no fee is negative', () => {
    fc.assert(
      fc.property(programOf(bars), marketArbitrary, settingsArbitrary, (program, market, settings) => {
        let { cash } = settings;
        const run = runEngine(strategyOfProgram(program), market, { settings });
        for (const [, , quantity = 0, price = 0, fee = 0, after = 0] of fillsOf(run)) {
          closeTo(fee, Math.abs(quantity) * price * settings.fee, fee);
          expect(fee).toBeGreaterThanOrEqual(0);
          closeTo(after, cash - quantity * price - fee, Math.abs(quantity) * price + cash);
          cash = after;
        }
        expect(cash).toBe(run.finalCash);
      }),
      { numRuns: 200, seed: 12 },
    );
  });

  it('the profits of all trades are what the equity gained', () => {
    fc.assert(
      fc.property(programOf(bars), marketArbitrary, settingsArbitrary, (program, market, settings) => {
        const run = runEngine(strategyOfProgram(program), market, { settings });
        const profit = run.trades.reduce((sum, trade) => sum + trade.profit, 0);
        const turnover = run.trades.reduce((sum, { quantity, entryPrice }) => sum + quantity * entryPrice, 0);
        const final = run.equity.at(-1) as number;
        closeTo(profit, final - settings.cash, settings.cash + turnover);
        const fees = run.trades.reduce((sum, trade) => sum + trade.fees, 0);
        const paid = fillsOf(run).reduce((sum, fill) => sum + (fill[4] as number), 0);
        closeTo(fees, paid, paid);
      }),
      { numRuns: 200, seed: 13 },
    );
  });

  it('no order fills on its own bar or later than the next one', () => {
    fc.assert(
      fc.property(programOf(bars), marketArbitrary, (program, market) => {
        // The bar of an order by its number, counted as the strategy gave them.
        const given: number[] = [];
        const strategy = strategyOfProgram(program);
        const counting = scripted(
          Object.fromEntries(
            Array.from({ length: bars }, (_, bar) => [
              bar,
              () => given.push(...program.filter((step) => step.bar === bar).map(() => bar)),
            ]),
          ),
        );
        runEngine(counting, market);
        const run = runEngine(strategy, market);
        for (const [bar = 0, , , price, , , id = 0, reason = 0] of fillsOf(run)) {
          // Entries, closes by signal and reversals are the reasons 0 to 2.
          if (reason > 2) continue;
          expect(bar).toBe((given[id - 1] as number) + 1);
          expect(price).toBe(market.open[bar]);
        }
      }),
      { numRuns: 200, seed: 14 },
    );
  });

  it('a long entry never borrows and a short position is never entered above the equity', () => {
    fc.assert(
      fc.property(programOf(bars), marketArbitrary, settingsArbitrary, (program, market, settings) => {
        let held = 0;
        let { cash } = settings;
        const run = runEngine(strategyOfProgram(program), market, { settings });
        for (const [bar = 0, , quantity = 0, price = 0, , after = 0, , reason] of fillsOf(run)) {
          const open = market.open[bar] as number;
          const equity = cash + held * open;
          if (reason === 0 && quantity > 0) expect(after).toBeGreaterThan(-1e-8 * settings.cash);
          // What is already sold short counts at the open, what is being sold at its own price.
          if (reason === 0 && quantity < 0) {
            expect(-quantity * price - held * open).toBeLessThanOrEqual(equity * (1 + 1e-8));
          }
          held += quantity;
          cash = after;
        }
      }),
      { numRuns: 200, seed: 15 },
    );
  });
});

describe('symmetries', () => {
  /** A program by sizes and percentages alone, so that it means the same at any price. */
  const scaleFree = programOf(bars).map((program) =>
    program.map(
      (step): ProgramStep => ({ ...step, size: step.size === 'riskPercent' ? 'percent' : step.size }),
    ),
  );

  it('prices times a power of two give half the units at twice the price and the same money to the bit', () => {
    fc.assert(
      fc.property(scaleFree, marketArbitrary, fc.integer({ min: -3, max: 6 }), (program, market, power) => {
        const factor = 2 ** power;
        const strategy = strategyOfProgram(program);
        const run = runEngine(strategy, market, { settings: defaultRunSettings });
        const scaled = runEngine(
          strategy,
          mapPrices(market, (price) => price * factor),
          {
            settings: defaultRunSettings,
          },
        );
        expect(scaled.equity).toEqual(run.equity);
        expect(scaled.finalCash).toBe(run.finalCash);
        expect(scaled.trades).toEqual(
          run.trades.map((trade) => ({
            ...trade,
            quantity: trade.quantity / factor,
            entryPrice: trade.entryPrice * factor,
            exitPrice: trade.exitPrice === null ? null : trade.exitPrice * factor,
            markPrice: trade.markPrice === null ? null : trade.markPrice * factor,
          })),
        );
      }),
      { numRuns: 150, seed: 16 },
    );
  });

  // On prices mirrored at a level (2 * level - price) a long of some units gains what a short of as many
  // loses, and the other way round, without costs. Sizes in money or percent have no such mirror, because
  // a unit costs something else there; neither have distances in percent.
  interface PlainStep {
    readonly bar: number;
    readonly kind: string;
    readonly units: number;
    readonly stop: number;
    readonly target: number;
  }

  it('on mirrored prices a short gains what the long gains on the true ones', () => {
    const level = 1024;
    const rows = fc.array(
      fc.record({
        bar: fc.integer({ min: 0, max: bars - 1 }),
        kind: fc.constantFrom('enter', 'close', 'protect'),
        units: fc.integer({ min: 1, max: 4 }).map((count) => count / 4),
        stop: fc.integer({ min: 1, max: 3000 }).map((steps) => steps / 64),
        target: fc.integer({ min: 1, max: 3000 }).map((steps) => steps / 64),
      }),
      { maxLength: 40 },
    );
    const play = (columns: CandleColumns, program: readonly PlainStep[], isLong: boolean): EngineRun =>
      runEngine(
        scripted(
          Object.fromEntries(
            program.map((step) => [
              step.bar,
              ({ buy, sell, close, protect }) => {
                const price = columns.close[step.bar] as number;
                const sign = isLong ? 1 : -1;
                const levels = { stopLoss: price - sign * step.stop, takeProfit: price + sign * step.target };
                const { units } = step;
                if (step.kind === 'close') close();
                else if (step.kind === 'protect') protect(levels);
                else if (isLong) buy({ units, ...levels });
                else sell({ units, ...levels });
              },
            ]),
          ),
        ),
        columns,
        { settings: { ...plainSettings, cash: 1e7 } },
      );
    fc.assert(
      fc.property(rows, fc.integer({ min: 0, max: 1_000_000 }), (program, seed) => {
        const market = syntheticMarket({ bars, seed, swing: 0.03, start: level });
        const mirrored = {
          ...market,
          open: market.open.map((price) => 2 * level - price),
          high: market.low.map((price) => 2 * level - price),
          low: market.high.map((price) => 2 * level - price),
          close: market.close.map((price) => 2 * level - price),
        };
        const long = play(market, program, true);
        const short = play(mirrored, program, false);
        expect(short.equity).toEqual(long.equity);
        expect(short.trades.map(({ profit, exitReason, bars: held }) => [profit, exitReason, held])).toEqual(
          long.trades.map(({ profit, exitReason, bars: held }) => [profit, exitReason, held]),
        );
        expect(short.ledger.rejected).toBe(long.ledger.rejected);
      }),
      { numRuns: 200, seed: 17 },
    );
  });

  it('an order in two halves is the order itself', () => {
    fc.assert(
      fc.property(
        marketArbitrary,
        fc.integer({ min: 0, max: 30 }),
        fc.integer({ min: 31, max: 78 }),
        fc.double({ min: 0.001, max: 5, noNaN: true }),
        fc.boolean(),
        (market, entry, exit, units, isLong) => {
          const play = (parts: number): EngineRun =>
            runEngine(
              scripted({
                [entry]: ({ buy, sell }) => {
                  const enter = isLong ? buy : sell;
                  const options = { units: units / parts, stopLossPercent: 10, takeProfitPercent: 20 };
                  for (let part = 0; part < parts; part++) enter(options);
                },
                [exit]: ({ close }) => {
                  for (let part = 0; part < parts; part++) close({ units: units / parts });
                },
              }),
              market,
              { settings: defaultRunSettings },
            );
          const whole = play(1);
          const halves = play(2);
          expect(halves.trades).toHaveLength(2 * whole.trades.length);
          for (const [bar, value] of whole.equity.entries())
            closeTo(halves.equity[bar] as number, value, value);
        },
      ),
      { numRuns: 150, seed: 18 },
    );
  });
});
