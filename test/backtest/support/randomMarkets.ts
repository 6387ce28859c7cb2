import fc from 'fast-check';
import type { FundingColumns } from '../../../extension/backtest/funding.ts';
import type { CandleColumns } from '../../../extension/contracts/candles.ts';
import {
  coarserBars,
  hour,
  keptBars,
  type MarketInput,
  numbersFrom,
  startTime,
  syntheticMarket,
} from './market.ts';

/** Finer bars in one bar. */
const finerCount = 4;

/** One market of `bars` hours: small moves or huge ones, bars that are missing, finer bars for most of it. */
function marketArbitrary(bars: number, loss: number): fc.Arbitrary<MarketInput> {
  return fc
    .record({
      seed: fc.integer({ min: 0, max: 1_000_000 }),
      swing: fc.constantFrom(0.01, 0.05, 0.3, 0.6),
      start: fc.constantFrom(1000, 1000, 40),
      isFiner: fc.boolean(),
    })
    .map(({ seed, swing, start, isFiner }) => {
      const random = numbersFrom(seed + 1);
      const losing = (columns: CandleColumns, share: number): CandleColumns => {
        const kept = columns.time.map(() => (random() < share ? 0 : 1));
        return keptBars(columns, (bar) => kept[bar] === 1);
      };
      if (!isFiner) return { columns: losing(syntheticMarket({ bars, seed, swing, start }), loss) };
      const step = hour / finerCount;
      const all = syntheticMarket({ bars: bars * finerCount, seed, swing: swing / 2, start, step });
      return { columns: losing(coarserBars(all, finerCount), loss), finer: losing(all, 0.15) };
    });
}

/** Rates of funding at uneven times, some of them within one bar. */
function ratesOf(bars: number, random: () => number): FundingColumns {
  const time: number[] = [];
  for (let at = startTime; at < startTime + bars * hour; at += 1 + Math.ceil(random() ** 2 * 9 * hour))
    time.push(at);
  return { time: Float64Array.from(time), rate: Float64Array.from(time, () => (random() - 0.5) * 0.02) };
}

/** One market without a gap in time. */
export function oneMarket(bars: number): fc.Arbitrary<MarketInput[]> {
  return fc.tuple(marketArbitrary(bars, 0));
}

/** Two or three markets that lack some bars each. */
export function severalMarkets(bars: number): fc.Arbitrary<MarketInput[]> {
  return fc.array(marketArbitrary(bars, 0.15), { minLength: 2, maxLength: 3 });
}

/** The same markets, some of them with recorded funding. */
export function funded(markets: fc.Arbitrary<MarketInput[]>): fc.Arbitrary<MarketInput[]> {
  return markets.map((inputs) =>
    inputs.map((market) => {
      const { close } = market.columns;
      // A seed out of the market itself, so that the other numbers stay as they are.
      const random = numbersFrom(Math.round((close.at(-1) ?? 0) * 64));
      return random() < 0.4 ? market : { ...market, funding: ratesOf(close.length, random) };
    }),
  );
}
