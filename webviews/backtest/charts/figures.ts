import { formatCompact, formatMoney, formatNumber, formatPercent } from '../../shared/format.ts';

/** How the charts of one run write their values. */
export interface ChartFormats {
  readonly price: (value: number) => string;
  readonly money: (value: number) => string;
  readonly percent: (value: number) => string;
  readonly volume: (value: number) => string;
  readonly plot: (value: number) => string;
}

export function chartFormats(priceDecimals: number): ChartFormats {
  return {
    price: (value) => formatNumber(value, priceDecimals),
    money: formatMoney,
    percent: (value) => formatPercent(value),
    volume: (value) => formatCompact(Number(value.toPrecision(6))),
    plot: (value) => formatCompact(Number(value.toPrecision(6))),
  };
}

const scales = [
  [1e12, 'T'],
  [1e9, 'B'],
  [1e6, 'M'],
  [1e4, 'k'],
] as const;

/** A round value for the side of a chart: `1.5M`, `20k`, `0.015`. */
export function formatTick(value: number): string {
  const [divisor, unit] = scales.find(([from]) => Math.abs(value) >= from) ?? [1, ''];
  const scaled = unit === 'k' ? value / 1000 : value / divisor;
  return `${formatCompact(Number(scaled.toPrecision(5)))}${unit}`;
}

export function formatPercentTick(value: number): string {
  return `${formatCompact(Number((value * 100).toPrecision(4)))}%`;
}
