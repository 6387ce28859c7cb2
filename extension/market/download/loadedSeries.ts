import type { QualityProblem } from '../../contracts/candles.ts';
import { LabError } from '../../contracts/errors.ts';
import { timeframeMilliseconds } from '../../contracts/timeframes.ts';
import { isoOf, RowTable } from '../import/rows.ts';
import { type Imported, makeSeries } from '../import/series.ts';
import type { Bar, BarSource, Series } from './bars.ts';
import type { Range } from './ranges.ts';

const barColumns = { time: 0, open: 1, high: 2, low: 3, close: 4, volume: 5 };

/** The bars of a download as a series, with a report that says what of the wanted range the exchange did not have. */
export function makeLoadedSeries(
  bars: Bar[],
  series: Series,
  range: Range,
  source: BarSource,
  now: number,
): Imported {
  const table = new RowTable(now);
  const name = `${series.exchange} ${series.symbol}`;
  table.begin({ path: name, name });
  for (const [entry, bar] of bars.sort((a, b) => a[0] - b[0]).entries())
    table.add(bar, barColumns, { entry });
  const imported = makeSeries(table, {
    source: { path: name, name },
    facts: { format: 'download', columns: barColumns, mayHoldThousands: false },
    venue: series.exchange,
    symbol: series.symbol,
    timeframe: series.timeframe,
    isCertain: true,
    aboutGaps: 'the exchange was asked for them twice and had none',
    now,
  });
  const { report } = imported;
  return {
    ...imported,
    report: { ...report, problems: [...uncovered(imported, range, source), ...report.problems] },
  };
}

/** What the exchange did not have of the wanted range before its first bar and after its last. */
function uncovered({ candles }: Imported, range: Range, source: BarSource): QualityProblem[] {
  const step = timeframeMilliseconds[candles.timeframe];
  const first = candles.time.at(0) ?? 0;
  const end = (candles.time.at(-1) ?? 0) + step;
  const before = Math.floor((first - range.from) / step);
  const after = Math.ceil((range.to - end) / step);
  const keeps = source.history === undefined ? '' : `; it keeps the latest ${source.history} alone`;
  const problem = (count: number, message: string, time: number): QualityProblem => ({
    kind: 'range-not-covered',
    severity: 'warning',
    count,
    message,
    examples: [{ time }],
  });
  return [
    problem(before, `The exchange has no bars of the wanted range before ${isoOf(first)}${keeps}.`, first),
    problem(after, `The exchange has no bars of the wanted range from ${isoOf(end)} on.`, end),
  ].filter(({ count }) => count > 0);
}

/** The error of a download that brought nothing. */
export function nothingThere(
  { exchange, symbol, timeframe }: Series,
  { from, to }: Range,
  source: BarSource,
): LabError {
  const keeps = source.history === undefined ? '' : ` It keeps the latest ${source.history} alone.`;
  return new LabError(
    'data.empty',
    `${exchange} has no candles of ${symbol} at ${timeframe} from ${isoOf(from)} to ${isoOf(to)}.`,
    { action: `Choose another range.${keeps}` },
  );
}
