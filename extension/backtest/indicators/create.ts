import type { Indicators } from 'strategy-lab';
import type { BarWindow } from '../series.ts';
import { averages } from './averages.ts';
import { type Begin, IndicatorCall } from './call.ts';
import { channels } from './channels.ts';
import { momentumIndicators } from './momentum.ts';
import { oscillators } from './oscillators.ts';
import { prices } from './prices.ts';
import { statistics } from './statistics.ts';
import { trends } from './trends.ts';
import { volatility } from './volatility.ts';
import { volumeIndicators } from './volume.ts';

export interface IndicatorSet {
  readonly indicators: Indicators;
  /** Ends the making of indicators and returns the bars that the slowest one waits for. */
  seal(): number;
}

/** Makes the indicators of one run on its window; strategy-lab.d.ts holds their definitions. */
export function createIndicators(window: BarWindow): IndicatorSet {
  let slowest = 0;
  let isSealed = false;
  const wait = (lookback: number): void => {
    if (lookback !== Infinity) slowest = Math.max(slowest, lookback);
  };
  const begin: Begin = (name, periods, minimum = 1) => {
    if (isSealed) throw new Error(`indicators.${name} can be called in setup only`);
    const call = new IndicatorCall(name, window, wait);
    call.checkPeriods(periods, minimum);
    return call;
  };
  return {
    indicators: {
      ...prices(begin),
      ...averages(begin),
      ...oscillators(begin),
      ...momentumIndicators(begin),
      ...trends(begin),
      ...channels(begin),
      ...volatility(begin),
      ...volumeIndicators(begin),
      ...statistics(begin),
    },
    seal() {
      isSealed = true;
      return slowest;
    },
  };
}
