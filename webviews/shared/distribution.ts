import type { Distribution } from '../../extension/contracts/stressPanel.ts';

/** Size of the picture in units of its own. */
export const distributionSize = { width: 480, height: 140 } as const;

export interface DistributionShape {
  readonly bars: readonly {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
  }[];
  /** Where the marked value stands; null where it lies outside. */
  readonly mark: number | null;
}

/** The bars of a distribution, the highest as high as the picture. */
export function distributionShape({
  counts,
  mark,
}: Pick<Distribution, 'counts' | 'mark'>): DistributionShape {
  const { width, height } = distributionSize;
  const most = Math.max(1, ...counts);
  const step = width / counts.length;
  const round = (value: number): number => Math.round(value * 100) / 100;
  return {
    bars: counts.map((count, index) => ({
      x: round(index * step + 0.5),
      y: round(height * (1 - count / most)),
      width: round(Math.max(1, step - 1)),
      height: round((height * count) / most),
    })),
    mark: mark === null ? null : round(mark * width),
  };
}
