import type { CodeAgent, ReasoningAgent } from '../../contracts/agents.ts';
import type { BacktestResult } from '../../contracts/backtest.ts';
import type { CandleColumns, Candles } from '../../contracts/candles.ts';
import type { Author, Finding } from '../../contracts/guardian.ts';
import type { ChartData, RunReportInput } from '../../contracts/report.ts';
import type { OutputFolder } from '../../storage/outputFolder.ts';
import type { StrategyRunner } from '../strategyRunner.ts';
import type { GenerateInput } from './contracts.ts';

/** What the pipeline needs from the rest of the lab. */
export interface GenerateServices {
  readonly loadCandles: (data: GenerateInput['data']) => Promise<Candles>;
  readonly reasoning: ReasoningAgent;
  readonly coding: CodeAgent;
  readonly guard: (source: string, author: Author) => readonly Finding[];
  readonly runner: StrategyRunner;
  readonly strategies: OutputFolder;
  readonly reports: OutputFolder;
  readonly buildChart: (
    candles: CandleColumns,
    equity: Float64Array,
    trades: BacktestResult['trades'],
    initialCash: number,
  ) => ChartData;
  readonly renderReport: (input: RunReportInput) => string;
}
