import { describe, expect, it } from 'vitest';
import { fillRules, recordedFundingRules } from '../../extension/backtest/rules.ts';
import { accountChecks } from './rules/account.ts';
import { costChecks } from './rules/costs.ts';
import { levelChecks } from './rules/levels.ts';
import { orderChecks } from './rules/orders.ts';
import { runEngine } from './support/engineRun.ts';
import { defineStrategy } from './support/inlineStrategies.ts';
import { hour, marketOf, type Row, startTime } from './support/market.ts';
import { run } from './support/ruleRun.ts';

const rules = { ...fillRules, ...recordedFundingRules };

/** One check for each entry of the rules, under its name. */
const checks: Readonly<Record<string, () => void>> = {
  decision() {
    const rows: Row[] = [
      [10, 12, 9, 11],
      [20, 22, 19, 21],
      [30, 32, 29, 31],
      [40, 42, 39, 41],
    ];
    const script = { 0: ({ buy }) => buy({ units: 1 }), 1: ({ close }) => close() } satisfies Parameters<
      typeof run
    >[1];
    const { trades } = run(rows, script);
    expect(trades).toHaveLength(1);
    expect(trades[0]).toMatchObject({
      entryTime: startTime + hour,
      entryPrice: 20,
      exitTime: startTime + 2 * hour,
      exitPrice: 30,
      bars: 1,
      profit: 10,
    });
    expect(run(rows, script, { latencyBars: 1 }).trades[0]).toMatchObject({ entryPrice: 30, exitPrice: 40 });
  },

  warmUp() {
    const first: number[] = [];
    const strategy = defineStrategy({
      name: 'slowest of three',
      setup: ({ indicators }) => [indicators.sma(3), indicators.rsi(4), indicators.ema(2, indicators.sma(3))],
      next({ bar }, series) {
        first.push(bar.index, ...series.map(({ value }) => value));
      },
    });
    const rows = [1, 2, 3, 4, 5, 6].map((price): Row => [price, price, price, price]);
    const { warmUp } = runEngine(strategy, marketOf(rows));
    // RSI(4) needs four changes: bar 4, counted from 0.
    expect(warmUp).toBe(4);
    expect(first.slice(0, 4)).toEqual([4, 4, 100, 3.5]);
  },

  ...costChecks,
  ...orderChecks,
  ...levelChecks,
  ...accountChecks,
};

describe('fill rules', () => {
  it('each have a test of their name here', () => {
    expect(Object.keys(checks).sort()).toEqual(Object.keys(rules).sort());
  });

  for (const [name, check] of Object.entries(checks)) it(`${name}: ${rules[name]}`, check);
});
