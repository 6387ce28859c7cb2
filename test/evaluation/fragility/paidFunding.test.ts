import { describe, expect, it } from 'vitest';
import { ratesByBar } from '../../../extension/backtest/funding.ts';
import { Ledger } from '../../../extension/backtest/ledger.ts';
import { fixedRates, withPaidFundingDoubled } from '../../../extension/evaluation/fragility/paidFunding.ts';

const hour = 3_600_000;
const begin = Date.UTC(2023, 0, 1);
const bars = Float64Array.from({ length: 48 }, (_, bar) => begin + bar * hour);

/** Fills at the open of bars: bar, signed quantity, and market. */
function fillsOf(...fills: readonly (readonly [bar: number, quantity: number, market?: number])[]) {
  const ledger = new Ledger();
  for (const [bar, quantity, market = 0] of fills) {
    ledger.addFill(bar, bars[bar] as number, quantity, 100, 0, 0, 1, 'signal', market);
  }
  return ledger.fills.used;
}

/** Rates due at the opens of these bars. */
function ratesAt(...rates: readonly (readonly [bar: number, rate: number])[]) {
  return {
    time: Float64Array.from(rates, ([bar]) => bars[bar] as number),
    rate: Float64Array.from(rates, ([, rate]) => rate),
  };
}

describe('funding at doubled costs', () => {
  it('doubles what longs paid at rates above 0 and shorts below, and nothing that was received', () => {
    const fills = fillsOf([2, 1], [10, -2], [20, 1]);
    const rates = ratesAt([4, 0.01], [6, -0.01], [12, 0.01], [14, -0.01], [30, 0.01]);
    const { rate, paid } = withPaidFundingDoubled(bars, rates, { fills, market: 0 });
    expect([...rate]).toEqual([0.02, -0.01, 0.01, -0.02, 0.01]);
    expect(paid).toBe(2);
    expect([...rates.rate]).toEqual([0.01, -0.01, 0.01, -0.01, 0.01]);
  });

  it('counts the position that was held before the orders of the bar at whose open a rate is paid', () => {
    const fills = fillsOf([4, 1], [8, -1]);
    const rates = ratesAt([4, 0.01], [5, 0.01], [8, 0.01], [9, 0.01]);
    const { rate } = withPaidFundingDoubled(bars, rates, { fills, market: 0 });
    expect([...rate]).toEqual([0.01, 0.02, 0.02, 0.01]);
  });

  it('counts the fills of its own market alone, and what rounding leaves of a position for none', () => {
    const fills = fillsOf([1, 1, 1], [3, 0.3], [4, -0.1], [5, -0.2]);
    const rates = ratesAt([2, 0.01], [4, 0.01], [9, 0.01]);
    expect([...withPaidFundingDoubled(bars, rates, { fills, market: 0 }).rate]).toEqual([0.01, 0.02, 0.01]);
    expect([...withPaidFundingDoubled(bars, rates, { fills, market: 1 }).rate]).toEqual([0.02, 0.02, 0.02]);
  });

  it('writes a fixed rate out at each of its times', () => {
    const shifted = bars.map((time) => time + hour / 2);
    const rates = fixedRates(shifted, { fundingRate: 0.001, fundingHours: 8 });
    expect([...rates.time]).toEqual([8, 16, 24, 32, 40].map((hours) => begin + hours * hour));
    const due = ratesByBar(shifted, rates);
    expect([...due].flatMap((rate, bar) => (rate === 0 ? [] : [bar]))).toEqual([8, 16, 24, 32, 40]);
  });
});
