import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { intentColumns, intentWidth } from '../../../extension/backtest/intents.ts';
import { Ledger } from '../../../extension/backtest/ledger.ts';
import { defaultRunSettings, runSettingsSchema } from '../../../extension/contracts/backtest.ts';
import { gatePolicySchema } from '../../../extension/contracts/gate.ts';
import { compareOrdersBefore, cutBars } from '../../../extension/evaluation/fragility/orders.ts';
import { compareShiftedStart } from '../../../extension/evaluation/fragility/shiftedStart.ts';
import {
  delayed,
  hasCosts,
  noiseBars,
  startShifts,
  withDoubledCosts,
  withNoiseFrom,
} from '../../../extension/evaluation/fragility/variants.ts';
import { fragilityVerdicts, shareLeft } from '../../../extension/evaluation/fragility/verdicts.ts';
import { syntheticMarket } from '../../backtest/support/market.ts';

const time = Float64Array.from({ length: 1000 }, (_, bar) => 1_600_000_000_000 + bar * 3_600_000);

/** Orders on these bars: each with its number as size. */
function ordersOn(...bars: readonly number[]): Float64Array {
  const rows = new Float64Array(bars.length * intentWidth);
  for (const [row, bar] of bars.entries()) {
    rows[row * intentWidth + intentColumns.bar] = bar;
    rows[row * intentWidth + intentColumns.id] = row + 1;
    rows[row * intentWidth + intentColumns.size] = bar;
  }
  return rows;
}

/** Fills: bar, signed quantity, and price. */
function fillsOf(...fills: readonly (readonly [bar: number, quantity: number, price: number])[]) {
  const ledger = new Ledger();
  for (const [bar, quantity, price] of fills) {
    ledger.addFill(bar, time[bar] as number, quantity, price, 0, 0, 1, 'signal', 0);
  }
  return ledger.fills.used;
}

describe('orders before a cut', () => {
  it('are the same where only later ones differ', () => {
    const { difference, compared, problem } = compareOrdersBefore(
      ordersOn(10, 20, 30, 41),
      ordersOn(10, 20, 30),
      40,
      time,
    );
    expect({ difference, compared, problem }).toEqual({ difference: null, compared: 3, problem: null });
  });

  it.each([
    ['an order that is missing', ordersOn(10, 30), 20],
    ['an order too many', ordersOn(10, 15, 20, 30), 15],
    ['none at all', ordersOn(), 10],
    ['one behind the last', ordersOn(10, 20, 30, 39), 39],
  ])('differ first on the bar of %s', (_, other, bar) => {
    const { difference } = compareOrdersBefore(ordersOn(10, 20, 30), other, 40, time);
    expect(difference).toEqual({ bar, time: time[bar] });
  });

  it('differ by any number of an order, and by nothing that comes later', () => {
    const rows = fc.uniqueArray(fc.integer({ min: 0, max: 99 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(rows, fc.nat(), fc.integer({ min: 1, max: intentWidth - 1 }), (bars, place, column) => {
        const sorted = bars.sort((a, b) => a - b);
        const base = ordersOn(...sorted);
        const other = base.slice();
        const row = place % sorted.length;
        other[row * intentWidth + column] = -7.5;
        const changed = sorted[row] as number;
        expect(compareOrdersBefore(base, other, 100, time).difference?.bar).toBe(changed);
        expect(compareOrdersBefore(base, other, changed, time).difference).toBeNull();
      }),
    );
  });

  it('say nothing where there are none', () => {
    const { problem } = compareOrdersBefore(ordersOn(50), ordersOn(50), 40, time);
    expect(problem?.kind).toBe('not-comparable');
  });

  it('are cut right behind the first order of each quarter', () => {
    expect(cutBars(ordersOn(10, 260, 270, 900), 1000)).toEqual([261, 901]);
    expect(cutBars(ordersOn(), 1000)).toEqual([250, 500, 750]);
    expect(cutBars(ordersOn(999), 1000)).toEqual([]);
  });
});

describe('a start some bars later', () => {
  // Long from bar 20 to 30, from 40 to 50, and from 60 to 70.
  const base = fillsOf([20, 1, 10], [30, -1, 11], [40, 1, 12], [50, -1, 13], [60, 1, 14], [70, -1, 15]);

  it('agrees in bar, side and price, whatever the size', () => {
    const shifted = fillsOf([20, 3, 12], [30, -3, 13], [40, 4, 14], [50, -4, 15]);
    const outcome = compareShiftedStart(
      base,
      { fills: shifted, shift: 20, warmUp: 2, isSizeBound: false },
      time,
    );
    // The settling of 10 warm-ups ends on bar 40, when both enter.
    expect(outcome).toEqual({ at: 20, from: 41, to: 1000, compared: 3, difference: null, problem: null });
  });

  it.each([
    ['a fill on another bar', fillsOf([41, 3, 14], [50, -3, 15]), 60],
    ['a fill at another price', fillsOf([40, 3, 14.1], [50, -3, 15]), 60],
    ['a missing fill', fillsOf([40, 3, 14]), 70],
    ['a fill too many', fillsOf([40, 3, 14], [50, -3, 15], [60, 1, 16]), 80],
    ['the other side', fillsOf([40, -3, 14], [50, 3, 15]), 60],
  ])('names the first bar of %s', (_, shifted, bar) => {
    const { difference } = compareShiftedStart(
      base,
      { fills: shifted, shift: 20, warmUp: 3, isSizeBound: false },
      time,
    );
    expect(difference).toEqual({ bar, time: time[bar] });
  });

  it('waits until both have come to the same state', () => {
    // It enters late, on bar 45, leaves with the first one on bar 50, and agrees from then on.
    const shifted = fillsOf([25, 1, 12.5], [30, -1, 13], [40, 1, 14], [50, -1, 15]);
    const outcome = compareShiftedStart(
      base,
      { fills: shifted, shift: 20, warmUp: 2, isSizeBound: false },
      time,
    );
    expect(outcome).toMatchObject({ from: 51, compared: 2, difference: null });
  });

  it('counts two that never leave the market as alike from the bar on which both turn', () => {
    const always = fillsOf([5, 1, 10], [30, -2, 11], [60, 2, 12], [90, -2, 13]);
    const shifted = fillsOf([10, -1, 11], [40, 2, 12], [70, -2, 13]);
    const outcome = compareShiftedStart(
      always,
      { fills: shifted, shift: 20, warmUp: 0, isSizeBound: false },
      time,
    );
    expect(outcome).toMatchObject({ from: 31, compared: 2, difference: null });
  });

  it('is not comparable where nothing is filled any more, or where they never meet', () => {
    const late = { fills: fillsOf(), shift: 200, warmUp: 5, isSizeBound: false };
    expect(compareShiftedStart(base, late, time).problem?.kind).toBe('not-comparable');
    const held = { fills: fillsOf(), shift: 10, warmUp: 0, isSizeBound: false };
    expect(compareShiftedStart(fillsOf([2, 1, 10]), held, time).problem?.kind).toBe('not-comparable');
  });

  it('finds nothing in a difference where the size of the account moves the fills themselves', () => {
    const parts = fillsOf([40, 3, 14], [41, 1, 14], [50, -4, 15]);
    const bound = { fills: parts, shift: 20, warmUp: 3, isSizeBound: true };
    const outcome = compareShiftedStart(base, bound, time);
    expect(outcome.difference).toBeNull();
    expect(outcome.problem).toMatchObject({
      kind: 'not-comparable',
      text: expect.stringContaining('volume'),
    });
  });

  it('takes what rounding leaves of a closed position for none', () => {
    const parts = fillsOf([20, 0.3, 10], [25, -0.1, 10], [26, -0.2, 10], [60, 1, 14], [70, -1, 15]);
    const shifted = fillsOf([50, 1, 14], [60, -1, 15]);
    expect(
      compareShiftedStart(parts, { fills: shifted, shift: 10, warmUp: 2, isSizeBound: false }, time),
    ).toMatchObject({
      from: 31,
      compared: 2,
      difference: null,
    });
  });
});

describe('what is changed', () => {
  it('doubles every cost and nothing else', () => {
    const settings = runSettingsSchema.parse({
      ...defaultRunSettings,
      makerFee: 0.0002,
      fixedFee: 1,
      feeTiers: [{ tradedValue: 1e6, fee: 0.0005, makerFee: 0.0001 }],
      spread: 0.0004,
      volatilitySlippage: 0.1,
      volumeSlippage: 0.2,
      market: 'perpetual',
      fundingRate: 0.0001,
      liquidationFee: 0.01,
    });
    expect(withDoubledCosts(settings, 5)).toEqual({
      ...settings,
      fee: 0.002,
      makerFee: 0.0004,
      fixedFee: 2,
      feeTiers: [{ tradedValue: 1e6, fee: 0.001, makerFee: 0.0002 }],
      spread: 0.0008,
      slippage: 0.001,
      volatilitySlippage: 0.2,
      volumeSlippage: 0.4,
      fundingRate: 0.0002,
      liquidationFee: 0.02,
    });
    expect(withDoubledCosts(settings, -5).fundingRate).toBe(0.0001);
    expect(withDoubledCosts({ ...settings, fee: 0.15 }, 0).fee).toBe(0.15);
    expect(delayed({ ...settings, latencyBars: 2 }, 1).latencyBars).toBe(3);
  });

  it('knows a run without costs', () => {
    const free = { ...defaultRunSettings, fee: 0, slippage: 0 };
    expect(hasCosts(free)).toBe(false);
    expect(hasCosts({ ...free, makerFee: 0.001 })).toBe(true);
  });

  it('shifts by a bar, a warm-up, and more than two, as far as the data is long enough', () => {
    expect(startShifts(30, 1000)).toEqual([1, 30, 61]);
    expect(startShifts(0, 1000)).toEqual([1, 5, 11]);
    expect(startShifts(30, 100)).toEqual([1]);
  });

  it('leaves the bars before the cut as they are, and gives sound ones of equal seeds behind it', () => {
    const market = syntheticMarket({ bars: 300, seed: 3 });
    const noise = withNoiseFrom(market, 100, 5);
    expect(noise.time).toHaveLength(300);
    expect(noise.close.subarray(0, 100)).toEqual(market.close.subarray(0, 100));
    expect(noise.close[100]).not.toBe(market.close[100]);
    for (let bar = 100; bar < 300; bar++) {
      const [open, high, low, close] = [noise.open, noise.high, noise.low, noise.close].map(
        (column) => column[bar] as number,
      ) as [number, number, number, number];
      expect(low > 0 && low <= Math.min(open, close) && high >= Math.max(open, close)).toBe(true);
    }
    expect(withNoiseFrom(market, 100, 5)).toEqual(noise);
    expect(withNoiseFrom(market, 100, 6).close[150]).not.toBe(noise.close[150]);
    expect(withNoiseFrom(syntheticMarket({ bars: noiseBars + 200, seed: 3 }), 100, 5).time).toHaveLength(
      noiseBars + 100,
    );
  });
});

describe('verdicts', () => {
  const policy = gatePolicySchema.parse({});
  const base = { totalReturn: 0.2, sharpe: 1, maxDrawdown: 0.1, trades: 30 };
  const with_ = (totalReturn: number | null) => ({ figures: { ...base, totalReturn }, problem: null });
  const failed = { kind: 'failed', text: 'The strategy threw on bar 3.' } as const;
  const fragility = {
    base,
    delay: { bars: 1, ...with_(0.1) },
    doubledCosts: with_(0.05),
    shiftedStart: [],
    cutData: [],
    noiseFuture: [],
  };
  const stateOf = (changes: object, name: string) =>
    fragilityVerdicts({ ...fragility, ...changes }, policy).find((verdict) => verdict.name === name)?.state;

  it.each([
    [0.1, 'pass'],
    [0.0999, 'fail'],
    [-0.3, 'fail'],
    [null, 'not-available'],
  ])('a return of %d with one bar of delay is judged against half of 0.2', (left, state) => {
    expect(stateOf({ delay: { bars: 1, ...with_(left) } }, 'delay')).toBe(state);
  });

  it('a run without profit has none to lose', () => {
    expect(shareLeft(-0.1, 0.5)).toBeNull();
    expect(stateOf({ base: { ...base, totalReturn: -0.1 } }, 'delay')).toBe('not-available');
  });

  it('doubled costs must leave a profit; without costs nothing is known', () => {
    expect(stateOf({ doubledCosts: with_(0) }, 'doubled-costs')).toBe('fail');
    expect(stateOf({ doubledCosts: with_(0.001) }, 'doubled-costs')).toBe('pass');
    expect(stateOf({ doubledCosts: null }, 'doubled-costs')).toBe('not-available');
  });

  it('a strategy that fails in a variant fails the check, with its words', () => {
    const broken = { figures: null, problem: failed };
    const comparison = { at: 7, from: null, to: null, compared: 0, difference: null, problem: failed };
    const changes = {
      delay: { bars: 1, ...broken },
      doubledCosts: broken,
      shiftedStart: [comparison],
      cutData: [comparison],
      noiseFuture: [comparison],
    };
    const verdicts = fragilityVerdicts({ ...fragility, ...changes }, policy);
    expect(verdicts.map(({ state }) => state)).toEqual(['fail', 'fail', 'fail', 'fail', 'fail']);
    for (const { text } of verdicts) expect(text).toContain('The strategy threw on bar 3');
  });

  it('nothing that was compared is no pass', () => {
    expect(stateOf({}, 'shifted-start')).toBe('not-available');
    expect(stateOf({}, 'cut-data')).toBe('not-available');
  });
});
