import { formatNumber, formatPercent, formatTime } from '../../webviews/shared/format.ts';
import { inEnglish, type Translate } from '../../webviews/shared/texts.ts';
import type { BacktestResult } from '../contracts/backtest.ts';
import type { DrawdownRow } from '../contracts/backtestPanel.ts';
import type { Drawdown, PartOfData } from '../contracts/metrics.ts';

const dayMilliseconds = 86_400_000;

/** Where a stretch of bars lies, in words. */
export const partTexts: Readonly<Record<PartOfData, string>> = {
  'in-sample': 'in-sample',
  mixed: 'both',
  'held-back': 'out-of-sample',
};

/** Drawdowns as they are shown. A length in days is that from the high to its recovery, or to the last bar. */
export function drawdownRows(
  drawdowns: readonly Drawdown[],
  { data }: Pick<BacktestResult['manifest'], 'data'>,
  translate: Translate = inEnglish,
): DrawdownRow[] {
  return drawdowns.map((drawdown) => {
    const { depth, highTime, troughTime, recoveryTime, bars, fallBars, recoveryBars, part } = drawdown;
    const length = (recoveryTime ?? data.lastTime) - (highTime ?? data.firstTime);
    return {
      depth: formatPercent(depth),
      days: formatNumber(length / dayMilliseconds, 1),
      bars: formatNumber(bars, 0),
      fall: formatNumber(fallBars, 0),
      rise: recoveryBars === null ? '' : formatNumber(recoveryBars, 0),
      high: highTime === null ? translate('the start') : formatTime(highTime),
      trough: formatTime(troughTime),
      recovery: recoveryTime === null ? translate('not yet regained') : formatTime(recoveryTime),
      part: translate(partTexts[part]),
    };
  });
}
