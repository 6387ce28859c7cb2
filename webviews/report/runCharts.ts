import type { ReportPageData, TradeMarker } from '../../extension/contracts/report.ts';
import { markersPlugin, splitPlugin } from '../shared/chartPlugins.ts';
import { onThemeChange, readColours } from '../shared/colours.ts';
import { formatCompact, formatMoney, formatNumber, formatPercent, priceDecimals } from '../shared/format.ts';
import { drawLineChart, type LineChartOptions, linkCharts, paint } from '../shared/lineChart.ts';

const markerNames: Readonly<Record<TradeMarker['kind'], string>> = {
  'long-entry': 'Long entry',
  'short-entry': 'Short entry',
  'gain-exit': 'Exit with a gain',
  'loss-exit': 'Exit with a loss',
};

type Chosen = Pick<LineChartOptions, 'lines' | 'format' | 'formatTick' | 'notes'>;

/** Draws each chart of the run into the element that waits for it. */
export function drawRunCharts({ chart, splitTime }: ReportPageData): void {
  let colours = readColours();
  const current = () => colours;
  const decimals = priceDecimals(Math.max(...chart.high));
  const price = (value: number) => formatNumber(value, decimals);
  const tradesIn = (index: number): string[] => {
    const from = chart.time[index - 1] ?? Number.NEGATIVE_INFINITY;
    const to = chart.time[index] ?? Number.NEGATIVE_INFINITY;
    return chart.markers
      .filter(({ time }) => time > from && time <= to)
      .map((marker) => `${markerNames[marker.kind]} at ${price(marker.price)}`);
  };
  const contents: Record<string, Chosen> = {
    price: {
      format: price,
      formatTick: formatCompact,
      notes: tradesIn,
      lines: [
        { name: 'Low', values: chart.low },
        { name: 'High', values: chart.high, fill: { to: 'previous', colour: 'price-band' } },
        { name: 'Close', values: chart.close, stroke: 'price', width: 1 },
      ],
    },
    equity: {
      format: formatMoney,
      formatTick: formatCompact,
      lines: [
        { name: 'Lowest', values: chart.equityLow },
        { name: 'Highest', values: chart.equityHigh, fill: { to: 'previous', colour: 'equity-band' } },
        { name: 'Buy and hold', values: chart.hold, stroke: 'hold', width: 1.25, dash: [5, 3] },
        { name: 'Strategy', values: chart.equity, stroke: 'equity', width: 1.75 },
      ],
    },
    drawdown: {
      format: (value) => formatPercent(value),
      formatTick: (value) => `${formatCompact(value * 100)}%`,
      lines: [
        {
          name: 'Drawdown',
          values: chart.drawdown,
          stroke: 'drawdown',
          width: 1,
          fill: { to: 'zero', colour: 'drawdown-area' },
        },
      ],
    },
  };
  const drawn = [...document.querySelectorAll<HTMLElement>('[data-chart]')].flatMap((place) => {
    const id = place.dataset['chart'] ?? '';
    const content = contents[id];
    if (content === undefined) return [];
    const split =
      splitTime === null ? [] : [splitPlugin(splitTime, id === 'price' ? 'held back' : undefined, current)];
    const marks = id === 'price' ? [markersPlugin(chart.markers, current)] : [];
    const options: LineChartOptions = {
      time: chart.time,
      colours: current,
      plugins: [...split, ...marks],
      ...content,
    };
    const view = drawLineChart(place, options);
    view.canvas.tabIndex = 0;
    view.canvas.setAttribute('role', 'img');
    view.canvas.setAttribute('aria-label', place.closest('figure')?.querySelector('h3')?.textContent ?? id);
    view.canvas.setAttribute('aria-describedby', `chart-${id}-summary`);
    return [{ view, options }];
  });
  linkCharts(
    drawn.map(({ view }) => view),
    chart.time.length,
  );
  onThemeChange(() => {
    colours = readColours();
    for (const { view, options } of drawn) {
      view.resize();
      paint(view, options);
    }
  });
}
