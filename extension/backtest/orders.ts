import type { CloseOptions, EntryOptions, Orders, ProtectOptions, ReplaceOptions } from 'strategy-lab';
import type { Broker } from './broker.ts';
import {
  checkIntent,
  expiryKinds,
  intentColumns,
  intentWidth,
  levelKinds,
  OrderError,
  operations,
  sizeKinds,
} from './intents.ts';
import type { NumberTable } from './numberTable.ts';

const waitOptionNames = ['limit', 'stop', 'goodTill', 'goodForBars', 'oco'];
const entryOptionNames = [
  'units',
  'cash',
  'percent',
  'riskPercent',
  'stopLoss',
  'stopLossPercent',
  'takeProfit',
  'takeProfitPercent',
  'trailingStop',
  'trailingStopPercent',
  ...waitOptionNames,
  'reduceOnly',
];
const closeOptionNames = ['percent', 'units', ...waitOptionNames];
const protectOptionNames = ['stopLoss', 'takeProfit', 'trailingStop', 'trailingStopPercent'];
const replaceOptionNames = ['limit', 'stop', 'units'];

/** Numbers the orders of a run and bounds those of a bar, over all its markets. */
export class OrderNumbers {
  /** Orders are taken while true, each for bar `bar`. */
  isOpen = false;
  bar = 0;
  last = 0;
  readonly #mostPerBar: number;
  #countedBar = -1;
  #onBar = 0;

  constructor(mostPerBar: number) {
    this.#mostPerBar = mostPerBar;
  }

  /** @throws OrderError outside `next` and above the bound */
  next(): number {
    if (!this.isOpen) throw new OrderError('orders can be given inside next only');
    if (this.bar !== this.#countedBar) {
      this.#countedBar = this.bar;
      this.#onBar = 0;
    }
    if (++this.#onBar > this.#mostPerBar) {
      throw new OrderError(`a strategy may give ${this.#mostPerBar} orders on one bar`);
    }
    return ++this.last;
  }
}

/** The order functions of one market: they check an order, note it as an intent and hand it to the broker. */
export class OrderDesk {
  /** What a strategy is given: the functions and no way to the desk. */
  readonly functions: Orders;
  readonly #broker: Broker;
  readonly #intents: NumberTable;
  readonly #numbers: OrderNumbers;
  readonly #markets: number;
  readonly #row = new Float64Array(intentWidth);

  constructor(parts: {
    readonly broker: Broker;
    readonly intents: NumberTable;
    readonly numbers: OrderNumbers;
    /** Markets of the run. */
    readonly markets: number;
  }) {
    this.#broker = parts.broker;
    this.#intents = parts.intents;
    this.#numbers = parts.numbers;
    this.#markets = parts.markets;
    this.functions = Object.freeze({
      buy: (options?: EntryOptions) => this.#enter('buy', options),
      sell: (options?: EntryOptions) => this.#enter('sell', options),
      close: (options?: CloseOptions) => this.#close(options),
      protect: (options: ProtectOptions) => this.#protect(options),
      cancel: (order?: number) => this.#cancel(order),
      replace: (order: number, options: ReplaceOptions) => this.#replace(order, options),
      isOpen: (order: number) => this.#broker.isOpen(order),
    });
  }

  #enter(method: 'buy' | 'sell', options: EntryOptions | undefined): number {
    this.#clearRow(operations[method]);
    if (options === undefined) {
      this.#setSize(sizeKinds.percent, 100);
      return this.#give();
    }
    checkNames(options, entryOptionNames, method);
    const { units, cash, percent, riskPercent, reduceOnly } = options;
    let sizes = 0;
    if (units !== undefined) sizes += this.#setSize(sizeKinds.units, units);
    if (cash !== undefined) sizes += this.#setSize(sizeKinds.cash, cash);
    if (percent !== undefined) sizes += this.#setSize(sizeKinds.percent, percent);
    if (riskPercent !== undefined) sizes += this.#setSize(sizeKinds.riskPercent, riskPercent);
    if (sizes > 1) throw new OrderError('an order takes one of units, cash, percent and riskPercent');
    if (sizes === 0) this.#setSize(sizeKinds.percent, 100);
    if (reduceOnly !== undefined && typeof reduceOnly !== 'boolean') {
      throw new OrderError(`reduceOnly must be true or false, was ${typeof reduceOnly}`);
    }
    this.#row[intentColumns.reduceOnly] = reduceOnly === true ? 1 : 0;
    this.#setLevel(intentColumns.stopKind, options.stopLoss, options.stopLossPercent, 'stopLoss');
    this.#setLevel(intentColumns.targetKind, options.takeProfit, options.takeProfitPercent, 'takeProfit');
    this.#setLevel(
      intentColumns.trailKind,
      options.trailingStop,
      options.trailingStopPercent,
      'trailingStop',
    );
    this.#setWait(options);
    return this.#give();
  }

  #close(options: CloseOptions | undefined): number {
    this.#clearRow(operations.close);
    if (options === undefined) {
      this.#setSize(sizeKinds.percent, 100);
      return this.#give();
    }
    checkNames(options, closeOptionNames, 'close');
    if (options.percent !== undefined && options.units !== undefined) {
      throw new OrderError('orders.close takes percent or units, not both');
    }
    if (options.units !== undefined) this.#setSize(sizeKinds.units, options.units);
    else this.#setSize(sizeKinds.percent, options.percent ?? 100);
    this.#setWait(options);
    return this.#give();
  }

  #protect(options: ProtectOptions): number {
    checkNames(options, protectOptionNames, 'protect');
    const { stopLoss, takeProfit, trailingStop, trailingStopPercent } = options;
    if ([stopLoss, takeProfit, trailingStop, trailingStopPercent].every((value) => value === undefined)) {
      throw new OrderError('orders.protect needs stopLoss, takeProfit or a trailing stop');
    }
    this.#clearRow(operations.protect);
    this.#setLevel(intentColumns.stopKind, stopLoss, undefined, 'stopLoss');
    this.#setLevel(intentColumns.targetKind, takeProfit, undefined, 'takeProfit');
    this.#setLevel(intentColumns.trailKind, trailingStop, trailingStopPercent, 'trailingStop');
    return this.#give();
  }

  #cancel(order: number | undefined): void {
    this.#clearRow(operations.cancel);
    if (order !== undefined) this.#setReference(order, 'cancel');
    this.#give();
  }

  #replace(order: number, options: ReplaceOptions): void {
    checkNames(options, replaceOptionNames, 'replace');
    const { limit, stop, units } = options;
    if (limit === undefined && stop === undefined && units === undefined) {
      throw new OrderError('orders.replace needs limit, stop or units');
    }
    this.#clearRow(operations.replace);
    this.#setReference(order, 'replace');
    this.#setPrice(intentColumns.limit, limit, 'limit');
    this.#setPrice(intentColumns.trigger, stop, 'stop');
    if (units !== undefined) this.#setSize(sizeKinds.units, units);
    this.#give();
  }

  #clearRow(operation: number): void {
    const row = this.#row;
    // A loop of its own: for so few numbers a call of `fill` takes longer.
    for (let column = 0; column < intentWidth; column++) row[column] = 0;
    row[intentColumns.operation] = operation;
    row[intentColumns.market] = this.#broker.position.market;
  }

  #setSize(kind: number, size: number): 1 {
    this.#row[intentColumns.sizeKind] = kind;
    this.#row[intentColumns.size] = requireNumber(size, 'a size');
    return 1;
  }

  #setLevel(column: number, price: number | undefined, percent: number | undefined, name: string): void {
    if (price !== undefined && percent !== undefined) {
      throw new OrderError(`an order takes ${name} or ${name}Percent, not both`);
    }
    if (price === undefined && percent === undefined) return;
    this.#row[column] = price === undefined ? levelKinds.percent : levelKinds.price;
    this.#row[column + 1] = requireNumber(price ?? percent, name);
  }

  #setWait({ limit, stop, goodTill, goodForBars, oco }: CloseOptions): void {
    this.#setPrice(intentColumns.limit, limit, 'limit');
    this.#setPrice(intentColumns.trigger, stop, 'stop');
    if (goodTill !== undefined && goodForBars !== undefined) {
      throw new OrderError('an order takes goodTill or goodForBars, not both');
    }
    if (goodTill !== undefined || goodForBars !== undefined) {
      this.#row[intentColumns.expiryKind] = goodTill === undefined ? expiryKinds.bars : expiryKinds.time;
      this.#row[intentColumns.expiry] = requireNumber(goodTill ?? goodForBars, 'goodTill or goodForBars');
    }
    if (oco !== undefined) this.#setReference(oco, 'oco');
  }

  #setPrice(column: number, price: number | undefined, name: string): void {
    if (price === undefined) return;
    if (!(requireNumber(price, name) > 0))
      throw new OrderError(`${name} must be a price above 0, was ${price}`);
    this.#row[column] = price;
  }

  #setReference(order: number, name: string): void {
    if (!Number.isSafeInteger(order) || order < 1 || order > this.#numbers.last) {
      throw new OrderError(`${name} takes the number of an order given before, was ${String(order)}`);
    }
    this.#row[intentColumns.reference] = order;
  }

  #give(): number {
    const numbers = this.#numbers;
    const row = this.#row;
    row[intentColumns.bar] = numbers.bar;
    row[intentColumns.id] = numbers.last + 1;
    checkIntent(row, 0, this.#markets);
    const id = numbers.next();
    const offset = this.#intents.add();
    const values = this.#intents.lastBlock;
    for (let column = 0; column < intentWidth; column++) values[offset + column] = row[column] as number;
    this.#broker.submit(row, 0, numbers.bar);
    return id;
  }
}

function requireNumber(value: unknown, what: string): number {
  if (typeof value !== 'number') throw new OrderError(`${what} must be a number, was ${typeof value}`);
  return value;
}

function checkNames(options: unknown, known: readonly string[], method: string): void {
  if (typeof options !== 'object' || options === null) {
    throw new OrderError(
      `orders.${method} takes an object such as { ${known[0]}: ... }, was ${typeof options}`,
    );
  }
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) {
      throw new OrderError(`orders.${method} knows no option ${name}; it takes ${known.join(', ')}`);
    }
  }
}
