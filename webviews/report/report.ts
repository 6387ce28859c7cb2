import type { ReportPageData } from '../../extension/contracts/report.ts';
import { makeSortable } from '../shared/sortableTable.ts';
import { tendTips } from '../shared/tips.ts';
import { drawRunCharts } from './runCharts.ts';
import { drawValidationChart } from './validationChart.ts';

const data = document.getElementById('report-data')?.textContent;
// The page's own text, which its host wrote from checked values.
if (data) {
  const page = JSON.parse(data) as ReportPageData;
  drawRunCharts(page);
  if (page.validation !== null) drawValidationChart(page.validation);
}
for (const table of document.querySelectorAll<HTMLTableElement>('table.sortable')) makeSortable(table);
tendTips();
