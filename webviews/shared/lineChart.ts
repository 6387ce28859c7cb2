import {
  Chart,
  type ChartDataset,
  Filler,
  LinearScale,
  LineController,
  LineElement,
  type Plugin,
  type Point,
  PointElement,
  Tooltip,
} from 'chart.js';
import { cursorPlugin } from './chartPlugins.ts';
import type { Colours } from './colours.ts';
import { formatTime } from './format.ts';
import { timeTicks } from './timeTicks.ts';

Chart.register(Filler, LinearScale, LineController, LineElement, PointElement, Tooltip);

const axisWidth = 84;
const tickWidth = 110;

/** A line, or an area down to another line or a value, over the common times. */
export interface Line {
  readonly name: string;
  readonly values: readonly number[];
  /** Absent for the invisible edge of a band. */
  readonly stroke?: keyof Colours;
  readonly width?: number;
  readonly dash?: readonly number[];
  /** The area to the line before this one, or to zero. */
  readonly fill?: { readonly to: 'previous' | 'zero'; readonly colour: keyof Colours };
}

export interface LineChartOptions {
  readonly time: readonly number[];
  readonly lines: readonly Line[];
  /** Writes a value beside the cursor, and a round one on the axis. */
  readonly format: (value: number) => string;
  readonly formatTick: (value: number) => string;
  readonly plugins: readonly Plugin<'line'>[];
  /** More lines of text for the bucket that is pointed at. */
  readonly notes?: (index: number) => string[];
  readonly colours: () => Colours;
}

function datasetOf(line: Line, time: readonly number[]): ChartDataset<'line', Point[]> {
  return {
    label: line.name,
    data: line.values.map((y, index) => ({ x: time[index] ?? 0, y })),
    borderWidth: line.stroke === undefined ? 0 : (line.width ?? 1.5),
    borderDash: [...(line.dash ?? [])],
    fill: line.fill === undefined ? false : line.fill.to === 'previous' ? '-1' : 'origin',
    pointRadius: 0,
    pointHoverRadius: 0,
  };
}

/** A chart of lines over time in a new canvas within `place`. Nothing moves by itself. */
export function drawLineChart(place: HTMLElement, options: LineChartOptions): Chart<'line', Point[]> {
  const canvas = document.createElement('canvas');
  place.replaceChildren(canvas);
  const { time, format, formatTick } = options;
  Chart.defaults.font.family = getComputedStyle(place).fontFamily;
  const chart = new Chart<'line', Point[]>(canvas, {
    type: 'line',
    data: { datasets: options.lines.map((line) => datasetOf(line, time)) },
    plugins: [...options.plugins, cursorPlugin(options.colours)],
    options: {
      animation: false,
      parsing: false,
      normalized: true,
      maintainAspectRatio: false,
      interaction: { mode: 'index', intersect: false },
      layout: { padding: { left: 8 } },
      scales: {
        x: {
          type: 'linear',
          min: time[0] ?? 0,
          max: time.at(-1) ?? 0,
          afterBuildTicks(scale) {
            scale.ticks = timeTicks(scale.min, scale.max, Math.floor(scale.width / tickWidth));
          },
          ticks: {
            maxRotation: 0,
            autoSkip: false,
            callback: (_, index, ticks) => ticks[index]?.label ?? '',
          },
        },
        y: {
          position: 'right',
          ticks: { callback: (value) => formatTick(Number(value)), maxTicksLimit: 7 },
          afterFit(scale) {
            // Charts above one another share their times only when their plots are equally wide.
            scale.width = axisWidth;
          },
        },
      },
      plugins: {
        tooltip: {
          displayColors: false,
          callbacks: {
            title: ([item]) => `${formatTime(item?.parsed.x ?? Number.NaN)} UTC`,
            label: (item) => `${item.dataset.label ?? ''}: ${format(item.parsed.y ?? Number.NaN)}`,
            afterBody: ([item]) => (item === undefined ? [] : (options.notes?.(item.dataIndex) ?? [])),
          },
        },
      },
    },
  });
  paint(chart, options);
  return chart;
}

/** Draws `chart` in the colours now in force. */
export function paint(chart: Chart<'line', Point[]>, options: LineChartOptions): void {
  const colours = options.colours();
  for (const [index, line] of options.lines.entries()) {
    const dataset = chart.data.datasets[index];
    if (dataset === undefined) continue;
    dataset.borderColor = line.stroke === undefined ? 'transparent' : colours[line.stroke];
    dataset.backgroundColor = line.fill === undefined ? 'transparent' : colours[line.fill.colour];
  }
  const { scales, plugins } = chart.options;
  for (const scale of [scales?.['x'], scales?.['y']]) {
    if (scale?.ticks) scale.ticks.color = colours.muted;
    if (scale?.grid) scale.grid.color = colours.line;
    if (scale?.border) scale.border.color = colours.line;
  }
  if (plugins?.tooltip) {
    plugins.tooltip.backgroundColor = colours.paper;
    plugins.tooltip.borderColor = colours.muted;
    plugins.tooltip.borderWidth = 1;
    plugins.tooltip.titleColor = colours.ink;
    plugins.tooltip.bodyColor = colours.ink;
    plugins.tooltip.footerColor = colours.ink;
  }
  chart.update('none');
}

/** Makes the charts show one and the same bucket, by pointer or by the arrow keys. */
export function linkCharts(charts: readonly Chart<'line', Point[]>[], buckets: number): void {
  let current = -1;
  const show = (index: number): void => {
    current = index;
    for (const chart of charts) {
      const active = index < 0 ? [] : chart.data.datasets.map((_, datasetIndex) => ({ datasetIndex, index }));
      const y = (chart.chartArea.top + chart.chartArea.bottom) / 2;
      chart.setActiveElements(active);
      chart.tooltip?.setActiveElements(active, { x: 0, y });
      chart.update('none');
    }
  };
  for (const chart of charts) {
    const { canvas } = chart;
    chart.options.onHover = (_, elements) => {
      const index = elements[0]?.index ?? -1;
      if (index !== current) show(index);
    };
    canvas.addEventListener('mouseleave', () => show(-1));
    canvas.addEventListener('keydown', (event) => {
      const page = Math.max(1, Math.round(buckets / 20));
      const targets: Record<string, number> = {
        ArrowLeft: current - 1,
        ArrowRight: current + 1,
        PageUp: current - page,
        PageDown: current + page,
        Home: 0,
        End: buckets - 1,
      };
      const target = targets[event.key];
      if (event.key === 'Escape') show(-1);
      else if (target !== undefined) {
        show(Math.min(buckets - 1, Math.max(0, target)));
        event.preventDefault();
      }
    });
  }
}
