import type { Trade } from '../../contracts/backtest.ts';
import type { CandleColumns } from '../../contracts/candles.ts';
import type { CrisisOutcome } from '../../contracts/stress.ts';
import type { CoveredCrisis } from '../scenarios/crises.ts';

export interface CrisisRun {
  readonly columns: Pick<CandleColumns, 'time' | 'close'>;
  /** At the close of each bar. */
  readonly equity: Float64Array;
  readonly trades: readonly Trade[];
}

/**
 * What a run made of the bars of a crisis: its return from the close before them to their last, the largest fall
 * on the way, and the trades that ended in them.
 */
export function crisisFigures(
  { columns: { time, close }, equity, trades }: CrisisRun,
  { from, to }: CoveredCrisis,
): Pick<CrisisOutcome, 'totalReturn' | 'maxDrawdown' | 'trades' | 'marketReturn'> {
  const before = equity[from - 1] as number;
  let high = before;
  let maxDrawdown = 0;
  for (let bar = from; bar < to; bar++) {
    const value = equity[bar] as number;
    if (value > high) high = value;
    else if (high > 0) maxDrawdown = Math.max(maxDrawdown, 1 - value / high);
  }
  const [first, last] = [time[from] as number, time[to - 1] as number];
  const isInside = ({ exitTime }: Trade): boolean =>
    exitTime !== null && exitTime >= first && exitTime <= last;
  return {
    totalReturn: before > 0 ? (equity[to - 1] as number) / before - 1 : null,
    maxDrawdown: before > 0 ? maxDrawdown : null,
    trades: trades.filter(isInside).length,
    marketReturn: (close[to - 1] as number) / (close[from - 1] as number) - 1,
  };
}
