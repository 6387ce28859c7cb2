import * as z from 'zod';
import { orderKinds, orderSides, orderSizes } from './orderEvents.ts';
import { orderStates } from './orderStates.ts';

/** Most rows of one page of order events. */
export const maximumOrdersPage = 500;

const bar = z.number().int().nonnegative();
const figure = z.number().nullable();

export const ordersQuerySchema = z.object({
  state: z.enum(['all', ...orderStates]),
  /** Number of the one order that is looked at; null for all. */
  order: z.number().int().positive().nullable(),
  offset: z.number().int().nonnegative(),
  limit: z.number().int().min(1).max(maximumOrdersPage),
});
export type OrdersQuery = z.infer<typeof ordersQuerySchema>;

const orderRowSchema = z.object({
  /** Place among the run's events, from 0. */
  index: z.number().int().nonnegative(),
  time: z.number(),
  /** The bar of the charts on which it happened. */
  bar,
  market: z.number().int().nonnegative(),
  order: z.number(),
  kind: z.enum(orderKinds),
  side: z.enum(orderSides).nullable(),
  sizeKind: z.enum(orderSizes).nullable(),
  size: figure,
  limit: figure,
  trigger: figure,
  state: z.enum(orderStates),
  units: figure,
  price: figure,
  /** Why it was rejected, in the person's language. */
  why: z.string().nullable(),
});
export type OrderRow = z.infer<typeof orderRowSchema>;

export const ordersPageSchema = z.object({
  offset: z.number().int().nonnegative(),
  rows: z.array(orderRowSchema).max(maximumOrdersPage),
  /** Of all events that the filter leaves. */
  matching: z.number().int().nonnegative(),
});
export type OrdersPage = z.infer<typeof ordersPageSchema>;
