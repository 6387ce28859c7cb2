import {
  ago,
  type Columns,
  ema,
  medianPrice,
  minus,
  ratio,
  sma,
  sum,
  sumOf,
  typicalPrice,
  type Values,
  zip,
} from './values.ts';

function total(values: Values): number[] {
  return values.map((_, bar) => sumOf(values.slice(0, bar + 1)));
}

export function obv({ close, volume }: Columns): number[] {
  const signed = zip(
    (value, before, own) => (value > before ? own : value < before ? -own : 0),
    close,
    ago(close, 1),
    volume,
  );
  return total(signed);
}

function moneyFlowVolume({ high, low, close, volume }: Columns): number[] {
  return zip((h, l, c, own) => (h === l ? 0 : ((2 * c - h - l) / (h - l)) * own), high, low, close, volume);
}

export function accumulationDistribution(bars: Columns): number[] {
  return total(moneyFlowVolume(bars));
}

export function chaikinOscillator(bars: Columns, fast: number, slow: number): number[] {
  const line = accumulationDistribution(bars);
  return minus(ema(line, fast), ema(line, slow));
}

export function chaikinMoneyFlow(bars: Columns, period: number): number[] {
  return ratio(sum(moneyFlowVolume(bars), period), sum(bars.volume, period), 0);
}

export function mfi(bars: Columns, period: number): number[] {
  const price = typicalPrice(bars);
  const flow = (sign: number): number[] =>
    sum(
      zip(
        (value, before, own) => {
          if (Number.isNaN(before)) return Number.NaN;
          return sign * (value - before) > 0 ? value * own : 0;
        },
        price,
        ago(price, 1),
        bars.volume,
      ),
      period,
    );
  return zip((up, down) => (up + down === 0 ? 50 : 100 - 100 / (1 + up / down)), flow(1), flow(-1));
}

const day = 86_400_000;

/** Bars of the UTC day of a bar up to it. */
function dayUpTo(time: Values, bar: number): number[] {
  const today = Math.floor((time[bar] as number) / day);
  return [...time.keys()].filter(
    (other) => other <= bar && Math.floor((time[other] as number) / day) === today,
  );
}

export function vwap({ time, volume }: Columns, values: Values): number[] {
  return values.map((value, bar) => {
    const bars = dayUpTo(time, bar).filter((other) => !Number.isNaN(values[other]));
    const traded = sumOf(bars.map((other) => volume[other] as number));
    if (Number.isNaN(value) || traded === 0) return value;
    return sumOf(bars.map((other) => (values[other] as number) * (volume[other] as number))) / traded;
  });
}

export function forceIndex({ close, volume }: Columns, period: number): number[] {
  return ema(
    zip((value, before, own) => (value - before) * own, close, ago(close, 1), volume),
    period,
  );
}

export function easeOfMovement(bars: Columns, period: number, scale: number): number[] {
  const middle = medianPrice(bars);
  const each = zip(
    (now, before, high, low, own) => {
      if (Number.isNaN(before)) return before;
      return own === 0 ? 0 : (now - before) / (own / scale / (high - low || Number.MIN_VALUE));
    },
    middle,
    ago(middle, 1),
    bars.high,
    bars.low,
    bars.volume,
  );
  return sma(each, period);
}

export type PivotMethod = 'classic' | 'fibonacci' | 'camarilla' | 'woodie';

export function pivotPoints(bars: Columns, method: PivotMethod = 'classic') {
  const { time, open, high, low, close } = bars;
  const days = time.map((now) => Math.floor(now / day));
  const levels = days.map((today) => {
    const before = days.filter((other) => other < today).at(-1);
    const isFirst = before === days[0];
    if (before === undefined || (isFirst && (time[0] as number) % day !== 0)) return undefined;
    const own = [...days.keys()].filter((bar) => days[bar] === before);
    const h = Math.max(...own.map((bar) => high[bar] as number));
    const l = Math.min(...own.map((bar) => low[bar] as number));
    const c = close[own.at(-1) as number] as number;
    const o = open[days.indexOf(today)] as number;
    const r = h - l;
    const p = method === 'woodie' ? (h + l + 2 * o) / 4 : (h + l + c) / 3;
    const sides = {
      classic: [2 * p - l, p + r, h + 2 * (p - l), 2 * p - h, p - r, l - 2 * (h - p)],
      woodie: [2 * p - l, p + r, h + 2 * (p - l), 2 * p - h, p - r, l - 2 * (h - p)],
      fibonacci: [p + 0.382 * r, p + 0.618 * r, p + r, p - 0.382 * r, p - 0.618 * r, p - r],
      camarilla: [12, 6, 4, -12, -6, -4].map((part) => c + (r * 1.1) / part),
    }[method];
    return [p, ...sides];
  });
  const column = (place: number): number[] => levels.map((each) => each?.[place] ?? Number.NaN);
  return {
    pivot: column(0),
    resistance1: column(1),
    resistance2: column(2),
    resistance3: column(3),
    support1: column(4),
    support2: column(5),
    support3: column(6),
  };
}

export function heikinAshi({ open, high, low, close }: Columns) {
  const closes = zip((...prices) => sumOf(prices) / 4, open, high, low, close);
  const opens: number[] = [];
  for (const [bar, first] of open.entries()) {
    const own = (first + (close[bar] as number)) / 2;
    opens.push(bar === 0 ? own : ((opens[bar - 1] as number) + (closes[bar - 1] as number)) / 2);
  }
  return {
    open: opens,
    high: zip(Math.max, high, opens, closes),
    low: zip(Math.min, low, opens, closes),
    close: closes,
  };
}
