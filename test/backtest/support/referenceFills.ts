import { feeRate, inPriceSteps, inQuantitySteps, slipFraction } from './referenceCosts.ts';
import {
  type CloseReason,
  dayMilliseconds,
  heldIn,
  type ReferenceBar,
  type ReferenceLot,
  type ReferenceMarket,
  type ReferenceWorld,
  slack,
} from './referenceState.ts';

/** Where an order or a level meets the market: `price` is the market's before slippage. */
export interface Meeting {
  readonly price: number;
  /** The piece of time at work. */
  readonly piece: ReferenceBar;
  /** Whether it stood there and lets the market come to it: no slippage, the maker fee. */
  readonly isMaker: boolean;
  /** Whether it is met after the open of the piece. */
  readonly isInside: boolean;
}

/** The price of a fill of `units` in one direction, no worse than `worst`. */
export function fillPrice(
  world: ReferenceWorld,
  market: ReferenceMarket,
  { price, piece, isMaker }: Meeting,
  direction: 1 | -1,
  units: number,
  worst?: number,
): number {
  if (isMaker) return price;
  const slip = slipFraction(world, market, units, piece.volume);
  const slipped = inPriceSteps(world, price * (1 + direction * slip), direction);
  if (worst === undefined) return slipped;
  return direction === 1 ? Math.min(slipped, worst) : Math.max(slipped, worst);
}

/** The fee of one fill, whose value is counted for the tiers. `wanted` is the price of the market. */
export function payFee(
  world: ReferenceWorld,
  rate: number,
  units: number,
  price: number,
  wanted: number,
): number {
  const value = units * price;
  const fee = rate * value + world.settings.fixedFee;
  world.lost.push(Math.abs(price - wanted) * units);
  world.traded.push({ day: Math.floor(world.now.time / dayMilliseconds), value });
  world.fees.push(fee);
  return fee;
}

/** What the volume of the piece gives of `units`. */
export function byVolume(world: ReferenceWorld, market: ReferenceMarket, units: number): number {
  return units <= market.volumeLeft ? units : inQuantitySteps(world, market.volumeLeft);
}

/** Closes units of one entry: a fill and a trade of its own. */
function exitPart(
  world: ReferenceWorld,
  market: ReferenceMarket,
  lot: ReferenceLot,
  units: number,
  price: number,
  wanted: number,
  rate: number,
  exitReason: CloseReason,
): void {
  const sign = lot.side === 'long' ? 1 : -1;
  const exitFee = payFee(world, rate, units, price, wanted);
  const part = units / lot.units;
  const fees = lot.fee * part + exitFee;
  const funding = lot.funding * part;
  const profit = sign * units * (price - lot.price) - fees - funding;
  world.cash += sign * units * price - exitFee;
  world.trades.push({
    ...(world.markets.length > 1 ? { market: market.number } : {}),
    side: lot.side,
    entryTime: lot.entry.time,
    entryPrice: lot.price,
    exitTime: world.now.time,
    exitPrice: price,
    markPrice: null,
    quantity: units,
    fees,
    ...(funding === 0 ? {} : { funding }),
    profit,
    profitFraction: profit / (units * lot.price),
    bars: world.now.index - lot.entry.index,
    exitReason,
  });
  lot.fee -= lot.fee * part;
  lot.funding -= funding;
  lot.units = part === 1 ? 0 : lot.units - units;
  market.lots = market.lots.filter((each) => each.units > 0);
}

/** Closes `units` of the position at one price, oldest entries first. */
export function exitUnits(
  world: ReferenceWorld,
  market: ReferenceMarket,
  units: number,
  price: number,
  { price: wanted, isMaker }: Meeting,
  reason: CloseReason,
): void {
  // One order pays one rate, however many entries it closes.
  const rate = feeRate(world, isMaker);
  let left = units;
  for (const lot of [...market.lots]) {
    if (left <= slack * units) return;
    const taken = lot.units <= left + slack * units ? lot.units : left;
    left -= taken;
    exitPart(world, market, lot, taken, price, wanted, rate, reason);
  }
}

/** Closes one entry at a level, as far as there is volume. */
export function exitLot(
  world: ReferenceWorld,
  market: ReferenceMarket,
  lot: ReferenceLot,
  meeting: Meeting,
  reason: CloseReason,
): void {
  const taken = byVolume(world, market, lot.units);
  if (taken > 0) {
    const price = fillPrice(world, market, meeting, lot.side === 'long' ? -1 : 1, taken);
    market.volumeLeft -= taken;
    const rate = feeRate(world, meeting.isMaker);
    exitPart(world, market, lot, taken, price, meeting.price, rate, reason);
  }
  // A stop that found too little volume goes on as a market order, a take profit waits at its price.
  if (lot.units > 0 && meeting.isMaker) lot.isOver = true;
  else if (lot.units > 0) lot.leaving = reason;
}

/** Closes the whole position whatever the volume, because the account no longer carries it. */
export function exitAll(world: ReferenceWorld, market: ReferenceMarket, meeting: Meeting): void {
  const { maintenanceMargin, liquidationFee } = world.settings;
  const held = heldIn(market);
  const reason = maintenanceMargin > 0 ? 'liquidation' : 'bankrupt';
  const price = fillPrice(world, market, meeting, held > 0 ? -1 : 1, Math.abs(held));
  const rate = feeRate(world, false) + liquidationFee;
  for (const lot of [...market.lots]) {
    exitPart(world, market, lot, lot.units, price, meeting.price, rate, reason);
  }
  if (held !== 0 && maintenanceMargin === 0) world.isRuined = true;
}
