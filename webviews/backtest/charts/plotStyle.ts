/** Plots have a colour and a dash each; with both no two of the most that a strategy may have look alike. */
export function plotStyle(index: number): {
  readonly colour: 'plot-0' | 'plot-1' | 'plot-2' | 'plot-3';
  readonly dash: readonly number[];
  /** The dash as a class of the legend's sample. */
  readonly dashClass: string;
} {
  const colours = ['plot-0', 'plot-1', 'plot-2', 'plot-3'] as const;
  const dashes = [[], [6, 3], [2, 2], [8, 3, 2, 3]] as const;
  const dash = Math.floor(index / colours.length) % dashes.length;
  return {
    colour: colours[index % colours.length] ?? 'plot-0',
    dash: dashes[dash] ?? [],
    dashClass: `dash-${dash}`,
  };
}
