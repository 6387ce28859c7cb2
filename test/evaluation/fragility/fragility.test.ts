import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { intentColumns, intentWidth } from '../../../extension/backtest/intents.ts';
import { Ledger } from '../../../extension/backtest/ledger.ts';
import { defaultRunSettings, runSettingsSchema } from '../../../extension/contracts/backtest.ts';
import { nothingRaised } from '../../../extension/contracts/fragility.ts';
import { gatePolicySchema } from '../../../extension/contracts/gate.ts';
import { withDoubledCosts } from '../../../extension/evaluation/fragility/doubledCosts.ts';
import { compareOrdersBefore, cutBars } from '../../../extension/evaluation/fragility/orders.ts';
import { compareShiftedStart } from '../../../extension/evaluation/fragility/shiftedStart.ts';
import {
  delayed,
  hasOrderCosts,
  noiseBars,
  startShifts,
  withNoiseFrom,
} from '../../../extension/evaluation/fragility/variants.ts';
import { fragilityVerdicts, noTrades, shareLeft } from '../../../extension/evaluation/fragility/verdicts.ts';
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

type Fill = readonly [bar: number, quantity: number, price: number, market?: number];

/** Fills: bar, signed quantity, price, and market. */
function fillsOf(...fills: readonly Fill[]) {
  const ledger = new Ledger();
  for (const [bar, quantity, price, market = 0] of fills) {
    ledger.addFill(bar, time[bar] as number, quantity, price, 0, 0, 1, 'signal', market);
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

  it('of several markets waits until all of them stand alike, and names the first bar that differs in any', () => {
    // Both hold the second market from bar 40 on; the first one is flat in both from bar 45 on.
    const markets = fillsOf([30, 1, 10], [40, 1, 20, 1], [45, -1, 11], [60, 1, 12], [70, -1, 21, 1]);
    const begun = (...rest: readonly Fill[]) => ({
      fills: fillsOf([20, 2, 20, 1], ...rest),
      shift: 20,
      warmUp: 2,
      isSizeBound: false,
    });
    const alike = begun([40, 3, 12], [50, -2, 21, 1]);
    expect(compareShiftedStart(markets, alike, time)).toMatchObject({
      from: 46,
      compared: 2,
      difference: null,
    });
    const late = begun([40, 3, 12], [51, -2, 21, 1]);
    expect(compareShiftedStart(markets, late, time).difference).toEqual({ bar: 70, time: time[70] });
    const swapped = begun([40, 3, 12, 1], [50, -2, 21, 1]);
    expect(compareShiftedStart(markets, swapped, time).difference).toEqual({ bar: 60, time: time[60] });
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
    const { settings: doubled, limits, isRaised } = withDoubledCosts(settings);
    expect({ limits, isRaised }).toEqual({ limits: [], isRaised: true });
    expect(doubled).toEqual({
      ...settings,
      fee: 0.002,
      makerFee: 0.0004,
      fixedFee: 2,
      feeTiers: [{ tradedValue: 1e6, fee: 0.001, makerFee: 0.0002 }],
      spread: 0.0008,
      slippage: 0.001,
      volatilitySlippage: 0.2,
      volumeSlippage: 0.4,
      liquidationFee: 0.02,
    });
    expect(delayed({ ...settings, latencyBars: 2 }, 1).latencyBars).toBe(3);
  });

  it('takes the limit of a cost that may not be twice as high, and names it', () => {
    const settings = { ...defaultRunSettings, fee: 0.15, slippage: 0.2, spread: 0.01 };
    const { settings: doubled, limits, isRaised } = withDoubledCosts(settings);
    expect(doubled).toEqual({ ...settings, fee: 0.2, slippage: 0.2, spread: 0.02 });
    expect(runSettingsSchema.parse(doubled)).toEqual(doubled);
    expect(limits).toEqual([
      { cost: 'fee', was: 0.15, limit: 0.2 },
      { cost: 'slippage', was: 0.2, limit: 0.2 },
    ]);
    expect(isRaised).toBe(true);
    expect(withDoubledCosts({ ...defaultRunSettings, fee: 0.2, slippage: 0 }).isRaised).toBe(false);
    const liquidated = { ...defaultRunSettings, fee: 0, slippage: 0.2, liquidationFee: 0.01 };
    expect(withDoubledCosts(liquidated).isRaised).toBe(false);
  });

  it('knows a run without costs', () => {
    const free = { ...defaultRunSettings, fee: 0, slippage: 0 };
    expect(hasOrderCosts(free)).toBe(false);
    expect(hasOrderCosts({ ...free, makerFee: 0.001 })).toBe(true);
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
  const exact = { limits: [], funding: null };
  const failed = { kind: 'failed', text: 'The strategy threw on bar 3.' } as const;
  const fragility = {
    base,
    delay: { bars: 1, twoFills: 0.003, ...with_(0.1) },
    doubledCosts: { ...with_(0.05), ...exact },
    shiftedStart: [],
    cutData: [],
    noiseFuture: [],
  };
  const stateOf = (changes: object, name: string) =>
    fragilityVerdicts({ ...fragility, ...changes }, policy).find((verdict) => verdict.name === name)?.state;

  const verdictOf = (changes: object, name: string) =>
    fragilityVerdicts({ ...fragility, ...changes }, policy).find((verdict) => verdict.name === name);

  it.each([
    [Math.sqrt(1.2) - 1 + 1e-9, 'pass'],
    [Math.sqrt(1.2) - 1 - 1e-9, 'fail'],
    [-0.3, 'fail'],
    [-1, 'fail'],
    [-1.5, 'fail'],
    [null, 'not-available'],
  ])('a return of %d with one bar of delay is judged against half of the growth of 0.2', (left, state) => {
    expect(stateOf({ delay: { bars: 1, twoFills: 0, ...with_(left) } }, 'delay')).toBe(state);
  });

  it('the share of growth that is left does not depend on how often a trade is made', () => {
    const returns = fc.double({ min: 0.001, max: 0.1, noNaN: true });
    fc.assert(
      fc.property(returns, returns, fc.integer({ min: 1, max: 200 }), (own, late, trades) => {
        const one = shareLeft(own, late, 0) ?? Number.NaN;
        const many = shareLeft((1 + own) ** trades - 1, (1 + late) ** trades - 1, 0) ?? Number.NaN;
        expect(many / one).toBeCloseTo(1, 6);
      }),
    );
  });

  it('a run without profit has none to lose, and one below the cost of two fills too little', () => {
    expect(shareLeft(-0.1, 0.5, 0)).toBeNull();
    expect(stateOf({ base: { ...base, totalReturn: -0.1 } }, 'delay')).toBe('not-available');
    const small = verdictOf({ base: { ...base, totalReturn: 0.0029 } }, 'delay');
    expect(small).toMatchObject({ state: 'not-available', value: null });
    expect(small?.text).toContain('not more growth than two fills cost (0.3 % of the equity)');
    expect(stateOf({ base: { ...base, totalReturn: 0.0031 } }, 'delay')).toBe('pass');
  });

  it('doubled costs must leave a profit; without costs nothing is known', () => {
    expect(stateOf({ doubledCosts: { ...with_(0), ...exact } }, 'doubled-costs')).toBe('fail');
    expect(stateOf({ doubledCosts: { ...with_(0.001), ...exact } }, 'doubled-costs')).toBe('pass');
    expect(stateOf({ doubledCosts: null }, 'doubled-costs')).toBe('not-available');
  });

  it('what was not doubled is named in the verdict, and a run of which nothing was raised does not pass', () => {
    const limits = [
      { cost: 'fee' as const, was: 0.2, limit: 0.2 },
      { cost: 'spread' as const, was: 0.15, limit: 0.2 },
      { cost: 'fixedFee' as const, was: 600_000, limit: 1_000_000 },
    ];
    const part = verdictOf(
      { doubledCosts: { ...with_(0.1), limits, funding: 'paid-doubled' } },
      'doubled-costs',
    );
    expect(part?.state).toBe('pass');
    expect(part?.text).toContain('The fee is at its limit of 20 %, not doubled.');
    expect(part?.text).toContain('The spread goes from 15 % to its limit of 20 %, not doubled.');
    expect(part?.text).toContain('The fixed fee goes from 600000 to its limit of 1000000, not doubled.');
    expect(part?.text).toContain('Funding that was paid is doubled, what was received is not.');
    const problem = { kind: 'not-comparable', text: nothingRaised };
    const none = verdictOf(
      { doubledCosts: { figures: null, problem, limits: limits.slice(0, 1), funding: 'none-paid' } },
      'doubled-costs',
    );
    expect(none).toMatchObject({ state: 'not-available', value: null });
    expect(none?.text).toContain(nothingRaised);
    expect(none?.text).toContain('No funding was paid');
  });

  it('without a trade no check is judged, and what differs is found all the same', () => {
    const idle = {
      fills: 0,
      base: { ...base, totalReturn: 0, trades: 0 },
      delay: { bars: 1, twoFills: 0, ...with_(0) },
      doubledCosts: { ...with_(0), ...exact },
    };
    const verdicts = fragilityVerdicts({ ...fragility, ...idle }, policy);
    for (const verdict of verdicts) {
      expect(verdict).toMatchObject({ state: 'not-available', value: null, text: noTrades });
    }
    const difference = { bar: 6, time: 6 };
    const peeking = { at: 7, from: 0, to: 7, compared: 1, difference, problem: null };
    expect(stateOf({ ...idle, cutData: [peeking] }, 'cut-data')).toBe('fail');
  });

  it('a strategy that fails in a variant fails the check, with its words', () => {
    const broken = { figures: null, problem: failed };
    const comparison = { at: 7, from: null, to: null, compared: 0, difference: null, problem: failed };
    const changes = {
      delay: { bars: 1, twoFills: 0, ...broken },
      doubledCosts: { ...broken, ...exact },
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
