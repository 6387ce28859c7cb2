import type { CodeAgent, ReasoningAgent } from '../../contracts/agents.ts';
import type { Trade } from '../../contracts/backtest.ts';
import type { CandleColumns } from '../../contracts/candles.ts';
import type { Author, Finding } from '../../contracts/guardian.ts';
import type { ChartData, RunReportInput } from '../../contracts/report.ts';
import type { StrategyLanguage } from '../../contracts/strategyLanguage.ts';
import type { TrialLedger } from '../../contracts/trials.ts';
import type { DataSet } from '../../market/store/store.ts';
import type { OutputFolder } from '../../storage/outputFolder.ts';
import type { Compute } from '../compute/computePool.ts';
import type { RunDataSources } from '../loadRunCandles.ts';
import type { BatchRunner } from '../search/batch.ts';
import type { StrategyRunner } from '../strategyRunner.ts';
import type { FreshEvidence } from './evidence.ts';

/** What trying a strategy needs from the rest of the lab. */
export interface TrialServices extends RunDataSources {
  /** What the lab's store holds. */
  readonly listData: () => Promise<readonly DataSet[]>;
  readonly guard: (source: string, author: Author, language: StrategyLanguage) => readonly Finding[];
  readonly runner: StrategyRunner;
  /** Runs the parameter sets of a search. */
  readonly batches: BatchRunner;
  readonly compute: Compute;
  readonly trials: TrialLedger;
  readonly fresh: FreshEvidence;
  readonly reports: OutputFolder;
  /** What searches and other long steps under way have come to, so that a killed one goes on. */
  readonly searches: OutputFolder;
  readonly buildChart: (
    candles: CandleColumns,
    equity: Float64Array,
    trades: readonly Trade[],
    initialCash: number,
    hold?: Float64Array,
  ) => ChartData;
  readonly renderReport: (input: RunReportInput) => string;
}

/** What the pipeline from an idea needs besides. */
export interface GenerateServices extends TrialServices {
  readonly reasoning: ReasoningAgent;
  readonly coding: CodeAgent;
  readonly strategies: OutputFolder;
}
