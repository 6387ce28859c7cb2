import type { Chart, Plugin } from 'chart.js';
import type { TradeMarker } from '../../extension/contracts/report.ts';
import type { Colours } from './colours.ts';

const markerSize = 5;

export interface Point {
  readonly x: number;
  readonly y: number;
}

function place(chart: Chart, time: number, value: number): Point | undefined {
  const x = chart.scales['x']?.getPixelForValue(time);
  const y = chart.scales['y']?.getPixelForValue(value);
  return x === undefined || y === undefined ? undefined : { x, y };
}

/** Entries are triangles that point the way of the trade; exits are a disc for a gain, a cross for a loss. */
export function drawMarker(
  context: CanvasRenderingContext2D,
  { x, y }: Point,
  kind: TradeMarker['kind'],
  colours: Colours,
): void {
  context.beginPath();
  if (kind === 'long-entry' || kind === 'short-entry') {
    const tip = kind === 'long-entry' ? -markerSize : markerSize;
    context.moveTo(x, y + tip);
    context.lineTo(x - markerSize, y - tip);
    context.lineTo(x + markerSize, y - tip);
    context.closePath();
    context.fillStyle = colours.ink;
    context.strokeStyle = colours.paper;
    context.lineWidth = 1;
    context.fill();
  } else if (kind === 'gain-exit') {
    context.arc(x, y, markerSize - 1, 0, 2 * Math.PI);
    context.fillStyle = colours.paper;
    context.strokeStyle = colours.gain;
    context.lineWidth = 2;
    context.fill();
  } else {
    const arm = markerSize - 1;
    context.moveTo(x - arm, y - arm);
    context.lineTo(x + arm, y + arm);
    context.moveTo(x + arm, y - arm);
    context.lineTo(x - arm, y + arm);
    context.strokeStyle = colours.loss;
    context.lineWidth = 2;
  }
  context.stroke();
}

/** Draws the trades' entries and exits over the lines. */
export function markersPlugin(markers: readonly TradeMarker[], colours: () => Colours): Plugin<'line'> {
  return {
    id: 'markers',
    afterDatasetsDraw(chart) {
      for (const marker of markers) {
        const point = place(chart, marker.time, marker.price);
        if (point !== undefined) drawMarker(chart.ctx, point, marker.kind, colours());
      }
    },
  };
}

function verticalLine(chart: Chart, x: number, colour: string, dash: readonly number[]): void {
  const { ctx, chartArea } = chart;
  ctx.save();
  ctx.beginPath();
  ctx.setLineDash([...dash]);
  ctx.strokeStyle = colour;
  ctx.lineWidth = 1;
  ctx.moveTo(Math.round(x) + 0.5, chartArea.top);
  ctx.lineTo(Math.round(x) + 0.5, chartArea.bottom);
  ctx.stroke();
  ctx.restore();
}

/** Marks where the held-back part starts. */
export function splitPlugin(
  splitTime: number,
  label: string | undefined,
  colours: () => Colours,
): Plugin<'line'> {
  return {
    id: 'split',
    beforeDatasetsDraw(chart) {
      const x = chart.scales['x']?.getPixelForValue(splitTime);
      if (x === undefined) return;
      verticalLine(chart, x, colours().muted, [4, 3]);
      if (label === undefined) return;
      chart.ctx.fillStyle = colours().muted;
      chart.ctx.textBaseline = 'top';
      chart.ctx.fillText(label, x + 6, chart.chartArea.top + 2);
    },
  };
}

/** A line through the bucket that is pointed at. */
export function cursorPlugin(colours: () => Colours): Plugin<'line'> {
  return {
    id: 'cursor',
    afterDatasetsDraw(chart) {
      const active = chart.getActiveElements()[0];
      if (active !== undefined) verticalLine(chart, active.element.x, colours().muted, []);
    },
  };
}
