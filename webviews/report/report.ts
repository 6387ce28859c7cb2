import type { ReportPageData } from '../../extension/contracts/report.ts';
import { makeSortable } from '../shared/sortableTable.ts';
import { drawRunCharts } from './runCharts.ts';

/** Lets Escape hide a definition that stands in the way, until the pointer or the focus moves on. */
function dismissTipsOnEscape(): void {
  const root = document.documentElement;
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') root.classList.add('tips-off');
  });
  for (const type of ['pointerover', 'focusin']) {
    document.addEventListener(type, () => root.classList.remove('tips-off'));
  }
}

const data = document.getElementById('report-data')?.textContent;
// The page's own text, which its host wrote from checked values.
if (data) drawRunCharts(JSON.parse(data) as ReportPageData);
for (const table of document.querySelectorAll<HTMLTableElement>('table.sortable')) makeSortable(table);
dismissTipsOnEscape();
