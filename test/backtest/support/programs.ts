import fc from 'fast-check';
import type { EntryOptions } from 'strategy-lab';
import type { AnyStrategy } from '../../../extension/backtest/strategyApi.ts';
import { defaultRunSettings, type RunSettings } from '../../../extension/contracts/backtest.ts';
import { type Context, strategyOf } from './inlineStrategies.ts';

/** An order of a random program; prices and sizes are given as multiples of what the bar shows. */
export interface ProgramStep {
  readonly bar: number;
  readonly kind: 'buy' | 'sell' | 'close' | 'protect';
  readonly size: 'default' | 'units' | 'cash' | 'percent' | 'riskPercent';
  /** Part of the equity, or of the position. */
  readonly part: number;
  readonly stop: 'none' | 'price' | 'percent';
  readonly stopDistance: number;
  readonly target: 'none' | 'price' | 'percent';
  readonly targetDistance: number;
  /** Turns a price to the wrong side now and then. */
  readonly isTurned: boolean;
}

const distance = fc.integer({ min: 1, max: 400 }).map((value) => value / 2000);
const level = fc.constantFrom('none', 'price', 'percent');

export function programOf(bars: number): fc.Arbitrary<ProgramStep[]> {
  const step = fc.record({
    bar: fc.integer({ min: 0, max: bars - 1 }),
    kind: fc.constantFrom('buy', 'sell', 'buy', 'sell', 'close', 'protect'),
    size: fc.constantFrom('default', 'units', 'cash', 'percent', 'riskPercent'),
    part: fc.constantFrom(0.0001, 0.1, 0.25, 1 / 3, 0.5, 1, 1),
    stop: level,
    stopDistance: distance,
    target: level,
    targetDistance: distance,
    isTurned: fc.integer({ min: 0, max: 9 }).map((value) => value === 0),
  });
  return fc.array(step, { maxLength: 120 }) as fc.Arbitrary<ProgramStep[]>;
}

export const settingsArbitrary: fc.Arbitrary<RunSettings> = fc
  .record({
    fee: fc.constantFrom(0, 0.001, 0.05),
    slippage: fc.constantFrom(0, 0.0005, 0.03),
    quantityStep: fc.constantFrom(0, 0, 0.001, 0.1),
    minimumNotional: fc.constantFrom(0, 0, 50),
  })
  .map((venue) => ({ ...defaultRunSettings, ...venue }));

export function strategyOfProgram(program: readonly ProgramStep[]): AnyStrategy {
  return strategyOf((context) => {
    for (const step of program) if (step.bar === context.bar.index) giveOrder(step, context);
  });
}

function giveOrder(step: ProgramStep, { bar, account, position, orders }: Context): void {
  const { kind, part } = step;
  const up = kind === 'sell' ? -1 : 1;
  const side = step.isTurned ? -up : up;
  const stopLoss = bar.close * (1 - side * step.stopDistance);
  const takeProfit = bar.close * (1 + side * step.targetDistance);
  if (kind === 'close') {
    if (step.size === 'percent') orders.close({ percent: part * 100 });
    else if (step.size === 'units' && !position.isFlat) orders.close({ units: position.quantity * part });
    else orders.close();
    return;
  }
  if (kind === 'protect') {
    if (step.target === 'none') orders.protect({ stopLoss });
    else if (step.stop === 'none') orders.protect({ takeProfit });
    else orders.protect({ stopLoss, takeProfit });
    return;
  }
  // After ruin there is nothing to size an order by.
  const equity = Math.max(account.equity, 1);
  const options: { -readonly [Name in keyof EntryOptions]: EntryOptions[Name] } = {};
  if (step.size === 'units') options.units = (equity * part) / bar.close;
  if (step.size === 'cash') options.cash = equity * part;
  if (step.size === 'percent') options.percent = part * 100;
  if (step.size === 'riskPercent') options.riskPercent = part * 10;
  if (step.stop === 'price') options.stopLoss = stopLoss;
  else if (step.stop === 'percent' || step.size === 'riskPercent') {
    options.stopLossPercent = step.stopDistance * 100;
  }
  if (step.target === 'price') options.takeProfit = takeProfit;
  else if (step.target === 'percent') options.takeProfitPercent = step.targetDistance * 100;
  if (kind === 'buy') orders.buy(options);
  else orders.sell(options);
}
