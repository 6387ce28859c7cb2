import { rejectionSchema } from '../contracts/backtest.ts';
import {
  noCode,
  type OrderEvents,
  type OrderKind,
  type OrderSide,
  orderKinds,
  orderSides,
  orderSizes,
} from '../contracts/orderEvents.ts';
import { orderStates } from '../contracts/orderStates.ts';
import { intentColumns, intentWidth, levelKinds, operations } from './intents.ts';
import { type FillReason, fillReasons, fillWidth, type Ledger, orderEventWidth } from './ledger.ts';

export interface OrderHistoryInput {
  readonly ledger: Pick<Ledger, 'fills' | 'orderEvents' | 'rejectionReasons'>;
  /** The intents that the ledger came of, in pieces of whole rows, in their order. */
  readonly intents: readonly Float64Array[];
  /** Most events to give, the first ones. */
  readonly most: number;
}

/** Fills of protective levels carry the number of the entry, and are no doing of its order. */
const ownFills: readonly FillReason[] = ['entry', 'signal', 'reverse', 'limit', 'stop'];
const isOwnFill = fillReasons.map((reason) => ownFills.includes(reason));
const filled = orderStates.indexOf('filled');
const partlyFilled = orderStates.indexOf('partially-filled');
const replaced = orderStates.indexOf('replaced');
const rejected = orderStates.indexOf('rejected');
const reasons = rejectionSchema.shape.reason.options;

/**
 * The events of a run's orders, each with what its order asked for at that time. The work grows with the
 * orders and fills of the run, and not with its bars.
 * @throws RangeError for an event of an order that is none of the intents
 */
export function orderHistory({ ledger, intents, most }: OrderHistoryInput): OrderEvents {
  const { used: values, rows: total } = ledger.orderEvents;
  const rows = Math.min(total, most);
  const orders = askedOrders(intents);
  const fills = new FillPrices(ledger.fills, orders);
  const replacements = new Replacements(orders);
  const events = emptyEvents(total, rows);
  let rejections = 0;
  for (let row = 0; row < rows; row++) {
    const offset = row * orderEventWidth;
    const bar = values[offset] as number;
    const id = values[offset + 2] as number;
    const state = values[offset + 4] as number;
    const at = orders.indexOf(id);
    if (at < 0) throw new RangeError(`order ${id} is none of the intents`);
    if (state === replaced) replacements.apply(at);
    events.bar[row] = bar;
    events.time[row] = values[offset + 1] as number;
    events.order[row] = id;
    events.market[row] = values[offset + 3] as number;
    events.state[row] = state;
    events.units[row] = values[offset + 5] as number;
    events.kind[row] = kindOf(orders, at);
    events.side[row] = sideCodes[orders.operation[at] as number] as number;
    const sizeKind = orders.sizeKind[at] as number;
    events.sizeKind[row] = sizeKind === 0 ? noCode : sizeKind - 1;
    events.size[row] = orders.size[at] || Number.NaN;
    events.limit[row] = orders.limit[at] || Number.NaN;
    events.trigger[row] = orders.trigger[at] || Number.NaN;
    events.price[row] = state === filled || state === partlyFilled ? fills.priceOn(at, bar) : Number.NaN;
    const reason = state === rejected ? ledger.rejectionReasons[rejections++] : undefined;
    events.reason[row] = reason === undefined ? noCode : reasons.indexOf(reason);
  }
  return events;
}

/** Codes of sides and kinds by the operation; of a kind that waits by the price that it waits for. */
const sideCodes = codesByOperation<OrderSide>(orderSides, { buy: 'buy', sell: 'sell', close: 'close' });
const changeCodes = codesByOperation<OrderKind>(orderKinds, {
  protect: 'protect',
  cancel: 'cancel',
  replace: 'replace',
});
const kindCode = (kind: OrderKind) => orderKinds.indexOf(kind);
const waitCodes = [kindCode('market'), kindCode('limit'), kindCode('stop'), kindCode('stop-limit')] as const;

function codesByOperation<Name>(
  names: readonly Name[],
  meant: Partial<Record<keyof typeof operations, Name>>,
): Uint8Array {
  const codes = new Uint8Array(Math.max(...Object.values(operations)) + 1).fill(noCode);
  for (const [operation, name] of Object.entries(meant)) {
    codes[operations[operation as keyof typeof operations]] = names.indexOf(name);
  }
  return codes;
}

function kindOf({ operation, limit, trigger }: AskedOrders, at: number): number {
  const change = changeCodes[operation[at] as number] as number;
  if (change !== noCode) return change;
  const waits = ((limit[at] as number) > 0 ? 1 : 0) + ((trigger[at] as number) > 0 ? 2 : 0);
  return waitCodes[waits] as number;
}

/** What the orders of a run ask for, one value an intent; 0 where they ask for no such thing. */
interface AskedOrders {
  readonly id: Float64Array;
  readonly operation: Uint8Array;
  readonly sizeKind: Uint8Array;
  readonly size: Float64Array;
  readonly limit: Float64Array;
  readonly trigger: Float64Array;
  readonly reference: Float64Array;
  /** Place of an order by its number; -1 where there is none. */
  indexOf(id: number): number;
}

function askedOrders(pieces: readonly Float64Array[]): AskedOrders {
  const count = pieces.reduce((sum, { length }) => sum + length / intentWidth, 0);
  const numbers = () => new Float64Array(count);
  const [id, size, limit, trigger, reference] = [numbers(), numbers(), numbers(), numbers(), numbers()];
  const operation = new Uint8Array(count);
  const sizeKind = new Uint8Array(count);
  let at = 0;
  for (const rows of pieces) {
    for (let offset = 0; offset < rows.length; offset += intentWidth, at++) {
      const value = (column: number) => rows[offset + column] as number;
      id[at] = value(intentColumns.id);
      operation[at] = value(intentColumns.operation);
      sizeKind[at] = value(intentColumns.sizeKind);
      size[at] = value(intentColumns.size);
      const isProtection = operation[at] === operations.protect;
      limit[at] = isProtection
        ? priceLevel(value(intentColumns.targetKind), value(intentColumns.target))
        : value(intentColumns.limit);
      trigger[at] = isProtection
        ? priceLevel(value(intentColumns.stopKind), value(intentColumns.stop))
        : value(intentColumns.trigger);
      reference[at] = value(intentColumns.reference);
    }
  }
  const indexOf = (wanted: number): number => {
    // Numbers rise; as a rule they have no holes.
    if (id[wanted - 1] === wanted) return wanted - 1;
    let [from, to] = [0, count];
    while (from < to) {
      const middle = (from + to) >>> 1;
      if ((id[middle] as number) < wanted) from = middle + 1;
      else to = middle;
    }
    return id[from] === wanted ? from : -1;
  };
  return { id, operation, sizeKind, size, limit, trigger, reference, indexOf };
}

function priceLevel(kind: number, value: number): number {
  return kind === levelKinds.price ? value : 0;
}

/** Mean prices of the fills of each order on one bar after the other. */
class FillPrices {
  readonly #fills: Float64Array;
  readonly #orders: AskedOrders;
  readonly #bar: Float64Array;
  readonly #units: Float64Array;
  readonly #value: Float64Array;
  #next = 0;

  constructor(fills: Ledger['fills'], orders: AskedOrders) {
    this.#fills = fills.used;
    this.#orders = orders;
    const { length } = orders.id;
    this.#bar = new Float64Array(length).fill(-1);
    this.#units = new Float64Array(length);
    this.#value = new Float64Array(length);
  }

  /** Bars must not fall from one call to the next. */
  priceOn(order: number, bar: number): number {
    const values = this.#fills;
    for (; this.#next * fillWidth < values.length; this.#next++) {
      const offset = this.#next * fillWidth;
      const filledBar = values[offset] as number;
      if (filledBar > bar) break;
      if (!isOwnFill[values[offset + 7] as number]) continue;
      const at = this.#orders.indexOf(values[offset + 6] as number);
      if (at < 0) continue;
      if (this.#bar[at] !== filledBar) {
        this.#bar[at] = filledBar;
        this.#units[at] = 0;
        this.#value[at] = 0;
      }
      const units = Math.abs(values[offset + 2] as number);
      this.#units[at] = (this.#units[at] as number) + units;
      this.#value[at] = (this.#value[at] as number) + units * (values[offset + 3] as number);
    }
    if (this.#bar[order] !== bar) return Number.NaN;
    return (this.#value[order] as number) / (this.#units[order] as number);
  }
}

/**
 * What orders are replaced by. Each replacement that finds its order is one event of that order; one that
 * does not find it comes after all that do, because an order that is gone does not come back.
 */
class Replacements {
  readonly #orders: AskedOrders;
  /** Places of the replacements of an order, the first of them last. */
  readonly #left = new Map<number, number[]>();

  constructor(orders: AskedOrders) {
    this.#orders = orders;
    const { operation, reference } = orders;
    if (!operation.includes(operations.replace)) return;
    for (let at = operation.length - 1; at >= 0; at--) {
      if (operation[at] !== operations.replace) continue;
      const named = orders.indexOf(reference[at] as number);
      const known = this.#left.get(named);
      if (known === undefined) this.#left.set(named, [at]);
      else known.push(at);
    }
  }

  apply(order: number): void {
    const change = this.#left.get(order)?.pop();
    if (change === undefined) return;
    const { limit, trigger, size, sizeKind } = this.#orders;
    if ((limit[change] as number) > 0) limit[order] = limit[change] as number;
    if ((trigger[change] as number) > 0) trigger[order] = trigger[change] as number;
    if ((sizeKind[change] as number) === 0) return;
    sizeKind[order] = sizeKind[change] as number;
    size[order] = size[change] as number;
  }
}

function emptyEvents(total: number, rows: number): OrderEvents {
  const numbers = () => new Float64Array(rows);
  const codes = () => new Uint8Array(rows);
  return {
    total,
    codes: {
      kind: [...orderKinds],
      side: [...orderSides],
      sizeKind: [...orderSizes],
      state: [...orderStates],
      reason: [...reasons],
    },
    time: numbers(),
    bar: new Uint32Array(rows),
    market: codes(),
    order: numbers(),
    kind: codes(),
    side: codes(),
    sizeKind: codes(),
    size: numbers(),
    limit: numbers(),
    trigger: numbers(),
    state: codes(),
    units: numbers(),
    price: numbers(),
    reason: codes(),
  };
}
