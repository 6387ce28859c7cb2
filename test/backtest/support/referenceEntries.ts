import { feeRate, inPriceSteps, inQuantitySteps } from './referenceCosts.ts';
import { byVolume, fillPrice, type Meeting, payFee } from './referenceFills.ts';
import {
  equityWith,
  exposureWith,
  type ReferenceMarket,
  type ReferenceOrder,
  type ReferenceWorld,
  slack,
} from './referenceState.ts';

export interface Levels {
  readonly stop: number | undefined;
  readonly target: number | undefined;
}

/** The stop loss and take profit of an entry at `price`, in price steps away from it. */
export function levelsAt(
  world: ReferenceWorld,
  { direction, options }: ReferenceOrder,
  price: number,
): Levels {
  const { stopLoss, stopLossPercent, takeProfit, takeProfitPercent } = options;
  const stop = stopLossPercent === undefined ? stopLoss : price * (1 - (direction * stopLossPercent) / 100);
  const target =
    takeProfitPercent === undefined ? takeProfit : price * (1 + (direction * takeProfitPercent) / 100);
  return {
    stop: stop === undefined ? undefined : inPriceSteps(world, stop, direction === 1 ? -1 : 1),
    target: target === undefined ? undefined : inPriceSteps(world, target, direction),
  };
}

export function wrongSide({ direction }: ReferenceOrder, { stop, target }: Levels, price: number) {
  if (stop !== undefined && direction * (price - stop) <= 0) return 'stop-on-wrong-side';
  if (target !== undefined && direction * (target - price) <= 0) return 'target-on-wrong-side';
  return undefined;
}

/** Units that the size of an order asks for at `price`, its market at `mark`. */
export function wantedUnits(
  world: ReferenceWorld,
  market: ReferenceMarket,
  order: ReferenceOrder,
  mark: number,
  price: number,
): number {
  const { units, cash, percent = 100, riskPercent } = order.options;
  const costOfOne = price * (1 + feeRate(world, false));
  const equity = equityWith(world, market, mark);
  if (units !== undefined) return units;
  if (cash !== undefined) return (cash - world.settings.fixedFee) / costOfOne;
  if (riskPercent === undefined) return (equity * percent) / 100 / costOfOne;
  const { stop = Number.NaN } = levelsAt(world, order, price);
  return (equity * riskPercent) / 100 / Math.abs(price - stop);
}

/** Units that an entry has, or has still to fill, or why there are none. */
function entryUnits(
  world: ReferenceWorld,
  market: ReferenceMarket,
  order: ReferenceOrder,
  meeting: Meeting,
  price: number,
): number | string {
  const { leverage, fixedFee, maximumQuantity, minimumNotional } = world.settings;
  const { units, cash } = order.options;
  const isCut = units === undefined && cash === undefined;
  const equity = equityWith(world, market, meeting.price);
  const free = leverage * equity - exposureWith(world, market, meeting.price) - fixedFee;
  const rate = feeRate(world, meeting.isMaker);
  // A new share of the equity is sized as if it paid what an order pays that takes.
  const cutRate = order.left === undefined ? Math.max(rate, feeRate(world, false)) : rate;
  const most = free / (price * (1 + (isCut ? cutRate : rate)));
  let wanted = order.left ?? wantedUnits(world, market, order, meeting.price, price);
  if (free <= equity * slack) return 'insufficient-cash';
  if (isCut) wanted = Math.min(wanted, most);
  else if (wanted > most * (1 + slack)) return 'insufficient-cash';
  if (!order.isChecked && maximumQuantity > 0 && wanted > maximumQuantity) {
    if (!isCut) return 'above-maximum-quantity';
    wanted = maximumQuantity;
  }
  wanted = inQuantitySteps(world, wanted);
  if (wanted <= 0) return 'below-step';
  if (order.isChecked) return wanted;
  if (wanted * price < minimumNotional) return 'below-minimum-notional';
  if (wanted * price < equity / 1e6) return 'too-small';
  return wanted;
}

/** Enters as much of an order as there is volume for. Returns what was filled, or why it is rejected. */
export function enter(
  world: ReferenceWorld,
  market: ReferenceMarket,
  order: ReferenceOrder,
  meeting: Meeting,
): { readonly taken: number; readonly wanted: number } | string {
  const { direction } = order;
  if (market.lots.length >= 10_000) return 'too-many-entries';
  const bare = fillPrice(world, market, meeting, direction, 0, order.limit);
  const early = wrongSide(order, levelsAt(world, order, bare), bare);
  if (early !== undefined) return early;
  // What the order moves the price by depends on its units, and these on the price: two steps.
  const guess = entryUnits(world, market, order, meeting, bare);
  if (typeof guess === 'string') return guess;
  const price = fillPrice(world, market, meeting, direction, byVolume(world, market, guess), order.limit);
  const levels = levelsAt(world, order, price);
  const late = wrongSide(order, levels, price);
  if (late !== undefined) return late;
  const wanted = entryUnits(world, market, order, meeting, price);
  if (typeof wanted === 'string') return wanted;
  order.isChecked = true;
  const taken = byVolume(world, market, wanted);
  if (taken <= 0) return { taken: 0, wanted };
  const fee = payFee(world, feeRate(world, meeting.isMaker), taken, price, meeting.price);
  const { trailingStop, trailingStopPercent } = order.options;
  const distance = trailingStop ?? trailingStopPercent;
  market.volumeLeft -= taken;
  world.cash -= direction * taken * price + fee;
  if (meeting.isInside) market.entered = meeting.price;
  market.lots.push({
    side: direction === 1 ? 'long' : 'short',
    entry: world.now,
    price,
    fundedUntil: world.now.time,
    units: taken,
    fee,
    funding: 0,
    ...levels,
    trail: distance === undefined ? undefined : { distance, isPercent: trailingStopPercent !== undefined },
    best: price,
    isBestUnknown: meeting.isInside && meeting.isMaker,
    leaving: undefined,
    isOver: false,
  });
  return { taken, wanted };
}
