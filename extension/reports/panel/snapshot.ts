import {
  formatCompact,
  formatNumber,
  formatPercent,
  formatTime,
  priceDecimals,
} from '../../../webviews/shared/format.ts';
import { deepestDrawdowns } from '../../backtest/metrics/drawdownTable.ts';
import { monthlyReturns } from '../../backtest/metrics/monthlyReturns.ts';
import type { BacktestSnapshot, PanelProblem } from '../../contracts/backtestPanel.ts';
import type { RunEvidence } from '../../contracts/runEvidence.ts';
import { drawdownRows } from '../drawdownRows.ts';
import { stressView } from '../stress/stressView.ts';
import { rejectionTexts } from '../tradesSection.ts';
import { validationView } from '../validation/validationView.ts';
import { visible } from '../visible.ts';
import { collectWarnings } from '../warnings.ts';
import { comparisonView } from './comparisonView.ts';
import { factGroups, labelsOf, parameterFacts } from './factsView.ts';
import { gateView } from './gateView.ts';
import { headlineOf, metricGroups, verdictOf } from './metricsView.ts';
import type { PreparedRun } from './preparedRun.ts';
import { searchView } from './searchView.ts';
import type { Words } from './words.ts';

/** Lines of the strategy's own log, findings and rejected orders that are shown. */
const maximumLines = 1000;

export interface SnapshotInput {
  readonly run: PreparedRun;
  readonly other: PreparedRun | null;
  readonly otherProblem: PanelProblem | null;
  /** Runs that could stand beside it. */
  readonly comparable: readonly { readonly id: string; readonly title: string }[];
}

/** All that the panel shows of a run but its series and trades. What could disguise text is made visible. */
export function backtestSnapshot(input: SnapshotInput, words: Words): BacktestSnapshot {
  const { run, other, otherProblem, comparable } = input;
  const { evidence } = run;
  const { result, findings, reasoning } = evidence;
  const { data, strategy } = result.manifest;
  const { say, translate } = words;
  const { monthlyReturns: months, drawdowns } = result;
  const others = result.manifest.others ?? [];
  // From the series and not from the result, which did not always hold them; of several markets the series
  // are not whole.
  const course = {
    ...evidence.candles,
    equity: evidence.equity,
    cash: run.initialCash,
    splitBar: run.splitBar,
  };
  const snapshot: BacktestSnapshot = {
    type: 'snapshot',
    run: {
      id: evidence.run.id,
      title: strategy.name,
      state: stateOf(evidence, words),
      idea: evidence.idea,
      file: evidence.file,
    },
    data: {
      key: [data.hash, result.fillHash, ...run.evidence.plots.map((plot) => plot.name)].join(' '),
      facts: [
        `${[data.symbol, ...others.map(({ symbol }) => symbol)].join(' + ')} ${data.timeframe}`,
        [...new Set([data, ...others].map(({ venue }) => venue))].join(', '),
        say('span', formatTime(data.firstTime), formatTime(data.lastTime)),
        say('bars', formatNumber(data.bars, 0)),
      ],
      marketsNote: others.length === 0 ? null : say('marketsNote', data.symbol, others.length + 1),
      isSynthetic: [data, ...others].some(({ synthetic }) => synthetic),
      bars: run.bars,
      firstTime: evidence.candles.time[0] ?? null,
      barMilliseconds: run.barMilliseconds,
      splitBar: run.splitBar,
      priceDecimals: priceDecimals(run.folds.high.over(0, run.bars)),
      trades: result.trades.length,
    },
    orders: ordersOf(evidence),
    plots: evidence.plots.map(({ name, pane }) => ({ name, pane })),
    warnings: collectWarnings(
      {
        result,
        guard: [...findings],
        alerts: evidence.run.alerts,
        ...(reasoning !== null && { reasoning }),
        ...(evidence.idea !== null && { idea: evidence.idea }),
      },
      translate,
    ),
    labels: labelsOf(result, words),
    verdict: verdictOf(result, words, formatTime),
    headline: headlineOf(result, words),
    metricsNote:
      result.segments === null
        ? say('nothingHeldBack')
        : say('heldBackFrom', formatTime(result.segments.splitTime)),
    metrics: metricGroups(result, words),
    parameters: parameterFacts(result),
    months: others.length > 0 && months !== null ? months : monthlyReturns(course),
    drawdowns: drawdownRows(
      others.length > 0 && drawdowns !== null ? drawdowns : deepestDrawdowns(course),
      result.manifest,
      translate,
    ),
    search: evidence.optimisation === null ? null : searchView(evidence.optimisation, words),
    validation: evidence.validation === null ? null : validationView(evidence.validation, words),
    gateVerdict: gateView(evidence, words),
    stress: stressView(evidence, words),
    reasoning: reasoningView(evidence, words),
    findings: findings.slice(0, maximumLines).map(({ fix: _, ...finding }) => ({ ...finding })),
    facts: factGroups(result, evidence.file, words),
    rejections: rejectionsView(evidence, words),
    log: {
      note:
        result.log.length > maximumLines
          ? say('logCut', maximumLines, formatNumber(result.log.length, 0))
          : say('logNote'),
      lines: result.log.slice(0, maximumLines),
    },
    gate: gateOf(evidence, words),
    comparable: comparable.map(({ id, title }) => ({ id, title })),
    comparison: other === null ? null : comparisonView(run, other, words),
    comparisonProblem: otherProblem,
  };
  return withVisibleText(snapshot);
}

function ordersOf({ orders, result }: RunEvidence): BacktestSnapshot['orders'] {
  if (orders === null) return null;
  const { data, others = [] } = result.manifest;
  const markets = [data, ...others].map(({ symbol }) => symbol);
  return { kept: orders.time.length, total: orders.total, markets };
}

function stateOf({ run }: RunEvidence, { say, stepTitle }: Words): string {
  if (run.waitingFor !== null) return say('stateWaiting', stepTitle(run.waitingFor));
  switch (run.state) {
    case 'completed':
      return say('stateCompleted');
    case 'rejected':
      return say('stateRejected');
    case 'failed':
      return say('stateFailed');
    case 'interrupted':
      return say('stateInterrupted');
    default:
      return say('stateRunning');
  }
}

function gateOf({ run, idea }: RunEvidence, { stepTitle }: Words): BacktestSnapshot['gate'] {
  if (run.waitingFor === null) return null;
  return {
    at: run.waitingFor,
    title: stepTitle(run.waitingFor),
    actions: [...run.actions],
    rollbackTargets: run.rollbackTargets.map((step) => ({ step, title: stepTitle(step) })),
    idea,
  };
}

function reasoningView({ reasoning }: RunEvidence, { say }: Words): BacktestSnapshot['reasoning'] {
  if (reasoning === null) return null;
  const { agent, family, confidence, language, steps, notUnderstood } = reasoning;
  const kind = agent.kind === 'rule-based' ? say('byRules') : say('byModel');
  return {
    note: say('reasoningNote', `${agent.name} ${agent.version}`, kind, family, formatPercent(confidence, 0)),
    language,
    steps: steps.map(({ title, text, numbers }) => ({
      title,
      text,
      numbers: Object.entries(numbers).map(([name, value]) => ({ name, value: formatCompact(value) })),
    })),
    notUnderstood,
  };
}

function rejectionsView({ result }: RunEvidence, words: Words): BacktestSnapshot['rejections'] {
  const { total, first } = result.rejections;
  const rows = first.slice(0, maximumLines);
  const { say, translate } = words;
  const all = total === 1 ? say('rejectionsOne') : say('rejectionsNote', formatNumber(total, 0));
  const cut = say('rejectionsCut', formatNumber(rows.length, 0), formatNumber(total, 0));
  const note = rows.length < total ? `${all} ${cut}` : all;
  return {
    note,
    rows: rows.map(({ time, reason }) => ({
      time: formatTime(time),
      why: translate(rejectionTexts[reason]),
    })),
  };
}

/** A copy in which nothing of what a strategy, a model or a file has written is shown as something else. */
function withVisibleText<T>(value: T): T {
  if (typeof value === 'string') return visible(value) as T;
  if (Array.isArray(value)) return value.map(withVisibleText) as T;
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, withVisibleText(inner)]),
  ) as T;
}
