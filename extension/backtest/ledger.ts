import type { ExitReason, Rejection, Trade } from '../contracts/backtest.ts';
import { type OrderState, orderStates } from '../contracts/orderStates.ts';
import { NumberTable } from './numberTable.ts';

export type CloseReason = Exclude<ExitReason, 'open'>;

/** Why a fill happened; the index is the code in the fills table. */
export const fillReasons = [
  'entry',
  'signal',
  'reverse',
  'limit',
  'stop',
  'stop-loss',
  'trailing-stop',
  'take-profit',
  'liquidation',
  'bankrupt',
] as const;
export type FillReason = (typeof fillReasons)[number];

const reasonCodes = codesOf(fillReasons);

const stateCodes = codesOf(orderStates);

function codesOf<Name extends string>(names: readonly Name[]): Readonly<Record<Name, number>> {
  return Object.fromEntries(names.map((name, code) => [name, code])) as Record<Name, number>;
}

const rejectionsKept = 100;

/** Columns of the fills table: bar, time, signed quantity, price, fee, cash after, order id, reason, market. */
export const fillWidth = 9;

/** Columns of the events table: bar, time, order id, market, state, units of the fill or NaN. */
export const orderEventWidth = 6;

/** What happened in a run: every fill, every closed trade, every change of an order's state. */
export class Ledger {
  readonly fills = new NumberTable(fillWidth);
  readonly orderEvents = new NumberTable(orderEventWidth);
  readonly trades: Trade[] = [];
  readonly rejections: Rejection[] = [];
  /** Why, of each event of a rejection. */
  readonly rejectionReasons: Rejection['reason'][] = [];
  rejected = 0;

  addFill(
    bar: number,
    time: number,
    signedQuantity: number,
    price: number,
    fee: number,
    cashAfter: number,
    orderId: number,
    reason: FillReason,
    market: number,
  ): void {
    const offset = this.fills.add();
    const values = this.fills.lastBlock;
    values[offset] = bar;
    values[offset + 1] = time;
    values[offset + 2] = signedQuantity;
    values[offset + 3] = price;
    values[offset + 4] = fee;
    values[offset + 5] = cashAfter;
    values[offset + 6] = orderId;
    values[offset + 7] = reasonCodes[reason];
    values[offset + 8] = market;
  }

  addOrderEvent(
    bar: number,
    time: number,
    orderId: number,
    market: number,
    state: OrderState,
    units = NaN,
  ): void {
    const offset = this.orderEvents.add();
    const values = this.orderEvents.lastBlock;
    values[offset] = bar;
    values[offset + 1] = time;
    values[offset + 2] = orderId;
    values[offset + 3] = market;
    values[offset + 4] = stateCodes[state];
    values[offset + 5] = units;
  }

  addRejection(
    bar: number,
    time: number,
    orderId: number,
    market: number,
    reason: Rejection['reason'],
  ): void {
    this.addOrderEvent(bar, time, orderId, market, 'rejected');
    this.rejectionReasons.push(reason);
    this.rejected++;
    if (this.rejections.length < rejectionsKept) this.rejections.push({ time, reason });
  }
}
