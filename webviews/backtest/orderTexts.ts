import type { OrderKind, OrderSide, OrderSize } from '../../extension/contracts/orderEvents.ts';
import type { OrderState } from '../../extension/contracts/orderStates.ts';

/** Keys of the texts by which the parts of an order event are named. */
export const stateTexts = {
  accepted: 'stateAccepted',
  triggered: 'stateTriggered',
  'partially-filled': 'statePartlyFilled',
  filled: 'stateFilled',
  replaced: 'stateReplaced',
  cancelled: 'stateCancelled',
  expired: 'stateExpired',
  rejected: 'stateRefused',
} as const satisfies Record<OrderState, string>;

export const kindTexts = {
  market: 'kindMarket',
  limit: 'kindLimit',
  stop: 'kindStop',
  'stop-limit': 'kindStopLimit',
  protect: 'kindProtect',
  cancel: 'kindCancel',
  replace: 'kindReplace',
} as const satisfies Record<OrderKind, string>;

export const sideTexts = { buy: 'buy', sell: 'sell', close: 'close' } as const satisfies Record<
  OrderSide,
  string
>;

export const sizeTexts = {
  units: 'sizeUnits',
  cash: 'sizeCash',
  percent: 'sizePercent',
  riskPercent: 'sizeRisk',
} as const satisfies Record<OrderSize, string>;
