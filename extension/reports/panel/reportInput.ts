import type { RunReportInput } from '../../contracts/report.ts';
import type { RunEvidence } from '../../contracts/runEvidence.ts';
import { buildChartData } from '../chartData.ts';

/** What the report page of a run shows. */
export function reportInputOf(evidence: RunEvidence): RunReportInput {
  const { result, candles, equity, hold, idea, reasoning, findings, source, optimisation, gate, policy } =
    evidence;
  const { fragility, stress, validation } = evidence;
  const { strategy, settings } = result.manifest;
  const trades = result.trades.filter(({ market = 0 }) => market === 0);
  return {
    title: strategy.name,
    ...(idea !== null && { idea }),
    chart: buildChartData(candles, equity, trades, settings.cash, hold),
    result,
    ...(reasoning !== null && { reasoning }),
    guard: [...findings],
    source,
    ...(optimisation !== null && { optimisation }),
    ...((optimisation !== null || stress !== null) && { gate }),
    ...(evidence.run.alerts.length > 0 && { alerts: evidence.run.alerts }),
    ...(validation !== null && { validation }),
    policy,
    ...(fragility !== null && { fragility }),
    ...(stress !== null && { stress }),
  };
}
