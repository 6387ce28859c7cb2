import * as z from 'zod';
import { type Rejection, rejectionSchema } from './backtest.ts';
import { type OrderState, orderStates } from './orderStates.ts';

/** What an order asks for: an entry or exit by how it waits, or a change of what is there. */
export const orderKinds = ['market', 'limit', 'stop', 'stop-limit', 'protect', 'cancel', 'replace'] as const;
export type OrderKind = (typeof orderKinds)[number];

export const orderSides = ['buy', 'sell', 'close'] as const;
export type OrderSide = (typeof orderSides)[number];

/** What the size of an order counts; `percent` is of the equity for an entry, and of the position for a close. */
export const orderSizes = ['units', 'cash', 'percent', 'riskPercent'] as const;
export type OrderSize = (typeof orderSizes)[number];

/** Most events of a run that are kept, the first ones: about 66 bytes each. */
export const mostOrderEvents = 200_000;

/** The names that codes stand for; a code is an index, and 255 stands for none. */
export const orderCodesSchema = z.object({
  kind: z.array(z.enum(orderKinds)),
  side: z.array(z.enum(orderSides)),
  sizeKind: z.array(z.enum(orderSizes)),
  state: z.array(z.enum(orderStates)),
  reason: z.array(rejectionSchema.shape.reason),
});
export type OrderCodes = z.infer<typeof orderCodesSchema>;
export const noCode = 255;

/**
 * The changes of the states of a run's orders in the order in which they happened, a value an event in each
 * column; NaN stands for none.
 */
export interface OrderEvents {
  /** Events of the run, those included that are not kept. */
  readonly total: number;
  readonly codes: OrderCodes;
  /** When it happened: UTC milliseconds, and the number of the run's time, which is a bar with one market. */
  readonly time: Float64Array;
  readonly bar: Uint32Array;
  readonly market: Uint8Array;
  /** Number of the order in the run, from 1. */
  readonly order: Float64Array;
  readonly kind: Uint8Array;
  readonly side: Uint8Array;
  /** Size as the order asks for it. */
  readonly sizeKind: Uint8Array;
  readonly size: Float64Array;
  /** Worst price, and price that makes it active; of a protection the take profit and the stop loss. */
  readonly limit: Float64Array;
  readonly trigger: Float64Array;
  readonly state: Uint8Array;
  /** Units that were filled. */
  readonly units: Float64Array;
  /** Mean price of the order's fills on the bar. */
  readonly price: Float64Array;
  /** Why it was rejected. */
  readonly reason: Uint8Array;
}

/** One event; null stands for none. */
export interface OrderEvent {
  readonly time: number;
  readonly bar: number;
  readonly market: number;
  readonly order: number;
  readonly kind: OrderKind;
  readonly side: OrderSide | null;
  readonly sizeKind: OrderSize | null;
  readonly size: number | null;
  readonly limit: number | null;
  readonly trigger: number | null;
  readonly state: OrderState;
  readonly units: number | null;
  readonly price: number | null;
  readonly reason: Rejection['reason'] | null;
}
