import type { ReasoningResult } from './agents.ts';
import type { BacktestResult } from './backtest.ts';
import type { Candles } from './candles.ts';
import type { Fragility } from './fragility.ts';
import type { GatePolicy, GateVerdict } from './gate.ts';
import type { Finding } from './guardian.ts';
import type { OrderEvents } from './orderEvents.ts';
import type { OptimisationSummary } from './report.ts';
import type { SagaView } from './saga.ts';
import type { StressReport } from './stress.ts';
import type { ValidationSummary } from './validation.ts';

/** Where a plotted series is drawn: over the candles, or in the pane below them. */
export type PlotPane = 'price' | 'below';

/** A series that a strategy plots: one value a bar, NaN where it has none. Display only. */
export interface Plot {
  readonly name: string;
  readonly pane: PlotPane;
  readonly values: Float64Array;
}

/** Everything that a panel or an export shows of a run whose backtest is done. */
export interface RunEvidence {
  readonly run: SagaView;
  readonly result: BacktestResult;
  /** Of the main market. */
  readonly candles: Candles;
  /** Equity at the close of each bar; with several markets, before the next bar of the main one opens. */
  readonly equity: Float64Array;
  /** What buying and holding all markets of the run is worth then, in any unit: one market's closes. */
  readonly hold: Float64Array;
  readonly plots: readonly Plot[];
  /** What became of its orders; null for runs of earlier versions. */
  readonly orders: OrderEvents | null;
  /** Source text of the strategy, and the path of its file. */
  readonly source: string;
  readonly file: string;
  readonly findings: readonly Finding[];
  /** First bar of the main market in the held-back part; null where there is none. */
  readonly splitBar: number | null;
  /** The idea in the words of the person who had it, and how it was read; null for a file of their own. */
  readonly idea: string | null;
  readonly reasoning: ReasoningResult | null;
  /** The parameter sets that were tried; null where none was searched. */
  readonly optimisation: OptimisationSummary | null;
  /** What became of the run when one thing of it was changed; null where nothing was. */
  readonly fragility: Fragility | null;
  /** How the strategy fared in other circumstances; null where it was not stressed. */
  readonly stress: StressReport | null;
  /** The bounds that the run was started with. */
  readonly policy: GatePolicy;
  /** What the gate says of it, by these bounds. */
  readonly gate: GateVerdict;
  /** What choosing parameters was worth on bars that no choice saw; null where that was not asked. */
  readonly validation: ValidationSummary | null;
}
