import { exitAll, exitLot, type Meeting } from './referenceFills.ts';
import { liquidationPrice, protect, stopOf, takeDue } from './referenceMarket.ts';
import { cancelIdle, drop, execute, meetOpen, place, trigger } from './referenceOrders.ts';
import {
  equityAtMarks,
  heldIn,
  type ReferenceBar,
  type ReferenceMarket,
  type ReferenceWorld,
  sum,
} from './referenceState.ts';

const hourMilliseconds = 3_600_000;

/** A bar of one market; `pieces` are the finer bars inside it, or the bar itself. */
export interface ReferenceTurn {
  readonly market: ReferenceMarket;
  readonly bar: ReferenceBar;
  readonly pieces: readonly ReferenceBar[];
}

/** The bars of one time: what opens at the same moment is opened in all markets before any goes on. */
export function liveTime(world: ReferenceWorld, turns: readonly ReferenceTurn[]): void {
  for (const { market, bar } of turns) {
    market.bars.push(bar);
    payFunding(world, market, bar.open);
    expire(world, market);
  }
  const moments = new Set(turns.flatMap(({ pieces }) => pieces.map(({ time }) => time)));
  for (const moment of [...moments].sort((a, b) => a - b)) {
    const opening = turns.flatMap(({ market, pieces }) => {
      const piece = pieces.find(({ time }) => time === moment);
      return piece === undefined ? [] : [{ market, piece, isFirst: piece === pieces[0] }];
    });
    for (const { market, piece } of opening) begin(world, market, piece);
    for (const { market, piece, isFirst } of opening) atOpen(world, market, piece, isFirst);
    for (const { market, piece } of opening) {
      inside(world, market, piece);
      follow(market, piece);
    }
    const [only] = opening;
    if (world.markets.length > 1 || only === undefined) continue;
    only.market.mark = only.piece.close;
    judge(world);
  }
  for (const { market, bar } of turns) market.mark = bar.close;
}

function begin(world: ReferenceWorld, market: ReferenceMarket, piece: ReferenceBar): void {
  const { volumeLimit } = world.settings;
  market.piece = piece;
  market.mark = piece.open;
  market.volumeLeft = volumeLimit === 0 ? Infinity : piece.volume * volumeLimit;
  market.entered = undefined;
  for (const order of market.orders) order.isOver = false;
  for (const lot of market.lots) lot.isOver = false;
}

/** What the piece shows of the best price, once it is over. */
function follow(market: ReferenceMarket, piece: ReferenceBar): void {
  for (const lot of market.lots) {
    const isLong = lot.side === 'long';
    const reached = isLong ? piece.high : piece.low;
    const best = lot.isBestUnknown ? piece.close : reached;
    lot.best = isLong ? Math.max(lot.best, best) : Math.min(lot.best, best);
    lot.isBestUnknown = false;
  }
}

/** What the account no longer carries at the last prices is closed; where nothing is left, it is over. */
export function judge(world: ReferenceWorld): void {
  const { maintenanceMargin } = world.settings;
  const exposure = sum(world.markets.map((market) => Math.abs(heldIn(market)) * market.mark));
  if (exposure > 0 && equityAtMarks(world) <= maintenanceMargin * exposure) {
    for (const market of world.markets) {
      const { piece, mark } = market;
      if (piece !== undefined) liquidate(world, market, { ...meetingAt(piece), price: mark });
    }
  }
  if (equityAtMarks(world) <= 0) world.isRuined = true;
}

function meetingAt(piece: ReferenceBar): Meeting {
  return { price: piece.open, piece, isMaker: false, isInside: false };
}

function payFunding(world: ReferenceWorld, market: ReferenceMarket, price: number): void {
  const { fundingRate, fundingHours } = world.settings;
  const period = fundingHours * hourMilliseconds;
  for (const lot of market.lots) {
    const times = Math.floor(world.now.time / period) - Math.floor(lot.fundedUntil / period);
    const recorded = market.funding.filter(({ time }) => time > lot.fundedUntil && time <= world.now.time);
    const rate = times * fundingRate + sum(recorded.map((due) => due.rate));
    const paid = (lot.side === 'long' ? 1 : -1) * rate * lot.units * price;
    lot.fundedUntil = world.now.time;
    lot.funding += paid;
    world.funding.push(paid);
    world.cash -= paid;
  }
}

function expire(world: ReferenceWorld, market: ReferenceMarket): void {
  for (const order of market.orders) {
    order.barsLived++;
    const { goodTill = Infinity, goodForBars = Infinity } = order.options;
    if (order.barsLived > goodForBars || world.now.time >= goodTill) drop(world, market, order, 'expired');
  }
}

/** What happens at the open: what leaves, orders that wait, those that arrive, then levels and the margin. */
function atOpen(world: ReferenceWorld, market: ReferenceMarket, piece: ReferenceBar, isFirst: boolean): void {
  const due = isFirst ? takeDue(world, market) : [];
  const meeting = meetingAt(piece);
  for (const lot of [...market.lots]) {
    if (lot.leaving !== undefined) exitLot(world, market, lot, meeting, lot.leaving);
  }
  cancelIdle(world, market);
  for (const order of [...market.orders]) {
    if (market.orders.includes(order)) meetOpen(world, market, order, piece);
  }
  for (const item of due) {
    if ('order' in item) place(world, market, item.order, piece);
    else protect(world, market, item, meeting);
  }
  const ruin = liquidationPrice(world, market);
  for (const lot of [...market.lots]) {
    const sign = lot.side === 'long' ? 1 : -1;
    const stop = stopOf(world, lot);
    const isRuined = ruin !== undefined && sign * (piece.open - ruin) <= 0;
    if (lot.leaving !== undefined) continue;
    if (stop !== undefined && sign * (piece.open - stop.price) <= 0) {
      // The margin comes first where the stop lies beyond it.
      if (!isRuined || sign * (stop.price - ruin) >= 0) exitLot(world, market, lot, meeting, stop.reason);
    } else if (isPassed(world, lot.target, sign * piece.open, sign)) {
      exitLot(world, market, lot, { ...meeting, isMaker: true }, 'take-profit');
    }
  }
  cancelIdle(world, market);
  const left = liquidationPrice(world, market);
  if (left !== undefined && Math.sign(heldIn(market)) * (piece.open - left) <= 0) {
    liquidate(world, market, meeting);
  }
}

/** Whether a price that waits is filled where the market reaches `signed`, its price times the side. */
function isPassed(world: ReferenceWorld, price: number | undefined, signed: number, sign: 1 | -1): boolean {
  if (price === undefined) return false;
  return world.settings.limitFills === 'through' ? signed > sign * price : signed >= sign * price;
}

function liquidate(world: ReferenceWorld, market: ReferenceMarket, meeting: Meeting): void {
  exitAll(world, market, meeting);
  for (const order of market.orders) drop(world, market, order, 'cancelled');
}

interface Candidate {
  readonly isStop: boolean;
  readonly price: number;
  readonly meet: () => void;
}

/** What the piece reaches after its open: stops before limits, of each the nearest to the open first. */
function inside(world: ReferenceWorld, market: ReferenceMarket, piece: ReferenceBar): void {
  for (;;) {
    const found = [...levels(world, market, piece), ...orders(world, market, piece)];
    found.sort((a, b) => {
      if (a.isStop !== b.isStop) return a.isStop ? -1 : 1;
      return Math.abs(a.price - piece.open) - Math.abs(b.price - piece.open);
    });
    const [first] = found;
    if (first === undefined) return;
    // Others are sized by it until the bars of this time are over.
    market.mark = first.price;
    first.meet();
    cancelIdle(world, market);
  }
}

function levels(world: ReferenceWorld, market: ReferenceMarket, piece: ReferenceBar): Candidate[] {
  const found: Candidate[] = [];
  const meeting = { ...meetingAt(piece), isInside: true };
  for (const lot of market.lots) {
    if (lot.leaving !== undefined) continue;
    const sign = lot.side === 'long' ? 1 : -1;
    const stop = stopOf(world, lot);
    const { target } = lot;
    const worst = sign === 1 ? piece.low : piece.high;
    const best = sign === 1 ? piece.high : piece.low;
    if (stop !== undefined && sign * (worst - stop.price) <= 0) {
      const { price, reason } = stop;
      const meet = (): void => exitLot(world, market, lot, { ...meeting, price }, reason);
      found.push({ isStop: true, price, meet });
    }
    if (target !== undefined && !lot.isBestUnknown && !lot.isOver) {
      if (!isPassed(world, target, sign * best, sign)) continue;
      const own = { ...meeting, price: target, isMaker: true };
      const meet = (): void => exitLot(world, market, lot, own, 'take-profit');
      found.push({ isStop: false, price: target, meet });
    }
  }
  const ruin = liquidationPrice(world, market);
  const side = Math.sign(heldIn(market));
  if (ruin !== undefined && side * ((side > 0 ? piece.low : piece.high) - ruin) <= 0) {
    // An entry inside the piece may have been made beyond it.
    const { entered = ruin } = market;
    const price = side > 0 ? Math.min(ruin, entered) : Math.max(ruin, entered);
    const meet = (): void => liquidate(world, market, { ...meeting, price });
    found.push({ isStop: true, price: ruin, meet });
  }
  return found;
}

function orders(world: ReferenceWorld, market: ReferenceMarket, piece: ReferenceBar): Candidate[] {
  const found: Candidate[] = [];
  const meeting = { ...meetingAt(piece), isInside: true };
  for (const order of market.orders) {
    const { direction, limit } = order;
    const level = order.trigger;
    if (order.isOver) continue;
    if (level !== undefined) {
      if (direction * ((direction === 1 ? piece.high : piece.low) - level) < 0) continue;
      const meet = (): void => {
        trigger(world, market, order);
        // A limit better than the stop waits for the price to come back, which a later piece must show.
        if (limit !== undefined && direction * (limit - level) < 0) order.isOver = true;
        else execute(world, market, order, { ...meeting, price: level });
      };
      found.push({ isStop: true, price: level, meet });
    } else if (limit !== undefined) {
      const side = direction === 1 ? -1 : 1;
      if (!isPassed(world, limit, side * (direction === 1 ? piece.low : piece.high), side)) continue;
      const own = { ...meeting, price: limit, isMaker: true };
      found.push({ isStop: false, price: limit, meet: () => execute(world, market, order, own) });
    }
  }
  return found;
}
