import { LabError } from '../../contracts/errors.ts';
import type { ColumnMap } from './columns.ts';
import type { ReadFacts } from './readRows.ts';
import type { RowTable } from './rows.ts';
import { rowError, type Source } from './source.ts';

const arrayColumns: ColumnMap = { time: 0, open: 1, high: 2, low: 3, close: 4, volume: 5 };
const klineColumns: ColumnMap = { ...arrayColumns, trades: 8 };
const binanceWidth = 12;

/**
 * Reads a JSON array of arrays into `rows`: `[time, open, high, low, close, volume]` as freqtrade and
 * ccxt write them, or the twelve values of a Binance kline. Throws `data.empty`, `data.format`,
 * `data.value` or `data.time`; a row's place is its entry.
 */
export function readJson(source: Source, text: string, rows: RowTable): ReadFacts {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (cause) {
    throw new LabError('data.format', `${source.name} is not valid JSON.`, {
      action: 'Export it again; numbers such as NaN are not allowed in JSON.',
      place: { file: source.path },
      cause,
    });
  }
  if (!Array.isArray(document)) {
    throw new LabError('data.format', `${source.name} is JSON, but not an array of candles.`, {
      action: 'Write it as an array of [time, open, high, low, close, volume].',
      place: { file: source.path },
    });
  }
  if (document.length === 0) {
    throw new LabError('data.empty', `${source.name} holds no data rows.`, {
      action: 'Download or export the file again.',
      place: { file: source.path },
    });
  }
  let width = 0;
  let columns = arrayColumns;
  for (const [entry, row] of document.entries()) {
    const cells = Array.isArray(row) ? row.map(cellText) : [];
    width ||= cells.length;
    if (width === binanceWidth) columns = klineColumns;
    if (
      (cells.length !== arrayColumns.volume + 1 && cells.length !== binanceWidth) ||
      cells.length !== width
    ) {
      throw rowError(
        source,
        { entry },
        'data.format',
        'it is not an array of time, open, high, low, close and volume',
        'Write each candle as [time, open, high, low, close, volume].',
      );
    }
    rows.add(cells, columns, { entry });
  }
  return {
    format: width === binanceWidth ? 'Binance klines JSON' : 'JSON arrays',
    columns,
    mayHoldThousands: false,
  };
}

function cellText(cell: unknown): string {
  return cell === null ? '' : String(cell);
}
