import { inPriceSteps } from './referenceCosts.ts';
import { exitLot, type Meeting } from './referenceFills.ts';
import { cancelIdle, drop, roundPrices } from './referenceOrders.ts';
import {
  exposureWith,
  heldIn,
  note,
  type ReferenceLot,
  type ReferenceMarket,
  type ReferenceMessage,
  type ReferenceOrder,
  type ReferenceWorld,
  rejectId,
  sum,
} from './referenceState.ts';

type OrderMessage = Extract<ReferenceMessage, { kind: 'buy' | 'sell' | 'close' }>;
type ProtectMessage = Extract<ReferenceMessage, { kind: 'protect' }>;
type Due = { readonly order: ReferenceOrder } | ProtectMessage;

function orderOf({ id, kind, options }: OrderMessage): ReferenceOrder {
  return {
    id,
    kind,
    options,
    isStop: options.stop !== undefined,
    barsLived: 1,
    direction: kind === 'buy' ? 1 : -1,
    limit: options.limit,
    trigger: options.stop,
    left: undefined,
    isChecked: false,
    hasWaited: false,
    isOver: false,
  };
}

/** Takes what arrives at this bar. What cancels or replaces has done so; the rest is returned in its order. */
export function takeDue(world: ReferenceWorld, market: ReferenceMarket): Due[] {
  const { latencyBars } = world.settings;
  const isDue = ({ given }: ReferenceMessage): boolean => given + 1 + latencyBars <= world.now.index;
  const arrived = market.coming.filter(isDue);
  market.coming = market.coming.filter((message) => !isDue(message));
  let due: Due[] = [];
  for (const message of arrived) {
    if (message.kind === 'protect') due.push(message);
    else if (message.kind === 'cancel') {
      const isMeant = ({ id }: ReferenceOrder): boolean => (message.order ?? id) === id;
      const waiting = market.orders.filter(isMeant);
      const coming = due.flatMap((item) => ('order' in item && isMeant(item.order) ? [item.order] : []));
      if (message.order !== undefined && waiting.length + coming.length === 0) {
        rejectId(world, market, message.id, 'unknown-order');
      }
      for (const order of waiting) drop(world, market, order, 'cancelled');
      for (const { id } of coming) note(world, market, id, 'cancelled');
      due = due.filter((item) => !('order' in item && coming.includes(item.order)));
    } else if (message.kind === 'replace') {
      const coming = due.flatMap((item) => ('order' in item ? [item.order] : []));
      const order = [...market.orders, ...coming].find(({ id }) => id === message.order);
      if (order === undefined) rejectId(world, market, message.id, 'unknown-order');
      else replace(world, market, order, message.options);
    } else due.push({ order: orderOf(message) });
  }
  return due;
}

function replace(
  world: ReferenceWorld,
  market: ReferenceMarket,
  order: ReferenceOrder,
  { limit, stop, units }: Extract<ReferenceMessage, { kind: 'replace' }>['options'],
): void {
  if (limit !== undefined) order.limit = limit;
  if (stop !== undefined) order.trigger = stop;
  if (market.orders.includes(order)) roundPrices(world, order);
  if (units !== undefined) {
    order.left = units;
    order.isChecked = false;
  }
  order.hasWaited = false;
  note(world, market, order.id, 'replaced');
}

/** Sets the levels of every open entry. */
export function protect(
  world: ReferenceWorld,
  market: ReferenceMarket,
  { id, options }: ProtectMessage,
  meeting: Meeting,
): void {
  const held = heldIn(market);
  if (world.isRuined || held === 0) {
    rejectId(world, market, id, world.isRuined ? 'bankrupt' : 'no-position');
    return;
  }
  note(world, market, id, 'accepted');
  const sign = held > 0 ? 1 : -1;
  const { stopLoss, takeProfit, trailingStop, trailingStopPercent } = options;
  const distance = trailingStop ?? trailingStopPercent;
  const target = takeProfit === undefined ? undefined : inPriceSteps(world, takeProfit, sign);
  if (target !== undefined && sign * (meeting.price - target) >= 0) {
    for (const lot of [...market.lots]) exitLot(world, market, lot, meeting, 'take-profit');
    cancelIdle(world, market);
    return;
  }
  for (const lot of market.lots) {
    if (stopLoss !== undefined) lot.stop = inPriceSteps(world, stopLoss, sign === 1 ? -1 : 1);
    lot.target = target ?? lot.target;
    if (distance === undefined) continue;
    lot.trail = { distance, isPercent: trailingStopPercent !== undefined };
    lot.best = meeting.price;
  }
}

/** The stop of a lot that is nearer to the market: its stop loss or its trailing stop. */
export function stopOf(
  world: ReferenceWorld,
  { side, stop, trail, best }: ReferenceLot,
): { readonly price: number; readonly reason: 'stop-loss' | 'trailing-stop' } | undefined {
  const sign = side === 'long' ? 1 : -1;
  if (trail !== undefined) {
    const { distance, isPercent } = trail;
    const exact = isPercent ? best * (1 - (sign * distance) / 100) : best - sign * distance;
    const price = inPriceSteps(world, exact, sign === 1 ? -1 : 1);
    if (stop === undefined || sign * (price - stop) > 0) return { price, reason: 'trailing-stop' };
  }
  return stop === undefined ? undefined : { price: stop, reason: 'stop-loss' };
}

/** Price of this market at which the equity is the maintenance margin of all positions. */
export function liquidationPrice(world: ReferenceWorld, market: ReferenceMarket): number | undefined {
  const held = heldIn(market);
  if (held === 0) return undefined;
  const { maintenanceMargin } = world.settings;
  const others = world.markets.filter((each) => each !== market);
  const worth = world.cash + sum(others.map((each) => heldIn(each) * each.mark));
  const needed = maintenanceMargin * exposureWith(world, market, 0);
  const price = (needed - worth) / (held - maintenanceMargin * Math.abs(held));
  return price > 0 ? price : undefined;
}
