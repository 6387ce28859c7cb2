import { inPriceSteps, inQuantitySteps } from './referenceCosts.ts';
import { enter, levelsAt, wantedUnits, wrongSide } from './referenceEntries.ts';
import { byVolume, exitUnits, fillPrice, type Meeting } from './referenceFills.ts';
import {
  type CloseReason,
  equityWith,
  heldIn,
  note,
  type ReferenceBar,
  type ReferenceMarket,
  type ReferenceOrder,
  type ReferenceWorld,
  rejectId,
  slack,
} from './referenceState.ts';

/** Whether an order may only make the position smaller. */
export function isReduction(order: ReferenceOrder): boolean {
  return order.kind === 'close' || order.options.reduceOnly === true;
}

/** Whether the position is one that the order works against. */
function isAgainst(market: ReferenceMarket, { direction }: ReferenceOrder): boolean {
  return heldIn(market) * direction < 0;
}

function remove(market: ReferenceMarket, order: ReferenceOrder): void {
  market.orders = market.orders.filter((each) => each !== order);
}

export function drop(world: ReferenceWorld, market: ReferenceMarket, order: ReferenceOrder, state: string) {
  if (!market.orders.includes(order)) return;
  remove(market, order);
  note(world, market, order.id, state);
}

/** Puts the prices of an order into steps: limits where they are harder to reach, stops against the order. */
export function roundPrices(world: ReferenceWorld, order: ReferenceOrder): void {
  const { direction, limit, trigger } = order;
  if (limit !== undefined) order.limit = inPriceSteps(world, limit, direction === 1 ? -1 : 1);
  if (trigger !== undefined) order.trigger = inPriceSteps(world, trigger, direction);
}

/** Why an order that arrives with a price of its own is not taken. */
function refusal(world: ReferenceWorld, market: ReferenceMarket, order: ReferenceOrder): string | undefined {
  const waitsFor = order.limit ?? order.trigger;
  if (waitsFor === undefined) return undefined;
  if (isReduction(order)) {
    if (isAgainst(market, order)) return undefined;
    return heldIn(market) === 0 ? 'no-position' : 'would-increase';
  }
  const wrong = wrongSide(order, levelsAt(world, order, waitsFor), waitsFor);
  if (wrong !== undefined) return wrong;
  return market.orders.length >= 1000 ? 'too-many-entries' : undefined;
}

/** Takes an order that arrives at the open of a piece. */
export function place(
  world: ReferenceWorld,
  market: ReferenceMarket,
  order: ReferenceOrder,
  piece: ReferenceBar,
): void {
  const { oco, goodTill = Infinity } = order.options;
  if (order.kind === 'close') order.direction = heldIn(market) < 0 ? 1 : -1;
  roundPrices(world, order);
  const problem = world.isRuined ? 'bankrupt' : undefined;
  if (problem === undefined && world.now.time >= goodTill) {
    note(world, market, order.id, 'expired');
    return;
  }
  const reason = problem ?? refusal(world, market, order);
  if (reason !== undefined) {
    rejectId(world, market, order.id, reason);
    return;
  }
  note(world, market, order.id, 'accepted');
  market.orders.push(order);
  if (oco !== undefined) world.pairs.push([order.id, oco]);
  const pairs = world.pairs.filter((pair) => pair.includes(order.id)).flat();
  if (pairs.some((id) => world.filledOnce.has(id))) drop(world, market, order, 'cancelled');
  else meetOpen(world, market, order, piece);
}

/** An order at the open of a piece: filled there, or left to wait. */
export function meetOpen(
  world: ReferenceWorld,
  market: ReferenceMarket,
  order: ReferenceOrder,
  piece: ReferenceBar,
): void {
  const { direction, limit } = order;
  let isMaker = order.hasWaited && limit !== undefined;
  order.hasWaited = true;
  if (order.trigger !== undefined) {
    if (direction * (piece.open - order.trigger) < 0) return;
    trigger(world, market, order);
    isMaker = false;
  }
  const better = limit === undefined ? Infinity : direction * (limit - piece.open);
  const isThrough = isMaker && world.settings.limitFills === 'through';
  if (isThrough ? better > 0 : better >= 0) {
    execute(world, market, order, { price: piece.open, piece, isMaker, isInside: false });
  }
}

export function trigger(world: ReferenceWorld, market: ReferenceMarket, order: ReferenceOrder): void {
  order.trigger = undefined;
  note(world, market, order.id, 'triggered');
}

/** Fills as much of an order as the volume gives. */
export function execute(
  world: ReferenceWorld,
  market: ReferenceMarket,
  order: ReferenceOrder,
  meeting: Meeting,
): void {
  order.isOver = true;
  const problem = world.isRuined ? 'bankrupt' : fill(world, market, order, meeting);
  if (problem === undefined) return;
  remove(market, order);
  rejectId(world, market, order.id, problem);
}

/** Fills what it can of an order; returns why it is rejected. */
function fill(
  world: ReferenceWorld,
  market: ReferenceMarket,
  order: ReferenceOrder,
  meeting: Meeting,
): string | undefined {
  if (isReduction(order)) return reduce(world, market, order, meeting);
  if (isAgainst(market, order)) {
    const isNet = world.settings.positionMode === 'net';
    const next = isNet ? setOff(world, market, order, meeting) : reverse(world, market, order, meeting);
    if (next !== 'enter') return next;
  }
  const entered = enter(world, market, order, meeting);
  if (typeof entered === 'string') return entered;
  const { taken, wanted } = entered;
  order.left = wanted - taken;
  if (taken > 0) filled(world, market, order, taken, wanted);
  return undefined;
}

/** Notes a fill of `taken` out of `wanted` units, and what follows from it. */
function filled(
  world: ReferenceWorld,
  market: ReferenceMarket,
  order: ReferenceOrder,
  taken: number,
  wanted: number,
): void {
  const isDone = wanted - taken <= slack * taken;
  note(world, market, order.id, isDone ? 'filled' : 'partially-filled', taken);
  if (isDone) remove(market, order);
  afterFill(world, market, order);
}

/** The first fill of one of a pair cancels the other; a reduction goes with its position. */
function afterFill(world: ReferenceWorld, market: ReferenceMarket, order: ReferenceOrder): void {
  world.filledOnce.add(order.id);
  for (const pair of world.pairs.filter((each) => each.includes(order.id))) {
    const other = pair[0] === order.id ? pair[1] : pair[0];
    for (const each of world.markets) {
      for (const excluded of each.orders.filter(({ id }) => id === other)) {
        drop(world, each, excluded, 'cancelled');
      }
    }
  }
  cancelIdle(world, market, order);
}

/** Cancels reductions whose position is gone, but for the order at work. */
export function cancelIdle(world: ReferenceWorld, market: ReferenceMarket, but?: ReferenceOrder): void {
  for (const order of market.orders) {
    if (order !== but && isReduction(order) && !isAgainst(market, order)) {
      drop(world, market, order, 'cancelled');
    }
  }
}

/** Closes `units` with what the volume gives; returns the units taken. */
function exit(
  world: ReferenceWorld,
  market: ReferenceMarket,
  order: ReferenceOrder,
  meeting: Meeting,
  units: number,
  reason: CloseReason,
): number {
  const taken = byVolume(world, market, units);
  if (taken <= 0) return 0;
  const price = fillPrice(world, market, meeting, order.direction, taken, order.limit);
  market.volumeLeft -= taken;
  exitUnits(world, market, taken, price, meeting, reason);
  return taken;
}

function reasonOf({ limit, isStop }: ReferenceOrder): CloseReason {
  if (limit !== undefined) return 'limit';
  return isStop ? 'stop' : 'signal';
}

/** Fills an order that may only reduce; returns why it is rejected. */
function reduce(
  world: ReferenceWorld,
  market: ReferenceMarket,
  order: ReferenceOrder,
  meeting: Meeting,
): string | undefined {
  const held = Math.abs(heldIn(market));
  if (held === 0) return 'no-position';
  if (!isAgainst(market, order)) return 'would-increase';
  const { units, percent = 100 } = order.options;
  if (order.left === undefined) {
    const isAll = units === undefined && percent === 100;
    order.left = isAll ? Infinity : (units ?? (held * percent) / 100);
  }
  const asked = order.left === Infinity ? held : inQuantitySteps(world, order.left);
  if (asked <= 0) return 'below-step';
  const equity = equityWith(world, market, meeting.price);
  const isPart = !order.isChecked && order.left !== Infinity;
  if (isPart && asked * meeting.price < equity / 1e6) return 'too-small';
  order.isChecked = true;
  const wanted = asked >= held * (1 - slack) ? held : asked;
  const taken = exit(world, market, order, meeting, wanted, reasonOf(order));
  order.left -= taken;
  if (taken > 0) filled(world, market, order, taken, wanted);
  return undefined;
}

/** Closes the position that an entry goes against: 'enter' where nothing of it is left. */
function reverse(
  world: ReferenceWorld,
  market: ReferenceMarket,
  order: ReferenceOrder,
  meeting: Meeting,
): 'enter' | undefined {
  const held = Math.abs(heldIn(market));
  const taken = exit(world, market, order, meeting, held, 'reverse');
  if (taken <= 0) return undefined;
  const isWhole = taken === held;
  if (!isWhole) note(world, market, order.id, 'partially-filled', taken);
  afterFill(world, market, order);
  return isWhole ? 'enter' : undefined;
}

/** Sets an order off against the position: 'enter' where some of it is left then, or why it is rejected. */
function setOff(
  world: ReferenceWorld,
  market: ReferenceMarket,
  order: ReferenceOrder,
  meeting: Meeting,
): string | undefined {
  if (order.left === undefined) {
    const bare = fillPrice(world, market, meeting, order.direction, 0, order.limit);
    order.left = wantedUnits(world, market, order, meeting.price, bare);
  }
  const left = inQuantitySteps(world, order.left);
  if (left <= 0) return 'below-step';
  const wanted = Math.min(left, Math.abs(heldIn(market)));
  const taken = exit(world, market, order, meeting, wanted, 'reverse');
  order.left = left - taken;
  if (taken <= 0) return undefined;
  filled(world, market, order, taken, left);
  return order.left > slack * wanted && taken === wanted ? 'enter' : undefined;
}
