import type { EntryOptions, Orders } from 'strategy-lab';
import type { Broker } from './broker.ts';
import {
  checkIntent,
  intentColumns,
  intentWidth,
  levelKinds,
  OrderError,
  operations,
  sizeKinds,
} from './intents.ts';
import type { NumberTable } from './ledger.ts';
import type { BarWindow } from './series.ts';

const entryOptionNames = [
  'units',
  'cash',
  'percent',
  'riskPercent',
  'stopLoss',
  'stopLossPercent',
  'takeProfit',
  'takeProfitPercent',
];

/** The order functions of one run: they check an order, note it as an intent and hand it to the broker. */
export class OrderDesk implements Orders {
  /** What a strategy is given: the four functions and no way to the desk. */
  readonly functions: Orders;
  readonly #broker: Broker;
  readonly #intents: NumberTable;
  readonly #window: BarWindow;
  readonly #row = new Float64Array(intentWidth);
  readonly #maximumPerBar: number;
  #lastId = 0;
  #bar = -1;
  #onBar = 0;
  #isOpen = false;

  constructor(broker: Broker, intents: NumberTable, window: BarWindow, maximumPerBar: number) {
    this.#broker = broker;
    this.#intents = intents;
    this.#window = window;
    this.#maximumPerBar = maximumPerBar;
    this.functions = Object.freeze({
      buy: (options?: EntryOptions) => this.buy(options),
      sell: (options?: EntryOptions) => this.sell(options),
      close: (options?: Parameters<Orders['close']>[0]) => this.close(options),
      protect: (options: Parameters<Orders['protect']>[0]) => this.protect(options),
    });
  }

  /** Takes orders from now on, each for the bar that the window's cursor is at. */
  open(): void {
    this.#isOpen = true;
  }

  shut(): void {
    this.#isOpen = false;
  }

  buy(options: EntryOptions = {}): number {
    return this.#enter(operations.buy, options);
  }

  sell(options: EntryOptions = {}): number {
    return this.#enter(operations.sell, options);
  }

  close(options: { readonly percent?: number; readonly units?: number } = {}): number {
    checkNames(options, ['percent', 'units'], 'close');
    if (options.percent !== undefined && options.units !== undefined) {
      throw new OrderError('orders.close takes percent or units, not both');
    }
    this.#clearRow(operations.close);
    if (options.units !== undefined) this.#setSize(sizeKinds.units, options.units);
    else this.#setSize(sizeKinds.percent, options.percent ?? 100);
    return this.#give();
  }

  protect(options: { readonly stopLoss?: number; readonly takeProfit?: number }): number {
    checkNames(options, ['stopLoss', 'takeProfit'], 'protect');
    if (options.stopLoss === undefined && options.takeProfit === undefined) {
      throw new OrderError('orders.protect needs stopLoss or takeProfit');
    }
    this.#clearRow(operations.protect);
    this.#setLevel(intentColumns.stopKind, options.stopLoss, undefined, 'stopLoss');
    this.#setLevel(intentColumns.targetKind, options.takeProfit, undefined, 'takeProfit');
    return this.#give();
  }

  #enter(operation: number, options: EntryOptions): number {
    checkNames(options, entryOptionNames, operation === operations.buy ? 'buy' : 'sell');
    this.#clearRow(operation);
    const { units, cash, percent, riskPercent } = options;
    let sizes = 0;
    if (units !== undefined) sizes += this.#setSize(sizeKinds.units, units);
    if (cash !== undefined) sizes += this.#setSize(sizeKinds.cash, cash);
    if (percent !== undefined) sizes += this.#setSize(sizeKinds.percent, percent);
    if (riskPercent !== undefined) sizes += this.#setSize(sizeKinds.riskPercent, riskPercent);
    if (sizes > 1) throw new OrderError('an order takes one of units, cash, percent and riskPercent');
    if (sizes === 0) this.#setSize(sizeKinds.percent, 100);
    this.#setLevel(intentColumns.stopKind, options.stopLoss, options.stopLossPercent, 'stopLoss');
    this.#setLevel(intentColumns.targetKind, options.takeProfit, options.takeProfitPercent, 'takeProfit');
    return this.#give();
  }

  #clearRow(operation: number): void {
    this.#row.fill(0);
    this.#row[intentColumns.operation] = operation;
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

  #give(): number {
    if (!this.#isOpen) throw new OrderError('orders can be given inside next only');
    const bar = this.#window.base + this.#window.cursor;
    if (bar !== this.#bar) {
      this.#bar = bar;
      this.#onBar = 0;
    }
    if (++this.#onBar > this.#maximumPerBar) {
      throw new OrderError(`a strategy may give ${this.#maximumPerBar} orders on one bar`);
    }
    this.#row[intentColumns.bar] = bar;
    this.#row[intentColumns.id] = ++this.#lastId;
    checkIntent(this.#row, 0);
    const offset = this.#intents.add();
    const values = this.#intents.values;
    for (let column = 0; column < intentWidth; column++)
      values[offset + column] = this.#row[column] as number;
    this.#broker.submit(this.#row, 0);
    return this.#lastId;
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
