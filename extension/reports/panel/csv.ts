import type { OrderEvent } from '../../contracts/orderEvents.ts';
import type { PreparedRun } from './preparedRun.ts';

/** Rows that are handed over as one piece of text. */
const rowsPerPiece = 4096;

type Cell = string | number | null;

/** What makes a spreadsheet take text for a formula. */
const formulaStart = /^[=+\-@\t\r\n]/;

/**
 * A cell of a CSV file (RFC 4180). Numbers keep every digit. A spreadsheet would run text that begins like a
 * formula: an apostrophe before it makes it text again.
 */
function cell(value: Cell): string {
  if (value === null) return '';
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : '';
  const text = formulaStart.test(value) ? `'${value}` : value;
  return /[",\r\n;\t']/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function line(cells: readonly Cell[]): string {
  return `${cells.map(cell).join(',')}\r\n`;
}

function* pieces(head: readonly string[], count: number, row: (index: number) => readonly Cell[]) {
  let piece = line(head);
  for (let index = 0; index < count; index++) {
    piece += line(row(index));
    if (index % rowsPerPiece === rowsPerPiece - 1) {
      yield piece;
      piece = '';
    }
  }
  yield piece;
}

function utc(time: number | null): string | null {
  return time === null ? null : new Date(time).toISOString();
}

/** Every trade in the order of entries, as a CSV file in pieces. */
export function tradesCsv({ evidence }: PreparedRun): Generator<string> {
  const { trades, manifest } = evidence.result;
  const head = [
    'number',
    'symbol',
    'side',
    'entry_time',
    'entry_price',
    'exit_time',
    'exit_price',
    'mark_price',
    'quantity',
    'fees',
    'profit',
    'profit_fraction',
    'bars',
    'exit_reason',
    'adverse_excursion',
    'favourable_excursion',
  ];
  return pieces(head, trades.length, (index) => {
    const trade = trades[index];
    if (trade === undefined) return [];
    return [
      index + 1,
      trade.symbol ?? manifest.data.symbol,
      trade.side,
      utc(trade.entryTime),
      trade.entryPrice,
      utc(trade.exitTime),
      trade.exitPrice,
      trade.markPrice,
      trade.quantity,
      trade.fees,
      trade.profit,
      trade.profitFraction,
      trade.bars,
      trade.exitReason,
      trade.adverseExcursion ?? null,
      trade.favourableExcursion ?? null,
    ];
  });
}

/**
 * What became of orders, a row an event, as a CSV file in pieces.
 * @param symbols of the run's markets, in their order
 */
export function ordersCsv(events: readonly OrderEvent[], symbols: readonly string[]): Generator<string> {
  const head = [
    'time',
    'bar',
    'symbol',
    'order',
    'kind',
    'side',
    'size_kind',
    'size',
    'limit',
    'trigger',
    'state',
    'units',
    'price',
    'reason',
  ];
  return pieces(head, events.length, (index) => {
    const event = events[index];
    if (event === undefined) return [];
    return [
      utc(event.time),
      event.bar,
      symbols[event.market] ?? null,
      event.order,
      event.kind,
      event.side,
      event.sizeKind,
      event.size,
      event.limit,
      event.trigger,
      event.state,
      event.units,
      event.price,
      event.reason,
    ];
  });
}

/** Every bar of the main market with its equity, drawdown, the value of holding, and what the strategy plots. */
export function barsCsv(run: PreparedRun): Generator<string> {
  const { candles, equity, hold, plots } = run.evidence;
  const columns = [
    candles.open,
    candles.high,
    candles.low,
    candles.close,
    candles.volume,
    equity,
    run.drawdown,
  ];
  const own = [
    'time',
    'time_ms',
    'open',
    'high',
    'low',
    'close',
    'volume',
    'equity',
    'drawdown',
    'buy_and_hold',
  ];
  const head = [...own, ...plots.map(({ name }) => (own.includes(name) ? `plot ${name}` : name))];
  const held = run.initialCash / (hold[0] ?? Number.NaN);
  return pieces(head, run.bars, (bar) => {
    const time = candles.time[bar] as number;
    return [
      utc(time),
      time,
      ...columns.map((column) => column[bar] as number),
      held * (hold[bar] as number),
      ...plots.map(({ values }) => values[bar] as number),
    ];
  });
}
