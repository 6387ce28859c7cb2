import fc from 'fast-check';
import type { CloseOptions, EntryOptions, Market, NextContext, ProtectOptions } from 'strategy-lab';
import type { AnyStrategy } from '../../../extension/backtest/strategyApi.ts';
import { type RunSettings, runSettingsSchema } from '../../../extension/contracts/backtest.ts';
import { defineStrategy } from './inlineStrategies.ts';
import { hour } from './market.ts';

/** An order of a random program; prices and sizes are given as multiples of what the bar shows. */
export interface ProgramStep {
  /** Number of the call of `next`. */
  readonly bar: number;
  readonly market: number;
  readonly kind: 'buy' | 'sell' | 'close' | 'protect' | 'cancel' | 'cancelAll' | 'replace';
  readonly size: 'default' | 'units' | 'cash' | 'percent' | 'riskPercent';
  /** Part of the equity, or of the position. */
  readonly part: number;
  readonly stop: 'none' | 'price' | 'percent';
  readonly stopDistance: number;
  readonly target: 'none' | 'price' | 'percent';
  readonly targetDistance: number;
  readonly trail: 'none' | 'price' | 'percent';
  readonly trailDistance: number;
  readonly wait: 'none' | 'limit' | 'stop' | 'stopLimit';
  /** Distance of the limit or stop on the side where it waits; below 0 where the market is beyond it. */
  readonly waitDistance: number;
  /** How much farther than the stop the limit lies; below 0 for a better one. */
  readonly limitDistance: number;
  readonly expiry: 'none' | 'bars' | 'time';
  readonly expiryBars: number;
  /** Names an order given that many before: in the same market to cancel or replace it, in any to exclude it. */
  readonly back: number;
  readonly isPaired: boolean;
  readonly isReduceOnly: boolean;
  /** Turns levels to the wrong side now and then. */
  readonly isTurned: boolean;
  /** Rounds prices to those that bars have, so that they are touched exactly. */
  readonly isRound: boolean;
}

const distance = fc.integer({ min: 1, max: 400 }).map((value) => value / 4000);
const level = fc.constantFrom('none', 'price', 'percent');
const seldom = (every: number): fc.Arbitrary<boolean> =>
  fc.integer({ min: 1, max: every }).map((value) => value === every);

export function programOf(bars: number): fc.Arbitrary<ProgramStep[]> {
  const step = fc.record({
    bar: fc.integer({ min: 0, max: bars - 1 }),
    market: fc.nat(5),
    kind: fc.constantFrom(
      ...['buy', 'sell', 'buy', 'sell', 'buy', 'sell', 'close', 'close'],
      ...['protect', 'cancel', 'replace', 'replace', 'cancelAll'],
    ),
    size: fc.constantFrom('default', 'units', 'units', 'cash', 'percent', 'percent', 'riskPercent'),
    part: fc.constantFrom(1e-7, 0.0001, 0.1, 0.1, 0.1, 0.25, 0.25, 1 / 3, 0.5, 1, 1, 4, 20),
    stop: level,
    stopDistance: distance,
    target: level,
    targetDistance: distance,
    trail: fc.constantFrom('none', 'none', 'price', 'percent'),
    trailDistance: distance,
    wait: fc.constantFrom('none', 'limit', 'stop', 'stopLimit'),
    waitDistance: fc.integer({ min: -100, max: 400 }).map((value) => value / 8000),
    limitDistance: fc.integer({ min: -100, max: 300 }).map((value) => value / 8000),
    expiry: fc.constantFrom('none', 'bars', 'time'),
    expiryBars: fc.integer({ min: 1, max: 10 }),
    back: fc.integer({ min: 1, max: 4 }),
    isPaired: seldom(3),
    isReduceOnly: seldom(8),
    isTurned: seldom(12),
    isRound: fc.boolean(),
  });
  return fc.array(step, { maxLength: 100, size: 'max' }) as fc.Arbitrary<ProgramStep[]>;
}

/** All settings of a run. */
export const settingsArbitrary: fc.Arbitrary<RunSettings> = fc
  .record({
    fee: fc.constantFrom(0, 0.001, 0.05),
    makerFee: fc.constantFrom(null, null, 0, 0.002),
    fixedFee: fc.constantFrom(0, 0, 2),
    feeTiers: fc.constantFrom(
      [],
      [],
      [
        { tradedValue: 5000, fee: 0.0008, makerFee: 0.0004 },
        { tradedValue: 30_000, fee: 0.0003, makerFee: 0 },
      ],
    ),
    spread: fc.constantFrom(0, 0, 0.002),
    slippage: fc.constantFrom(0, 0.0005, 0.03),
    volatilitySlippage: fc.constantFrom(0, 0, 0.1, 5),
    volumeSlippage: fc.constantFrom(0, 0, 0.1, 5),
    volumeLimit: fc.constantFrom(0, 0, 0.001, 0.01, 1),
    latencyBars: fc.constantFrom(0, 0, 0, 2),
    quantityStep: fc.constantFrom(0, 0, 0.001, 0.1),
    priceStep: fc.constantFrom(0, 0, 0.5, 20),
    minimumNotional: fc.constantFrom(0, 0, 50),
    maximumQuantity: fc.constantFrom(0, 0, 5),
    limitFills: fc.constantFrom('touch', 'through'),
    positionMode: fc.constantFrom('reverse', 'net'),
    leverage: fc.constantFrom(1, 3, 25, 125),
    maintenanceMargin: fc.constantFrom(0, 0.004),
    liquidationFee: fc.constantFrom(0, 0.01),
    fundingRate: fc.constantFrom(0, 0, 0.0005, -0.01),
    fundingHours: fc.constantFrom(1, 8),
    market: fc.constantFrom('spot', 'perpetual', 'perpetual'),
  })
  .map(({ market, leverage, fundingRate, ...venue }) => {
    const contract = market === 'spot' ? { leverage: 1, fundingRate: 0 } : { leverage, fundingRate };
    const base = { cash: 10_000, seed: 1, periodsPerYear: 365, market };
    return runSettingsSchema.parse({ ...base, ...venue, ...contract });
  });

type Context = NextContext<Readonly<Record<string, number>>>;
type Open<T> = { -readonly [Name in keyof T]: T[Name] };

/** An order as a program gave it. */
export interface GivenOrder {
  readonly id: number;
  /** Number of the call of `next` in which it was given. */
  readonly call: number;
  readonly options: EntryOptions;
  readonly isReduction: boolean;
}

/** A strategy that gives the orders of a program; `onOrder` hears of each that opens or closes. */
export function strategyOfProgram(
  program: readonly ProgramStep[],
  onOrder: (order: GivenOrder) => void = () => undefined,
): AnyStrategy {
  return defineStrategy({
    name: 'program',
    setup: () => ({ calls: 0, given: new Map<number, number[]>(), all: [] as number[] }),
    next(context, state) {
      const { markets } = context;
      for (const step of program) {
        if (step.bar !== state.calls) continue;
        const number = step.market % markets.length;
        const ids = state.given.get(number) ?? [];
        state.given.set(number, ids);
        const given = giveOrder(step, context, markets[number] as Market, ids, state.all);
        if (given === undefined) continue;
        ids.push(given.id);
        state.all.push(given.id);
        onOrder({ ...given, call: state.calls });
      }
      state.calls++;
    },
  });
}

function giveOrder(
  step: ProgramStep,
  { account }: Context,
  market: Market,
  given: readonly number[],
  all: readonly number[],
) {
  const { bar, orders, position } = market;
  const { kind } = step;
  const isBuy = kind === 'buy' || (kind === 'close' && position.isShort);
  const named = given.at(-step.back);
  const priceAt = (factor: number): number => {
    const price = bar.close * factor;
    return step.isRound ? Math.max(1 / 64, Math.round(price * 64) / 64) : price;
  };
  if (kind === 'cancelAll') orders.cancel();
  else if (kind === 'cancel' || kind === 'replace') {
    if (named === undefined) return undefined;
    if (kind === 'cancel') orders.cancel(named);
    // What is no longer open is changed now and then too, and rejected.
    else if (orders.isOpen(named) || step.isTurned) orders.replace(named, replacementOf(step, priceAt));
  } else if (kind === 'protect') {
    orders.protect(protectionOf(step, priceAt, position.isShort ? -1 : 1));
  } else {
    const wait = waitOf(step, bar.time, priceAt, isBuy ? 1 : -1);
    const pair = all.at(-step.back);
    if (step.isPaired && pair !== undefined) wait.oco = pair;
    if (kind === 'close') {
      const options = { ...wait, ...closeSizeOf(step, position.quantity) };
      return { id: orders.close(options), options, isReduction: true };
    }
    // After ruin there is nothing to size an order by.
    const equity = Math.max(account.equity, 1);
    const options = { ...wait, ...entryOf(step, priceAt, equity / bar.close, equity) };
    const id = kind === 'buy' ? orders.buy(options) : orders.sell(options);
    return { id, options, isReduction: options.reduceOnly === true };
  }
  return undefined;
}

function waitOf(step: ProgramStep, time: number, priceAt: (factor: number) => number, direction: 1 | -1) {
  const options: Open<CloseOptions> = {};
  const stop = 1 + direction * step.waitDistance;
  if (step.wait === 'limit') options.limit = priceAt(1 - direction * step.waitDistance);
  if (step.wait === 'stop' || step.wait === 'stopLimit') options.stop = priceAt(stop);
  if (step.wait === 'stopLimit') options.limit = priceAt(stop + direction * step.limitDistance);
  if (step.expiry === 'bars') options.goodForBars = step.expiryBars;
  if (step.expiry === 'time') options.goodTill = time + (step.expiryBars + 0.5) * hour;
  return options;
}

function closeSizeOf({ size, part }: ProgramStep, held: number): CloseOptions {
  if (size === 'percent') return { percent: Math.min(part, 1) * 100 };
  return size === 'units' && held > 0 ? { units: held * part } : {};
}

function entryOf(
  step: ProgramStep,
  priceAt: (factor: number) => number,
  mostUnits: number,
  equity: number,
): EntryOptions {
  const { part, size, stopDistance, targetDistance } = step;
  if (step.isReduceOnly) return { units: mostUnits * part, reduceOnly: true };
  const side = (step.kind === 'buy') === step.isTurned ? -1 : 1;
  const options: Open<EntryOptions> = {};
  if (size === 'units') options.units = mostUnits * part;
  if (size === 'cash') options.cash = equity * part;
  if (size === 'percent') options.percent = Math.min(part, 1) * 100;
  if (size === 'riskPercent') options.riskPercent = Math.min(part, 1) * 10;
  if (step.stop === 'price') options.stopLoss = priceAt(1 - side * stopDistance);
  else if (step.stop === 'percent' || size === 'riskPercent') options.stopLossPercent = stopDistance * 100;
  if (step.target === 'price') options.takeProfit = priceAt(1 + side * targetDistance);
  else if (step.target === 'percent') options.takeProfitPercent = targetDistance * 100;
  if (step.trail === 'price') options.trailingStop = priceAt(step.trailDistance);
  else if (step.trail === 'percent') options.trailingStopPercent = step.trailDistance * 100;
  return options;
}

function protectionOf(step: ProgramStep, priceAt: (factor: number) => number, held: 1 | -1): ProtectOptions {
  const side = step.isTurned ? -held : held;
  const options: Open<ProtectOptions> = {};
  if (step.stop !== 'none') options.stopLoss = priceAt(1 - side * step.stopDistance);
  if (step.trail === 'price') options.trailingStop = priceAt(step.trailDistance);
  if (step.trail === 'percent') options.trailingStopPercent = step.trailDistance * 100;
  const isEmpty = Object.keys(options).length === 0;
  if (step.target !== 'none' || isEmpty) options.takeProfit = priceAt(1 + side * step.targetDistance);
  return options;
}

function replacementOf(step: ProgramStep, priceAt: (factor: number) => number) {
  const sign = step.isPaired ? 1 : -1;
  const price = priceAt(1 + sign * step.waitDistance);
  if (step.size === 'units') return { units: step.part * 3 };
  return step.wait === 'stop' ? { stop: price } : { limit: price, ...(step.isTurned ? { units: 2 } : {}) };
}
