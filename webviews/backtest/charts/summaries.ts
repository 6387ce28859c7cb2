import { formatNumber, formatPercent, formatTime, withSign } from '../../shared/format.ts';
import { bucketsWithin } from '../windowAxis.ts';
import type { ChartSource, PaneId } from './chartSource.ts';

/** Rows of a chart's table: what a person can read. */
const tableRows = 48;

export interface ChartTable {
  readonly columns: readonly string[];
  /** The time, then a value a column. */
  readonly rows: readonly (readonly string[])[];
}

/** A stretch of buckets that is looked at as one. */
interface Stretch {
  readonly first: number;
  /** Not included. */
  readonly end: number;
}

function best(values: readonly (number | null)[], { first, end }: Stretch, sign: 1 | -1): number {
  let index = -1;
  for (let bucket = first; bucket < end; bucket++) {
    const value = values[bucket];
    if (value === null || value === undefined) continue;
    if (index < 0 || sign * value > sign * (values[index] ?? 0)) index = bucket;
  }
  return index;
}

const lowest = (values: readonly (number | null)[], stretch: Stretch) => best(values, stretch, -1);
const highest = (values: readonly (number | null)[], stretch: Stretch) => best(values, stretch, 1);

function change(from: number, to: number): string {
  return from > 0 ? withSign(formatPercent(to / from - 1)) : '';
}

/** What a chart shows of the range in sight, in words. */
export function chartSummary(source: ChartSource, pane: PaneId): string {
  const { window, range, formats, say } = source;
  const stretch = bucketsWithin(window, range);
  const { first, end } = stretch;
  if (first >= end) return say('noBars');
  const at = (values: readonly (number | null)[], bucket: number) => values[bucket] ?? Number.NaN;
  const time = (bucket: number) => formatTime(at(window.lastTime, bucket));
  const last = end - 1;
  switch (pane) {
    case 'price': {
      const [low, high] = [lowest(window.low, stretch), highest(window.high, stretch)];
      const [open, close] = [at(window.open, first), at(window.close, last)];
      return say(
        'priceSummary',
        formatTime(at(window.time, first)),
        time(last),
        formats.price(open),
        formats.price(close),
        change(open, close),
        formats.price(at(window.low, low)),
        time(low),
        formats.price(at(window.high, high)),
        time(high),
        formatNumber(window.marked, 0),
      );
    }
    case 'volume': {
      const busiest = highest(window.volume, stretch);
      const sum = window.volume.slice(first, end).reduce((total, value) => total + value, 0);
      const from = formatTime(at(window.time, busiest));
      return say('volumeSummary', formats.volume(sum), from, formats.volume(at(window.volume, busiest)));
    }
    case 'plots':
      return plotsSummary(source, stretch);
    case 'equity':
      return [equitySummary(source, stretch), otherSummary(source, stretch)].filter(Boolean).join(' ');
    case 'drawdown': {
      const deepest = lowest(window.drawdown, stretch);
      return say(
        'drawdownSummary',
        formats.percent(at(window.drawdown, deepest)),
        time(deepest),
        formats.percent(at(window.drawdown, last)),
      );
    }
  }
}

function plotsSummary({ window, plots, formats, say }: ChartSource, stretch: Stretch): string {
  const sentences = plots.flatMap(({ name, pane }, index) => {
    const plot = window.plots[index];
    if (pane !== 'below' || plot === undefined) return [];
    const low = plot.low[lowest(plot.low, stretch)];
    const high = plot.high[highest(plot.high, stretch)];
    const last = plot.last.slice(stretch.first, stretch.end).findLast((value) => value !== null);
    if (typeof low !== 'number' || typeof high !== 'number' || typeof last !== 'number') {
      return [say('plotEmpty', name)];
    }
    return [say('plotsSummary', name, formats.plot(last), formats.plot(low), formats.plot(high))];
  });
  return sentences.join(' ');
}

function equitySummary({ window, formats, say }: ChartSource, stretch: Stretch): string {
  const { first, end } = stretch;
  const at = (values: readonly number[], bucket: number) => values[bucket] ?? Number.NaN;
  const [low, high] = [lowest(window.equityLow, stretch), highest(window.equityHigh, stretch)];
  const [from, to] = [at(window.equity, first), at(window.equity, end - 1)];
  const [holdFrom, holdTo] = [at(window.hold, first), at(window.hold, end - 1)];
  return say(
    'equitySummary',
    formats.money(from),
    formats.money(to),
    change(from, to),
    formats.money(at(window.equityLow, low)),
    formatTime(at(window.lastTime, low)),
    formats.money(at(window.equityHigh, high)),
    formatTime(at(window.lastTime, high)),
    formats.money(holdFrom),
    formats.money(holdTo),
    change(holdFrom, holdTo),
  );
}

function otherSummary({ window, formats, say, other }: ChartSource, { first, end }: Stretch): string {
  if (other === null || window.otherEquity === null) return '';
  const values = window.otherEquity.slice(first, end).filter((value) => value !== null);
  const [from, to] = [values[0], values.at(-1)];
  if (from === undefined || to === undefined) return say('otherNothing', other.run);
  return say('otherSummary', other.run, formats.money(from), formats.money(to), change(from, to));
}

/** The numbers of a chart over the range in sight, in as many rows as a person can read. */
export function chartTable(source: ChartSource, pane: PaneId): ChartTable {
  const { window, range, say } = source;
  const { first, end } = bucketsWithin(window, range);
  const step = Math.max(1, Math.ceil((end - first) / tableRows));
  const stretches: Stretch[] = [];
  for (let bucket = first; bucket < end; bucket += step) {
    stretches.push({ first: bucket, end: Math.min(end, bucket + step) });
  }
  const columns = tableColumns(source, pane);
  return {
    columns: [say('columnTime'), ...columns.map(({ title }) => title)],
    rows: stretches.map((stretch) => [
      formatTime(window.time[stretch.first] ?? Number.NaN),
      ...columns.map(({ value }) => value(stretch)),
    ]),
  };
}

interface Column {
  readonly title: string;
  readonly value: (stretch: Stretch) => string;
}

type Pick = (values: readonly (number | null)[], stretch: Stretch) => number;
const firstOf: Pick = (_, { first }) => first;
const lastOf: Pick = (_, { end }) => end - 1;

function tableColumns(source: ChartSource, pane: PaneId): Column[] {
  const { window, formats, say, plots } = source;
  const column = (
    title: string,
    values: readonly (number | null)[],
    pick: Pick,
    format: (value: number) => string,
  ): Column => ({
    title,
    value: (stretch) => {
      const value = values[pick(values, stretch)];
      return value === null || value === undefined ? '' : format(value);
    },
  });
  const { price, money, percent, volume, plot } = formats;
  const plotColumns = (own: 'price' | 'below') =>
    plots.flatMap(({ name, pane: of }, index) => {
      const { last } = window.plots[index] ?? { last: [] };
      return of === own ? [column(name, last, lastOf, plot)] : [];
    });
  switch (pane) {
    case 'price':
      return [
        column(say('columnOpen'), window.open, firstOf, price),
        column(say('columnHigh'), window.high, highest, price),
        column(say('columnLow'), window.low, lowest, price),
        column(say('columnClose'), window.close, lastOf, price),
        ...plotColumns('price'),
      ];
    case 'volume':
      return [
        {
          title: say('columnVolume'),
          value: ({ first, end }) => volume(window.volume.slice(first, end).reduce((sum, v) => sum + v, 0)),
        },
      ];
    case 'plots':
      return plotColumns('below');
    case 'equity':
      return [
        column(say('columnEquity'), window.equity, lastOf, money),
        column(say('columnLowest'), window.equityLow, lowest, money),
        column(say('columnHighest'), window.equityHigh, highest, money),
        column(say('columnHold'), window.hold, lastOf, money),
        ...(window.otherEquity === null
          ? []
          : [column(say('seriesOther', source.other?.run ?? ''), window.otherEquity, lastOf, money)]),
      ];
    case 'drawdown':
      return [column(say('columnDrawdown'), window.drawdown, lowest, percent)];
  }
}
