import type { Account, Bar, Bars, NextContext, Position } from 'strategy-lab';
import type { RunSettings } from '../contracts/backtest.ts';
import type { CandleColumns } from '../contracts/candles.ts';
import type { ParameterValues } from '../contracts/strategy.ts';
import { Broker } from './broker.ts';
import { createIndicators } from './indicators/create.ts';
import { intentWidth } from './intents.ts';
import { type Ledger, NumberTable } from './ledger.ts';
import { OrderDesk } from './orders.ts';
import { Plots } from './plots.ts';
import { seededRandom } from './random.ts';
import { BarWindow, blockBars, sealPrototype } from './series.ts';
import type { AnyStrategy } from './strategyApi.ts';

export interface SessionOptions {
  readonly settings: RunSettings;
  readonly params: ParameterValues;
  readonly intentsPerBar: number;
  readonly log: (message: string) => void;
  /** Where fills and trades are recorded; a sandbox keeps none. */
  readonly ledger?: Ledger;
  /** Whether the values of the plots are kept: of the last `feed`, as `plots.values`. */
  readonly recordPlots?: boolean;
}

/** A strategy failed in `next`; `cause` is what it threw. */
export class NextError extends Error {
  override readonly name = 'NextError';
  readonly bar: number;
  readonly time: number;

  constructor(bar: number, time: number, cause: unknown) {
    super('the strategy threw in next', { cause });
    this.bar = bar;
    this.time = time;
  }
}

/** Runs one strategy with one parameter set over bars that come in pieces, and never knows how many will. */
export class StrategySession {
  readonly broker: Broker;
  /** Intents of the bars fed since `intents.clear()`. */
  readonly intents = new NumberTable(intentWidth);
  /** Bars before the first call of `next`. */
  readonly warmUp: number;
  /** What the strategy declared to be shown. */
  readonly plots = new Plots();
  readonly #recordPlots: boolean;
  readonly #strategy: AnyStrategy;
  readonly #window = new BarWindow();
  readonly #desk: OrderDesk;
  readonly #context: NextContext<ParameterValues>;
  readonly #state: unknown;

  /** Calls the strategy's `setup`; what it throws is thrown on. */
  constructor(strategy: AnyStrategy, options: SessionOptions) {
    this.#strategy = strategy;
    this.#recordPlots = options.recordPlots ?? false;
    this.broker = new Broker(options.settings, options.ledger);
    const window = this.#window;
    this.#desk = new OrderDesk(this.broker, this.intents, window, options.intentsPerBar);
    const params = Object.freeze({ ...options.params });
    const bars: Bars = Object.freeze({
      time: window.time,
      open: window.open,
      high: window.high,
      low: window.low,
      close: window.close,
      volume: window.volume,
    });
    const { indicators, seal } = createIndicators(window);
    const plot = this.plots.declare;
    this.#state = strategy.setup(
      Object.freeze({ params, indicators: Object.freeze(indicators), bars, plot }),
    );
    if (isThenable(this.#state)) throw new TypeError('setup must not be async');
    this.warmUp = seal();
    this.plots.seal();
    this.#context = Object.freeze({
      params,
      bar: new CurrentBar(window),
      bars,
      position: new PositionView(this.broker, window),
      account: new AccountView(this.broker, window),
      orders: this.#desk.functions,
      random: seededRandom(options.settings.seed),
      log: options.log,
    });
  }

  /**
   * Runs over bars `from` to `to` of `bars`, the next bars of the run. Where `equity` is given, the
   * equity at each close is written there from index `equityFrom` on.
   * @throws NextError with the bar at which the strategy threw
   */
  feed(bars: CandleColumns, from: number, to: number, equity?: Float64Array, equityFrom = 0): void {
    if (this.#recordPlots) this.plots.begin(to - from);
    for (let start = from; start < to; start += blockBars) {
      const end = Math.min(start + blockBars, to);
      this.#window.append(bars, start, end);
      if (this.#recordPlots) {
        const { length } = this.#window;
        this.plots.record(length - (end - start), length, start - from);
      }
      this.#runBlock(end - start, equity, equityFrom + (start - from));
    }
  }

  #runBlock(count: number, equity: Float64Array | undefined, equityFrom: number): void {
    const window = this.#window;
    const broker = this.broker;
    const columns = window.columns;
    const { time, close } = columns;
    const first = window.length - count;
    const end = window.length;
    const warmUp = this.warmUp;
    const desk = this.#desk;
    const strategy = this.#strategy;
    const context = this.#context;
    const state = this.#state;
    desk.open();
    for (let index = first; index < end; index++) {
      const bar = window.base + index;
      window.cursor = index;
      if (broker.isBusy) broker.step(columns, index, bar);
      if (equity !== undefined) equity[equityFrom + index - first] = broker.equityAt(close[index] as number);
      if (bar < warmUp) continue;
      try {
        const result: unknown = strategy.next(context, state);
        // A promise or an iterator: the body of `next` has not run. `() => orders.buy()` answers a number.
        if (typeof result === 'object' && result !== null) {
          throw new TypeError('next must be a plain function, not async and no generator');
        }
      } catch (cause) {
        throw new NextError(bar, time[index] as number, cause);
      }
    }
    desk.shut();
  }
}

function isThenable(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

class CurrentBar implements Bar {
  readonly #window: BarWindow;

  constructor(window: BarWindow) {
    this.#window = window;
  }

  get index(): number {
    return this.#window.base + this.#window.cursor;
  }
  get time(): number {
    return this.#window.time.value;
  }
  get open(): number {
    return this.#window.open.value;
  }
  get high(): number {
    return this.#window.high.value;
  }
  get low(): number {
    return this.#window.low.value;
  }
  get close(): number {
    return this.#window.close.value;
  }
  get volume(): number {
    return this.#window.volume.value;
  }
}

class PositionView implements Position {
  readonly #broker: Broker;
  readonly #window: BarWindow;

  constructor(broker: Broker, window: BarWindow) {
    this.#broker = broker;
    this.#window = window;
  }

  get isFlat(): boolean {
    return this.#broker.signedQuantity === 0;
  }
  get isLong(): boolean {
    return this.#broker.signedQuantity > 0;
  }
  get isShort(): boolean {
    return this.#broker.signedQuantity < 0;
  }
  get quantity(): number {
    return Math.abs(this.#broker.signedQuantity);
  }
  get entryPrice(): number {
    return this.isFlat ? NaN : this.#broker.entryValue / this.quantity;
  }
  get profit(): number {
    const { lots, signedQuantity, entryValue } = this.#broker;
    let entryFees = 0;
    for (const lot of lots) entryFees += lot.entryFee;
    const direction = Math.sign(signedQuantity);
    return signedQuantity * this.#window.close.value - direction * entryValue - entryFees;
  }
  get bars(): number {
    const oldest = this.#broker.lots[0];
    return oldest === undefined ? 0 : this.#window.base + this.#window.cursor - oldest.entryBar;
  }
  get lots(): number {
    return this.#broker.lots.length;
  }
}

class AccountView implements Account {
  readonly #broker: Broker;
  readonly #window: BarWindow;

  constructor(broker: Broker, window: BarWindow) {
    this.#broker = broker;
    this.#window = window;
  }

  get cash(): number {
    return this.#broker.cash;
  }
  get equity(): number {
    return this.#broker.equityAt(this.#window.close.value);
  }
}

for (const view of [CurrentBar, PositionView, AccountView]) sealPrototype(view.prototype);
