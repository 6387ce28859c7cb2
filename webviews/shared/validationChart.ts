import type { ValidationView } from '../../extension/contracts/validationView.ts';
import type { Colours } from './colours.ts';
import { formatCompact, formatMoney } from './format.ts';
import type { Line, LineChartOptions } from './lineChart.ts';

/** How each line is drawn: they differ by their dashes too, for who cannot tell the colours apart. */
const styles: Readonly<
  Record<ValidationView['chart']['lines'][number]['kind'], Pick<Line, 'stroke' | 'width' | 'dash'>>
> = {
  equity: { stroke: 'equity', width: 1.75 },
  hold: { stroke: 'hold', width: 1.25, dash: [5, 3] },
  lowest: { stroke: 'loss', width: 1, dash: [2, 3] },
  highest: { stroke: 'gain', width: 1, dash: [8, 3] },
};

/** The chart of a validation's equity; the line of the folds lies on top. */
export function validationChartOptions(
  { time, lines }: Pick<ValidationView['chart'], 'time' | 'lines'>,
  colours: () => Colours,
): LineChartOptions {
  return {
    time,
    lines: lines.map(({ kind, name, values }) => ({ name, values, ...styles[kind] })).reverse(),
    format: formatMoney,
    formatTick: formatCompact,
    plugins: [],
    colours,
  };
}
