/** What became of an order, in the order of a life; the index is the code in tables of events. */
export const orderStates = [
  'accepted',
  'triggered',
  'partially-filled',
  'filled',
  'replaced',
  'cancelled',
  'expired',
  'rejected',
] as const;
export type OrderState = (typeof orderStates)[number];
