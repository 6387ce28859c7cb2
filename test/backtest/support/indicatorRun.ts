import type { Bars, Indicators, Series } from 'strategy-lab';
import { createIndicators } from '../../../extension/backtest/indicators/create.ts';
import { BarWindow, blockBars, valuesOf } from '../../../extension/backtest/series.ts';
import type { CandleColumns } from '../../../extension/contracts/candles.ts';
import type { Argument, IndicatorCase } from './indicatorCases.ts';
import type { Values } from './reference/values.ts';
import { ReferenceSeries, referenceIndicators } from './referenceIndicators.ts';

/** Sources that are indicators themselves, with the bars before their first value. */
const madeSources = {
  rsi: [(indicators) => indicators.rsi(14), 14],
  ema: [(indicators) => indicators.ema(5), 4],
  macd: [(indicators) => indicators.macd(3, 8, 2).line, 7],
} satisfies Record<string, readonly [(indicators: Indicators) => Series, number]>;
type MadeName = keyof typeof madeSources;

export function titleOf([name, ...given]: IndicatorCase): string {
  const text = (value: Argument): string =>
    typeof value === 'object'
      ? `{ ${Object.entries(value)
          .map(([option, each]) => `${option}: ${each}`)
          .join(', ')} }`
      : String(value);
  return `${name}(${given.map(text).join(', ')})`;
}

/** Bars before the first value of the slowest source of a case. */
export function sourceLookback([, ...given]: IndicatorCase): number {
  const named = given.flatMap((value) => (typeof value === 'object' ? (value['source'] ?? []) : value));
  return Math.max(0, ...named.map((name) => (isMade(name) ? madeSources[name][1] : 0)));
}

/** Values of each part of an indicator; `value` where it is one series. */
export type Parts<Column> = Readonly<Record<string, Column>>;

/** What the engine computes at every bar, given the bars in pieces; with the bars that `next` waits for. */
export function computed(
  call: IndicatorCase,
  columns: CandleColumns,
  chunks: readonly number[] = [blockBars],
): { parts: Parts<Float64Array>; warmUp: number } {
  const window = new BarWindow();
  const { indicators, seal } = createIndicators(window);
  const made = partsOf(callOf(call, indicators, window));
  const warmUp = seal();
  const bars = columns.time.length;
  const parts = Object.fromEntries(Object.keys(made).map((name) => [name, new Float64Array(bars)]));
  for (let from = 0, piece = 0; from < bars; piece++) {
    const to = Math.min(bars, from + (chunks[piece % chunks.length] as number));
    window.append(columns, from, to);
    for (const [name, series] of Object.entries(made)) {
      parts[name]?.set(valuesOf(series).subarray(window.length - (to - from), window.length), from);
    }
    from = to;
  }
  return { parts, warmUp };
}

/** The same from the definitions. */
export function expected(call: IndicatorCase, columns: CandleColumns): Parts<Values> {
  const clock = { bar: 0 };
  const of = (values: Float64Array): Series => new ReferenceSeries([...values], clock);
  const { time, open, high, low, close, volume } = columns;
  const bars: Bars = {
    time: of(time),
    open: of(open),
    high: of(high),
    low: of(low),
    close: of(close),
    volume: of(volume),
  };
  const made = partsOf(callOf(call, referenceIndicators(columns, clock, []), bars));
  return Object.fromEntries(
    Object.entries(made).map(([name, series]) => [name, (series as ReferenceSeries).values]),
  );
}

/** Calls the indicator as a strategy would. */
export function callOf(
  [name, ...given]: IndicatorCase,
  indicators: Indicators,
  bars: Bars,
): Series | Parts<Series> {
  const sourceOf = (source: string): Series =>
    isMade(source) ? madeSources[source][0](indicators) : bars[source as keyof Bars];
  const resolve = (value: Argument): unknown => {
    if (typeof value === 'string') return sourceOf(value);
    if (typeof value === 'number') return value;
    const { source, ...others } = value;
    return source === undefined ? others : { ...others, source: sourceOf(String(source)) };
  };
  const indicator = indicators[name] as (...values: unknown[]) => Series | Parts<Series>;
  return indicator(...given.map(resolve));
}

function isMade(value: unknown): value is MadeName {
  return typeof value === 'string' && Object.hasOwn(madeSources, value);
}

function partsOf(made: Series | Parts<Series>): Parts<Series> {
  return typeof (made as Series).ago === 'function' ? { value: made as Series } : (made as Parts<Series>);
}
