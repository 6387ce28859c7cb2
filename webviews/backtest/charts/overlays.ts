import type { Chart, Plugin } from 'chart.js';
import type { Mark, TradeRow } from '../../../extension/contracts/backtestPanel.ts';
import { drawMarker } from '../../shared/chartPlugins.ts';
import type { PanelColours } from './palette.ts';

function verticalDash(chart: Chart, x: number, colour: string): void {
  const { ctx, chartArea } = chart;
  ctx.save();
  ctx.beginPath();
  ctx.setLineDash([4, 3]);
  ctx.strokeStyle = colour;
  ctx.lineWidth = 1;
  ctx.moveTo(Math.round(x) + 0.5, chartArea.top);
  ctx.lineTo(Math.round(x) + 0.5, chartArea.bottom);
  ctx.stroke();
  ctx.restore();
}

/** Tints the held-back part, draws a line where it begins, and names it where `label` is given. */
export function heldBackPlugin(
  splitBar: () => number | null,
  colours: () => PanelColours,
  label?: () => string,
): Plugin {
  return {
    id: 'held-back',
    beforeDraw(chart) {
      const split = splitBar();
      const scale = chart.scales['x'];
      if (split === null || scale === undefined || split >= scale.max) return;
      const { ctx, chartArea } = chart;
      const x = Math.max(chartArea.left, scale.getPixelForValue(split));
      ctx.save();
      ctx.fillStyle = colours()['held-back'];
      ctx.fillRect(x, chartArea.top, chartArea.right - x, chartArea.bottom - chartArea.top);
      ctx.restore();
      if (split >= scale.min) verticalDash(chart, x, colours().muted);
      const text = label?.();
      if (text === undefined) return;
      ctx.fillStyle = colours().muted;
      ctx.textBaseline = 'bottom';
      const width = ctx.measureText(text).width;
      if (x + width + 6 < chartArea.right) ctx.fillText(text, x + 6, chartArea.bottom - 3);
    },
  };
}

/** A mark with the extent of the candle that it stands at. */
export interface PlacedMark extends Pick<Mark, 'kind' | 'price'> {
  /** In bars. */
  readonly x: number;
  readonly low: number;
  readonly high: number;
}

const markDistance = 9;

/** Long entries stand below their candle and short ones above it, exits at their price. */
export function marksPlugin(marks: () => readonly PlacedMark[], colours: () => PanelColours): Plugin {
  return {
    id: 'marks',
    afterDatasetsDraw(chart) {
      const [x, y] = [chart.scales['x'], chart.scales['y']];
      if (x === undefined || y === undefined) return;
      const heightOf = ({ kind, price, low, high }: PlacedMark): number => {
        if (kind === 'long-entry') return y.getPixelForValue(low) + markDistance;
        return kind === 'short-entry' ? y.getPixelForValue(high) - markDistance : y.getPixelForValue(price);
      };
      for (const mark of marks()) {
        drawMarker(chart.ctx, { x: x.getPixelForValue(mark.x), y: heightOf(mark) }, mark.kind, colours());
      }
    },
  };
}

/** Joins the entry and exit of the trade that was chosen. */
export function chosenTradePlugin(trade: () => TradeRow | null, colours: () => PanelColours): Plugin {
  return {
    id: 'chosen-trade',
    afterDatasetsDraw(chart) {
      const chosen = trade();
      const [x, y] = [chart.scales['x'], chart.scales['y']];
      if (chosen === null || x === undefined || y === undefined) return;
      const { ctx, chartArea } = chart;
      const exitPrice = chosen.exitPrice ?? chosen.markPrice;
      const ends = [{ bar: chosen.entryBar, price: chosen.entryPrice }];
      if (exitPrice !== null) ends.push({ bar: chosen.exitBar ?? x.max, price: exitPrice });
      const points = ends.map(({ bar, price }) => ({
        x: x.getPixelForValue(bar + 0.5),
        y: y.getPixelForValue(price),
      }));
      ctx.save();
      ctx.beginPath();
      ctx.rect(
        chartArea.left,
        chartArea.top,
        chartArea.right - chartArea.left,
        chartArea.bottom - chartArea.top,
      );
      ctx.clip();
      ctx.strokeStyle = colours().ink;
      ctx.lineWidth = 1;
      ctx.setLineDash([2, 3]);
      ctx.beginPath();
      for (const point of points) ctx.lineTo(point.x, point.y);
      ctx.stroke();
      ctx.setLineDash([]);
      for (const point of points) {
        ctx.beginPath();
        ctx.arc(point.x, point.y, 9, 0, 2 * Math.PI);
        ctx.stroke();
      }
      ctx.restore();
    },
  };
}
