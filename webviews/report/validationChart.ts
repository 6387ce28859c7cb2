import type { ReportPageData } from '../../extension/contracts/report.ts';
import { onThemeChange, readColours } from '../shared/colours.ts';
import { drawLineChart, linkCharts, paint } from '../shared/lineChart.ts';
import { validationChartOptions } from '../shared/validationChart.ts';

/** Draws the equity of a validation into the element that waits for it. */
export function drawValidationChart(chart: NonNullable<ReportPageData['validation']>): void {
  const place = document.querySelector<HTMLElement>('[data-validation-chart]');
  if (place === null) return;
  let colours = readColours();
  const options = validationChartOptions(chart, () => colours);
  const view = drawLineChart(place, options);
  view.canvas.tabIndex = 0;
  view.canvas.setAttribute('role', 'img');
  view.canvas.setAttribute('aria-label', place.closest('figure')?.querySelector('h3')?.textContent ?? '');
  view.canvas.setAttribute('aria-describedby', 'chart-validation-summary');
  linkCharts([view], chart.time.length);
  onThemeChange(() => {
    colours = readColours();
    view.resize();
    paint(view, options);
  });
}
