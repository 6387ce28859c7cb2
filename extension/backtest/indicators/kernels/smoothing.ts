import type { Column, Stage } from '../pipeline.ts';
import { exponentialAverage, wilderAverage } from './recursiveAverage.ts';
import { windowMean } from './sums.ts';

/** The averages by which the same name is smoothed in one place or another, Wilder's first. */
export const smoothings = ['wilder', 'simple', 'exponential'] as const;
export type Smoothing = (typeof smoothings)[number];

export function smoothed(source: Column, period: number, smoothing: Smoothing): Stage {
  if (smoothing === 'simple') return windowMean(source, period);
  return smoothing === 'wilder' ? wilderAverage(source, period) : exponentialAverage(source, period);
}
