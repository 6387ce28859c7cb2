import type { Observe } from '../../contracts/observation.ts';
import { timeframeMilliseconds } from '../../contracts/timeframes.ts';
import type { BarSource } from './bars.ts';

/** The source, with every answer of bars told to the instruments: how long it took, and bars missing inside it. */
export function observedSource(
  source: BarSource,
  venue: string,
  { observe, clock }: { readonly observe: Observe; readonly clock: () => number },
): BarSource {
  return {
    ...source,
    async bars(series, from, to) {
      const asked = clock();
      const bars = await source.bars(series, from, to);
      const { symbol, timeframe } = series;
      // They come in any order.
      const times = bars.map(([time]) => time).toSorted((a, b) => a - b);
      const [first = 0] = times;
      const last = times.at(-1) ?? first;
      const whole = Math.round((last - first) / timeframeMilliseconds[timeframe]) + 1;
      observe({
        kind: 'data-received',
        venue,
        symbol,
        timeframe,
        lagSeconds: null,
        latencySeconds: Math.max(0, clock() - asked) / 1000,
        gaps: times.length === 0 ? 0 : Math.max(0, whole - new Set(times).size),
      });
      return bars;
    },
  };
}
