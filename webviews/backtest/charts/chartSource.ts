import type { BacktestSnapshot, SeriesWindow, TradeRow } from '../../../extension/contracts/backtestPanel.ts';
import type { Say } from '../../shared/texts.ts';
import type { BarRange } from '../barRange.ts';
import type { backtestTexts } from '../texts.ts';
import type { ChartFormats } from './figures.ts';

export type PaneId = 'price' | 'volume' | 'plots' | 'equity' | 'drawdown';

/** What the charts show at a moment. */
export interface ChartSource {
  readonly say: Say<typeof backtestTexts>;
  readonly formats: ChartFormats;
  readonly window: SeriesWindow;
  readonly range: BarRange;
  readonly plots: BacktestSnapshot['plots'];
  readonly splitBar: number | null;
  /** Id of the run that stands beside it, and whether its equity is scaled. */
  readonly other: { readonly run: string; readonly isScaled: boolean } | null;
  readonly isLogarithmic: boolean;
  readonly chosenTrade: TradeRow | null;
}

/** The panes that a run has: plots below the price only where the strategy makes some. */
export function panesOf(plots: BacktestSnapshot['plots']): PaneId[] {
  const below = plots.some(({ pane }) => pane === 'below');
  return below
    ? ['price', 'volume', 'plots', 'equity', 'drawdown']
    : ['price', 'volume', 'equity', 'drawdown'];
}

/** Name of the other run's line. */
export function otherName({ say, other }: ChartSource): string {
  return other === null ? '' : say(other.isScaled ? 'seriesOtherScaled' : 'seriesOther', other.run);
}
