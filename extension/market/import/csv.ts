import { LabError } from '../../contracts/errors.ts';
import { type ColumnMap, mapColumns, symbolColumn } from './columns.ts';
import { dataLines, findDelimiter, type Line, splitLine } from './delimited.ts';
import { normaliseSymbol } from './identity.ts';
import type { ReadFacts } from './readRows.ts';
import type { RowTable } from './rows.ts';
import { rowError, type Source } from './source.ts';
import { SymbolColumn } from './symbolColumn.ts';
import { parseNumber } from './time.ts';

/** Columns of Binance's public klines, which have no header. */
const binanceColumns: ColumnMap = { time: 0, open: 1, high: 2, low: 3, close: 4, volume: 5, trades: 8 };
const binanceWidth = 12;

/**
 * Reads delimited text into `rows`: CryptoDataDownload, Binance's public klines and any other with a
 * header. Lines that are blank, begin with `#` or, before the header, hold a web address are no data.
 * `likelySymbol` is the symbol by the file's name or the caller. Throws `data.empty`, `data.format`,
 * `data.value` or `data.time`.
 */
export function readDelimited(source: Source, text: string, likelySymbol: string, rows: RowTable): ReadFacts {
  const lines = dataLines(text);
  let next = lines.next();
  let hasAddress = false;
  while (!next.done && /^"?https?:\/\//i.test(next.value.text)) {
    hasAddress = true;
    next = lines.next();
  }
  if (next.done) throw noRows(source);

  const delimiter = findDelimiter(next.value);
  if (delimiter === undefined) {
    throw new LabError('data.format', `${source.name} has only one column.`, {
      action: 'Give it the columns time, open, high, low, close and volume, parted by commas.',
      place: { file: source.path, line: next.value.number },
    });
  }
  const split = (line: Line): string[] => splitLine(source, line, delimiter);
  const head = split(next.value);
  let columns = binanceColumns;
  let width = binanceWidth;
  let format = 'Binance klines';
  const isBinance = head.length === binanceWidth && parseNumber(head[0] ?? '') !== undefined;
  if (!isBinance && !holdsData(head)) {
    const first = lines.next();
    if (first.done) throw noRows(source);
    const cells = split(first.value);
    const symbolCell = cells[symbolColumn(head, cells) ?? -1];
    const symbol = symbolCell === undefined ? undefined : normaliseSymbol(symbolCell);
    columns = mapColumns(source, head, cells, symbol ?? likelySymbol);
    width = head.length;
    format = hasAddress || isCryptoDataDownload(head) ? 'CryptoDataDownload CSV' : 'CSV';
    next = first;
  } else if (!isBinance) {
    throw new LabError(
      'data.format',
      `${source.name} has no header line and is not a file of Binance klines.`,
      {
        action: 'Give it a header line with the columns time, open, high, low, close and volume.',
        place: { file: source.path, line: next.value.number },
      },
    );
  }

  // Where a comma is the decimal sign, cells are parted by semicolons and thousands by dots.
  let mayHoldThousands = delimiter === ';';
  const prices = [columns.open, columns.high, columns.low, columns.close];
  const symbols = new SymbolColumn(source, head[columns.symbol ?? -1] ?? '');
  for (; !next.done; next = lines.next()) {
    const line = next.value;
    const cells = split(line);
    const place = { line: line.number };
    if (cells.length !== width) {
      const problem = `it has ${cells.length} cells where ${width} are expected`;
      throw rowError(source, place, 'data.format', problem);
    }
    if (columns.symbol !== undefined) symbols.check(cells[columns.symbol] ?? '', place);
    rows.add(cells, columns, place);
    mayHoldThousands &&= prices.every((index) => /^\s*[1-9]\d{0,2}\.\d{3}\s*$/.test(cells[index] ?? ''));
  }
  return { format, columns, mayHoldThousands, symbol: symbols.symbol };
}

function noRows(source: Source): LabError {
  return new LabError('data.empty', `${source.name} holds no data rows.`, {
    action: 'Download or export the file again.',
    place: { file: source.path },
  });
}

/** Whether a line is a row rather than a header: it begins with a number or holds a date. */
function holdsData(head: readonly string[]): boolean {
  const date = /^\s*\d{1,4}([-/.])\d{1,2}\1\d{1,4}(?!\d)/;
  return parseNumber(head[0] ?? '') !== undefined || head.some((cell) => date.test(cell));
}

function isCryptoDataDownload(head: readonly string[]): boolean {
  return /^"?unix"?,"?date"?,"?symbol"?,"?open"?,"?high"?,"?low"?,"?close"?,"?volume /i.test(head.join(','));
}
