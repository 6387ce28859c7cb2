import fc from 'fast-check';
import type { Orders } from 'strategy-lab';
import { describe, expect, it } from 'vitest';
import type { RunSettings } from '../../extension/contracts/backtest.ts';
import type { CandleColumns } from '../../extension/contracts/candles.ts';
import { orderEventsOf } from './support/compare.ts';
import { type EngineRun, plainSettings, runEngine } from './support/engineRun.ts';
import { scripted } from './support/inlineStrategies.ts';
import { type MarketInput, mapPrices, syntheticMarket } from './support/market.ts';
import { type ProgramStep, programOf, settingsArbitrary, strategyOfProgram } from './support/programs.ts';
import { oneMarket, severalMarkets } from './support/randomMarkets.ts';

const bars = 60;
const marketsArbitrary = fc.oneof(oneMarket(bars), severalMarkets(bars));
const powerArbitrary = fc.integer({ min: -3, max: 6 });

/** A program without fixed units and prices, so that it means the same at any price and with any cash. */
const scaleFree = programOf(bars).map((program) =>
  program.map((step): ProgramStep => {
    const isFixed = step.kind === 'replace';
    return { ...step, isRound: false, ...(isFixed ? { size: 'percent', isTurned: false } : {}) };
  }),
);

function scaled(inputs: readonly MarketInput[], prices: number, volumes: number): MarketInput[] {
  const change = (columns: CandleColumns): CandleColumns => ({
    ...mapPrices(columns, (price) => price * prices),
    volume: columns.volume.map((volume) => volume * volumes),
  });
  return inputs.map(({ columns, finer }) => {
    return { columns: change(columns), ...(finer === undefined ? {} : { finer: change(finer) }) };
  });
}

function play(
  program: readonly ProgramStep[],
  inputs: readonly MarketInput[],
  settings: RunSettings,
): EngineRun {
  return runEngine(strategyOfProgram(program), inputs, { settings, intentsPerBar: 1000 });
}

/** All of a run, its prices, units and money divided by what they were multiplied with. */
function unscaled(run: EngineRun, prices: number, units: number) {
  const money = prices * units;
  const over = (value: number | null | undefined, factor: number): number | null =>
    value === null || value === undefined ? null : value / factor;
  return {
    equity: [...run.equity].map((value) => value / money),
    trades: run.trades.map((trade) => ({
      ...trade,
      entryPrice: over(trade.entryPrice, prices),
      exitPrice: over(trade.exitPrice, prices),
      markPrice: over(trade.markPrice, prices),
      quantity: over(trade.quantity, units),
      fees: over(trade.fees, money),
      funding: over(trade.funding, money),
      profit: over(trade.profit, money),
    })),
    events: orderEventsOf(run).map((event) => ({ ...event, units: event.units / units })),
    rejections: run.ledger.rejections,
  };
}

describe('a run is the same to the bit', () => {
  it('where prices are times a power of two, and units that part', () => {
    fc.assert(
      fc.property(
        scaleFree,
        marketsArbitrary,
        settingsArbitrary,
        powerArbitrary,
        (program, inputs, base, power) => {
          const factor = 2 ** power;
          const run = play(program, inputs, base);
          const other = play(program, scaled(inputs, factor, 1 / factor), {
            ...base,
            priceStep: base.priceStep * factor,
            quantityStep: base.quantityStep / factor,
            maximumQuantity: base.maximumQuantity / factor,
          });
          expect(unscaled(other, factor, 1 / factor)).toEqual(unscaled(run, 1, 1));
        },
      ),
      { numRuns: 80, seed: 21 },
    );
  });

  it('where all money and all units are times a power of two', () => {
    fc.assert(
      fc.property(
        scaleFree,
        marketsArbitrary,
        settingsArbitrary,
        powerArbitrary,
        (program, inputs, base, power) => {
          const factor = 2 ** power;
          const run = play(program, inputs, base);
          const other = play(program, scaled(inputs, 1, factor), {
            ...base,
            cash: base.cash * factor,
            fixedFee: base.fixedFee * factor,
            minimumNotional: base.minimumNotional * factor,
            quantityStep: base.quantityStep * factor,
            maximumQuantity: base.maximumQuantity * factor,
            feeTiers: base.feeTiers.map((tier) => ({ ...tier, tradedValue: tier.tradedValue * factor })),
          });
          expect(unscaled(other, 1, factor)).toEqual(unscaled(run, 1, 1));
        },
      ),
      { numRuns: 80, seed: 21 },
    );
  });
});

// On prices mirrored at a level (2 * level - price) a long of some units gains what a short of as many loses,
// and the other way round. Sizes in money or percent have no such mirror, because a unit costs something else
// there; neither have distances, fees, slippage, funding and margins in percent. A fixed fee has, and so have
// steps of which the level is a multiple.
interface MirrorStep {
  readonly bar: number;
  readonly kind: 'enter' | 'turn' | 'close' | 'protect' | 'cancel' | 'replace';
  readonly wait: 'none' | 'limit' | 'stop' | 'stopLimit';
  readonly units: number;
  readonly level: 'none' | 'stop' | 'target' | 'both';
  readonly stop: number;
  readonly target: number;
  readonly trail: number;
  readonly away: number;
  readonly beyond: number;
  readonly goodForBars: number;
  readonly isPaired: boolean;
}

const steps = (most: number): fc.Arbitrary<number> =>
  fc.integer({ min: 1, max: most }).map((count) => count / 64);

const mirrorProgram: fc.Arbitrary<MirrorStep[]> = fc.array(
  fc.record({
    bar: fc.integer({ min: 0, max: bars - 1 }),
    kind: fc.constantFrom('enter', 'enter', 'turn', 'close', 'protect', 'cancel', 'replace'),
    wait: fc.constantFrom('none', 'limit', 'stop', 'stopLimit'),
    units: fc.integer({ min: 1, max: 12 }).map((count) => count / 4),
    level: fc.constantFrom('none', 'stop', 'target', 'both'),
    stop: steps(3000),
    target: steps(3000),
    trail: fc.oneof(fc.constant(0), steps(3000)),
    away: steps(1500),
    beyond: fc.integer({ min: -300, max: 600 }).map((count) => count / 64),
    goodForBars: fc.integer({ min: 1, max: 12 }),
    isPaired: fc.boolean(),
  }),
  { maxLength: 50, size: 'max' },
);

/** Gives a step from the side of a long position, or from that of a short one where `sign` is -1. */
function giveMirrored(step: MirrorStep, orders: Orders, price: number, sign: 1 | -1, ids: number[]): void {
  const side = step.kind === 'turn' ? -sign : sign;
  const last = ids.at(-1);
  // A close works against the position, an entry with it.
  const direction = step.kind === 'close' ? -sign : side;
  const at = price + direction * step.away;
  const wait = {
    ...(step.wait === 'limit' ? { limit: price - direction * step.away } : {}),
    ...(step.wait === 'stop' || step.wait === 'stopLimit' ? { stop: at } : {}),
    ...(step.wait === 'stopLimit' ? { limit: at + direction * step.beyond } : {}),
    ...(step.isPaired && last !== undefined ? { oco: last } : {}),
    goodForBars: step.goodForBars,
  };
  const hasStop = step.level === 'stop' || step.level === 'both';
  const hasTarget = step.level === 'target' || step.level === 'both';
  const levels = (long: number): { stopLoss?: number; takeProfit?: number; trailingStop?: number } => ({
    ...(hasStop ? { stopLoss: price - long * step.stop } : {}),
    ...(hasTarget ? { takeProfit: price + long * step.target } : {}),
    ...(step.trail > 0 ? { trailingStop: step.trail } : {}),
  });
  const { units } = step;
  if (step.kind === 'close') ids.push(orders.close({ ...wait, units }));
  else if (step.kind === 'protect') {
    if (step.level !== 'none') orders.protect(levels(sign));
  } else if (step.kind === 'cancel') {
    if (last !== undefined) orders.cancel(last);
  } else if (step.kind === 'replace') {
    if (last !== undefined) orders.replace(last, { limit: price - sign * step.away });
  } else {
    const options = { ...wait, ...levels(side), units };
    ids.push(side === 1 ? orders.buy(options) : orders.sell(options));
  }
}

function playMirrored(
  columns: CandleColumns,
  program: readonly MirrorStep[],
  sign: 1 | -1,
  settings: RunSettings,
) {
  const ids: number[] = [];
  const byBar = new Map<number, MirrorStep[]>();
  for (const step of program) byBar.set(step.bar, [...(byBar.get(step.bar) ?? []), step]);
  const script = [...byBar].map(([bar, own]) => [
    bar,
    (orders: Orders): void => {
      for (const step of own) giveMirrored(step, orders, columns.close[bar] as number, sign, ids);
    },
  ]);
  return runEngine(scripted(Object.fromEntries(script)), columns, { settings });
}

it('on mirrored prices a short gains what the long gains on the true ones', () => {
  const level = 1024;
  const venue = fc.record({
    volumeLimit: fc.constantFrom(0, 1 / 256),
    latencyBars: fc.constantFrom(0, 1),
    quantityStep: fc.constantFrom(0, 0.5),
    priceStep: fc.constantFrom(0, 0.5),
    fixedFee: fc.constantFrom(0, 2),
    limitFills: fc.constantFrom('touch', 'through'),
    positionMode: fc.constantFrom('reverse', 'net'),
  });
  let trades = 0;
  fc.assert(
    fc.property(mirrorProgram, venue, fc.integer({ min: 0, max: 1_000_000 }), (program, own, seed) => {
      const market = syntheticMarket({ bars, seed, swing: 0.03, start: level });
      const mirrored = {
        ...market,
        open: market.open.map((price) => 2 * level - price),
        high: market.low.map((price) => 2 * level - price),
        low: market.high.map((price) => 2 * level - price),
        close: market.close.map((price) => 2 * level - price),
      };
      const settings: RunSettings = { ...plainSettings, cash: 1e7, ...own };
      const long = playMirrored(market, program, 1, settings);
      const short = playMirrored(mirrored, program, -1, settings);
      const tradesOf = (run: EngineRun) =>
        run.trades.map(({ profit, exitReason, quantity, entryTime, exitTime }) => {
          return { profit: profit + 0, exitReason, quantity, entryTime, exitTime };
        });
      expect(tradesOf(short)).toEqual(tradesOf(long));
      expect(orderEventsOf(short)).toEqual(orderEventsOf(long));
      expect(short.equity).toEqual(long.equity);
      expect(short.ledger.rejections).toEqual(long.ledger.rejections);
      trades += long.trades.length;
    }),
    { numRuns: 200, seed: 23 },
  );
  expect(trades).toBeGreaterThan(500);
});

it('an order in parts is the order itself, but for the fixed fee of each fill', () => {
  const marketArbitrary = fc
    .record({ seed: fc.integer({ min: 0, max: 1_000_000 }), swing: fc.constantFrom(0.01, 0.05, 0.3) })
    .map((options) => syntheticMarket({ bars, ...options }));
  const fixedFee = 0.5;
  let fills = 0;
  fc.assert(
    fc.property(
      marketArbitrary,
      fc.integer({ min: 0, max: 20 }),
      fc.integer({ min: 31, max: bars - 2 }),
      fc.double({ min: 0.01, max: 3, noNaN: true }),
      fc.boolean(),
      fc.constantFrom('none', 'limit', 'stop'),
      fc.integer({ min: 2, max: 4 }),
      (market, entry, exit, units, isLong, wait, count) => {
        const play = (parts: number): EngineRun =>
          runEngine(
            scripted({
              [entry]: ({ buy, sell }) => {
                const away = (isLong ? 1 : -1) * (wait === 'limit' ? 0.99 - 1 : 1.01 - 1);
                const price = (market.close[entry] as number) * (1 + away);
                const options = {
                  units: units / parts,
                  stopLossPercent: 10,
                  takeProfitPercent: 20,
                  ...(wait === 'none' ? {} : { [wait]: price }),
                };
                for (let part = 0; part < parts; part++) (isLong ? buy : sell)(options);
              },
              [exit]: ({ close }) => {
                for (let part = 0; part < parts; part++) close({ units: units / parts });
              },
            }),
            market,
            { settings: { ...plainSettings, fee: 0.001, slippage: 0.0005, fixedFee } },
          );
        const whole = play(1);
        const parted = play(count);
        fills += whole.fills;
        expect(parted.trades).toHaveLength(count * whole.trades.length);
        expect(parted.fills).toBe(count * whole.fills);
        const paid = (parted.fills - whole.fills) * fixedFee;
        expect(Math.abs(parted.finalCash + paid - whole.finalCash)).toBeLessThan(1e-6);
      },
    ),
    { numRuns: 150, seed: 24 },
  );
  expect(fills).toBeGreaterThan(100);
});
