import { LabError } from '../contracts/errors.ts';
import type { OrderEvent } from '../contracts/orderEvents.ts';
import { type OrderState, orderStates } from '../contracts/orderStates.ts';
import type { Lab } from '../lab.ts';
import { backtestStepSchema } from '../pipelines/generate/contracts.ts';
import { loadOrders } from '../pipelines/recordedBacktest.ts';
import { orderEventList } from '../reports/orderEvent.ts';
import { ordersCsv } from '../reports/panel/csv.ts';
import { rejectionTexts } from '../reports/tradesSection.ts';
import { visibleLine } from '../reports/visible.ts';
import { writeText } from './files.ts';
import { formatTime, type Terminal, table } from './terminal.ts';

export interface OrdersOptions {
  readonly state?: string;
  /** File that the events are written to. */
  readonly csv?: string;
}

/** Rows that people are shown; programs get all. */
const shownRows = 200;

/** Shows what became of a run's orders, in the order in which it happened. */
export async function ordersCommand(
  lab: Lab,
  terminal: Terminal,
  id: string,
  options: OrdersOptions,
): Promise<void> {
  const state = parseState(options.state);
  const { backtest } = await (await lab.sagas()).results(id);
  const step = backtestStepSchema.safeParse(backtest);
  if (!step.success) {
    throw new LabError('saga.state', `Run ${id} has no backtest yet.`, {
      action: `See where it stands: strategy-lab show ${id}.`,
    });
  }
  const kept = await loadOrders(lab, step.data);
  if (kept === null) {
    throw new LabError('saga.version', `Run ${id} was made by an earlier version, which kept no orders.`, {
      action: 'Run the strategy again.',
    });
  }
  const { data, others = [] } = (await lab.readResult(step.data.result)).manifest;
  const symbols = [data, ...others].map(({ symbol }) => symbol);
  const events = orderEventList(kept).filter((event) => state === undefined || event.state === state);
  if (options.csv !== undefined) {
    await writeText(options.csv, [...ordersCsv(events, symbols)].join(''), '--csv');
  }
  terminal.document({ run: id, total: kept.total, kept: kept.time.length, events });
  if (terminal.json) return;
  if (options.csv === undefined) sayEvents(terminal, events, symbols);
  else terminal.say(`Wrote ${events.length} events to ${options.csv}.`);
  if (kept.time.length < kept.total) {
    terminal.say(`The run has ${kept.total} events; the first ${kept.time.length} were kept.`);
  }
}

function sayEvents(terminal: Terminal, events: readonly OrderEvent[], symbols: readonly string[]): void {
  const isSeveral = symbols.length > 1;
  const head = [
    'time (UTC)',
    'bar',
    ...(isSeveral ? ['market'] : []),
    'order',
    'kind',
    'side',
    'size',
    'limit',
    'stop',
    'state',
    'filled',
    'price',
  ];
  terminal.say(
    table(
      [...head, 'why'],
      events
        .slice(0, shownRows)
        .map((event) => rowOf(event, isSeveral ? visibleLine(symbols[event.market] ?? '') : null)),
    ),
  );
  if (events.length > shownRows) {
    terminal.say(`The first ${shownRows} of ${events.length} events; --json and --csv give all.`);
  }
}

function parseState(text: string | undefined): OrderState | undefined {
  const state = orderStates.find((each) => each === text);
  if (text === undefined || state !== undefined) return state;
  throw new LabError('usage', `--state ${text} is no state of an order.`, {
    action: `Use one of ${orderStates.join(', ')}.`,
  });
}

const sizes = { units: '', cash: ' cash', percent: '%', riskPercent: '% risk' } as const;

/** @param market its symbol; null where there is but one */
function rowOf(event: OrderEvent, market: string | null): string[] {
  const { time, bar, order, kind, side, sizeKind, size, limit, trigger, state, units, price, reason } = event;
  const figure = (value: number | null) => (value === null ? '' : String(Number(value.toPrecision(8))));
  const asked = sizeKind === null ? '' : `${figure(size)}${sizes[sizeKind]}`;
  return [
    ...[
      formatTime(time),
      String(bar),
      ...(market === null ? [] : [market]),
      String(order),
      kind,
      side ?? '',
      asked,
      figure(limit),
      figure(trigger),
    ],
    ...[state, figure(units), figure(price), reason === null ? '' : rejectionTexts[reason]],
  ];
}
