import type { Mark, MarkKind } from '../../../extension/contracts/backtestPanel.ts';
import { formatNumber, formatTime } from '../../shared/format.ts';
import type { ChartSource, PaneId } from './chartSource.ts';
import { otherName } from './chartSource.ts';

import { plotStyle } from './plotStyle.ts';

/** A value of a bucket as its pane's legend shows it; `sample` is the class of the line's sample. */
export interface Reading {
  readonly label: string;
  readonly value: string;
  readonly sample: string | null;
}

const markTexts: Readonly<Record<MarkKind, 'longEntryAt' | 'shortEntryAt' | 'gainExitAt' | 'lossExitAt'>> = {
  'long-entry': 'longEntryAt',
  'short-entry': 'shortEntryAt',
  'gain-exit': 'gainExitAt',
  'loss-exit': 'lossExitAt',
};

/** Time or times of a bucket. */
export function bucketTime({ window, say }: ChartSource, bucket: number): string {
  const first = formatTime(window.time[bucket] ?? Number.NaN);
  const last = formatTime(window.lastTime[bucket] ?? Number.NaN);
  return first === last ? first : say('readoutUpTo', first, last);
}

/** The marks of a bucket, in words. */
export function marksAt({ window, formats, say }: ChartSource, bucket: number): string[] {
  const from = window.from + bucket * window.barsPerBucket;
  const isHere = ({ bar }: Mark) => bar >= from && bar < from + window.barsPerBucket;
  return window.marks.filter(isHere).map(({ kind, price, count }) => {
    const text = say(markTexts[kind], formats.price(price));
    return count === 1 ? text : say('several', formatNumber(count, 0), text);
  });
}

/** The values of a bucket by pane. */
export function readingsAt(source: ChartSource, pane: PaneId, bucket: number): Reading[] {
  const { window, formats, say } = source;
  const write = (value: number | null | undefined, format: (value: number) => string): string =>
    value === null || value === undefined ? say('none') : format(value);
  switch (pane) {
    case 'price':
      return [
        { label: say('readoutOpen'), value: write(window.open[bucket], formats.price), sample: null },
        { label: say('readoutHigh'), value: write(window.high[bucket], formats.price), sample: null },
        { label: say('readoutLow'), value: write(window.low[bucket], formats.price), sample: null },
        { label: say('readoutClose'), value: write(window.close[bucket], formats.price), sample: null },
        ...plotReadings(source, 'price', bucket),
      ];
    case 'volume':
      return [
        { label: say('chartVolume'), value: write(window.volume[bucket], formats.volume), sample: null },
      ];
    case 'plots':
      return plotReadings(source, 'below', bucket);
    case 'equity': {
      const own = [
        {
          label: say('readoutEquity'),
          value: write(window.equity[bucket], formats.money),
          sample: 'line equity',
        },
        { label: say('readoutHold'), value: write(window.hold[bucket], formats.money), sample: 'line hold' },
      ];
      if (window.otherEquity === null) return own;
      const value = write(window.otherEquity[bucket], formats.money);
      return [...own, { label: otherName(source), value, sample: 'line other' }];
    }
    case 'drawdown':
      return [
        {
          label: say('readoutDrawdown'),
          value: write(window.drawdown[bucket], formats.percent),
          sample: 'area drawdown',
        },
      ];
  }
}

function plotReadings({ window, plots, formats, say }: ChartSource, pane: 'price' | 'below', bucket: number) {
  return plots.flatMap(({ name, pane: own }, index): Reading[] => {
    if (own !== pane) return [];
    const value = window.plots[index]?.last[bucket];
    const { colour, dashClass } = plotStyle(index);
    const text = value === null || value === undefined ? say('none') : formats.plot(value);
    return [{ label: name, value: text, sample: `line ${colour} ${dashClass}` }];
  });
}

/** Everything of a bucket in one sentence, for ears. */
export function bucketSentence(source: ChartSource, panes: readonly PaneId[], bucket: number): string {
  const values = panes.flatMap((pane) =>
    readingsAt(source, pane, bucket).map(({ label, value }) => `${label} ${value}`),
  );
  return [`${bucketTime(source, bucket)}: ${values.join(', ')}`, ...marksAt(source, bucket)].join('; ');
}
