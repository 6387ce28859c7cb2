import type { Overfitting } from '../evaluation/statistics/backtestOverfitting.ts';
import type { DeflatedColumn, ReturnStatistics } from '../evaluation/statistics/returnStatistics.ts';
import type { ReturnsFile } from '../market/import/returns.ts';
import { type Terminal, table } from './terminal.ts';

/** Says what the statistics found: a table of the columns, then a sentence for each test. */
export function presentStatistics(terminal: Terminal, file: ReturnsFile, statistics: ReturnStatistics): void {
  const { columns, observations, benchmark, confidence, dsr, pbo } = statistics;
  const labels = file.labels === null ? '' : `, labels "${file.labels}" left out`;
  const order = file.wasReversed ? ', newest row first' : '';
  terminal.say(`${file.name}: ${columns.length} columns, ${observations} periods${labels}${order}.`);
  terminal.say();
  terminal.say(
    table(
      ['column', 'mean', 'deviation', 'Sharpe', 'skewness', 'kurtosis', 'PSR', 'min. track record'],
      columns.map((column) => [
        column.name,
        short(column.mean),
        short(column.deviation),
        short(column.sharpe),
        short(column.skewness),
        short(column.kurtosis),
        short(column.psr),
        column.minTrackRecord === null ? '-' : String(Math.ceil(column.minTrackRecord)),
      ]),
    ),
  );
  terminal.say(
    `Sharpe is per period. PSR and minimum track record (periods for ${percent(confidence)}) are against a Sharpe ratio of ${benchmark}.`,
  );
  for (const reason of new Set(columns.flatMap(({ reasons }) => Object.values(reasons)))) {
    const names = columns.filter(({ reasons }) => Object.values(reasons).includes(reason));
    terminal.say(`Not available for ${listed(names.map(({ name }) => name))}: ${reason}.`);
  }
  terminal.say();
  sayDeflated(terminal, dsr);
  sayOverfitting(terminal, pbo);
  sayTests(terminal, statistics);
  sayIntervals(terminal, statistics);
}

function sayDeflated(terminal: Terminal, dsr: DeflatedColumn): void {
  if (dsr.value === null) terminal.say(`Deflated Sharpe ratio: not available, ${dsr.reason}.`);
  else {
    terminal.say(
      `Deflated Sharpe ratio of ${dsr.column}: ${short(dsr.value)}, against the ${short(dsr.expectedMaximum)} that the best of ${dsr.trials} trials reaches by luck.`,
    );
  }
  if (dsr.trialsFrom === 'columns') {
    terminal.say(
      `The ${dsr.trials} trials are the columns of the file; if more were tried, say so with --trials.`,
    );
  }
  if (dsr.effective.value !== null && dsr.effectiveTrials !== dsr.trials) {
    terminal.say(
      `By their correlation they are worth ${short(dsr.effectiveTrials)} independent trials; against these it is ${short(dsr.effective.value)}.`,
    );
  }
  if (dsr.note !== undefined) terminal.say(`Note: ${dsr.note}.`);
}

function sayOverfitting(terminal: Terminal, pbo: Overfitting): void {
  if (pbo.le === null || pbo.lt === null) {
    terminal.say(`Probability of backtest overfitting: not available, ${pbo.reason}.`);
    return;
  }
  // The two differ only where a logit is exactly 0.
  const share =
    pbo.le === pbo.lt ? percent(pbo.le) : `${percent(pbo.lt)} (${percent(pbo.le)} with logits of 0)`;
  const dropped = pbo.droppedRows === 0 ? '' : `, the oldest ${pbo.droppedRows} rows left out`;
  terminal.say(
    `Probability of backtest overfitting: ${share} of ${pbo.combinations} combinations of ${pbo.blocks} blocks of ${pbo.rowsPerBlock} rows${dropped}.`,
  );
  terminal.say(
    `In ${percent(pbo.probabilityOfLoss)} of them the best column in sample lost out of sample; slope ${short(pbo.degradation?.slope ?? null)}.`,
  );
}

function sayTests(terminal: Terminal, { realityCheck, spa }: ReturnStatistics): void {
  const against = realityCheck.against === null ? 'cash' : realityCheck.against;
  if (realityCheck.p === null) terminal.say(`Reality check: not available, ${realityCheck.reason}.`);
  else {
    terminal.say(
      `Reality check of White, that nothing beats ${against}: p ${pValue(realityCheck.p, realityCheck.bootstrap)}; best ${realityCheck.column}.`,
    );
  }
  if (spa.consistent === null) terminal.say(`Superior predictive ability: not available, ${spa.reason}.`);
  else {
    const [lower, consistent, upper] = [spa.lower, spa.consistent, spa.upper].map((p) =>
      pValue(p ?? Number.NaN, spa.bootstrap),
    );
    terminal.say(
      `Superior predictive ability of Hansen: p ${consistent}, between ${lower} and ${upper}; best ${spa.column}.`,
    );
  }
  if (spa.leftOut.length > 0) terminal.say(`Left out of it, as they do not vary: ${listed(spa.leftOut)}.`);
  if (realityCheck.p !== null) {
    terminal.say(
      `${spa.bootstrap} resamples in blocks of ${short(spa.blockLength)} rows on average, seed ${spa.seed}.`,
    );
  }
}

function sayIntervals(terminal: Terminal, { intervals }: ReturnStatistics): void {
  if (intervals === null || intervals.mean === null) return;
  const { column, level, mean, sharpe, totalReturn, maxDrawdown } = intervals;
  terminal.say();
  terminal.say(`${column}, ${percent(level)} intervals of the block bootstrap:`);
  const rows = Object.entries({
    mean,
    Sharpe: sharpe,
    'total return': totalReturn,
    'maximum drawdown': maxDrawdown,
  }).map(([name, interval]) => [
    name,
    short(interval?.estimate ?? null),
    short(interval?.lower ?? null),
    short(interval?.upper ?? null),
  ]);
  terminal.say(table(['', 'estimate', 'lower', 'upper'], rows));
}

/** Three significant digits; a dash for what is not available. */
function short(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return '-';
  const size = Math.abs(value);
  return size === 0 || (size >= 1e-4 && size < 1e6)
    ? String(Number(value.toPrecision(3)))
    : value.toExponential(2);
}

function percent(share: number | null): string {
  return share === null ? '-' : `${Number((share * 100).toFixed(1))} %`;
}

/** A share of resamples tells no less than one of them. */
function pValue(p: number, resamples: number): string {
  return p === 0 ? `below ${short(1 / resamples)}` : short(p);
}

function listed(names: readonly string[]): string {
  const few = names.slice(0, 5).join(', ');
  return names.length > 5 ? `${few} and ${names.length - 5} more` : few;
}
