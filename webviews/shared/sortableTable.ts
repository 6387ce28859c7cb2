import { compareCells } from './cellOrder.ts';

function sortBy(table: HTMLTableElement, header: HTMLTableCellElement): void {
  const direction = header.ariaSort === 'ascending' ? -1 : 1;
  for (const other of table.querySelectorAll('th[aria-sort]')) other.removeAttribute('aria-sort');
  header.ariaSort = direction === 1 ? 'ascending' : 'descending';
  const body = table.tBodies[0];
  if (body === undefined) return;
  const kind = header.dataset['sort'] === 'number' ? 'number' : 'text';
  const rows = Array.from(body.rows, (row) => ({
    row,
    text: row.cells[header.cellIndex]?.textContent ?? '',
  }));
  rows.sort((a, b) => compareCells(a.text, b.text, kind, direction));
  body.append(...rows.map(({ row }) => row));
}

/** Makes each column head with `data-sort` a button that sorts by it: up first, then down. */
export function makeSortable(table: HTMLTableElement): void {
  for (const header of table.querySelectorAll<HTMLTableCellElement>('th[data-sort]')) {
    const button = document.createElement('button');
    button.type = 'button';
    button.append(...header.childNodes);
    button.addEventListener('click', () => sortBy(table, header));
    header.append(button);
  }
}
