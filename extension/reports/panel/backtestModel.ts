import type {
  BacktestSnapshot,
  PanelProblem,
  SeriesWindow,
  TradesPage,
  TradesQuery,
} from '../../contracts/backtestPanel.ts';
import type { OrdersPage, OrdersQuery } from '../../contracts/ordersPanel.ts';
import type { RunEvidence } from '../../contracts/runEvidence.ts';
import type { SagaView } from '../../contracts/saga.ts';
import { rejectionTexts } from '../tradesSection.ts';
import { besideRun, type OtherEquity } from './alignment.ts';
import { OrdersBook } from './ordersPage.ts';
import { type PreparedRun, prepareRun } from './preparedRun.ts';
import { seriesWindow, type WindowRequest } from './seriesWindow.ts';
import { backtestSnapshot } from './snapshot.ts';
import { TradesBook } from './tradesPage.ts';
import type { Words } from './words.ts';

export interface BacktestModelPorts {
  readonly loadRun: (id: string) => Promise<RunEvidence>;
  readonly viewRun: (id: string) => Promise<SagaView>;
  readonly listComparable: (
    id: string,
  ) => Promise<readonly { readonly id: string; readonly title: string }[]>;
  readonly problemOf: (error: unknown) => PanelProblem;
}

/** What one panel knows: its run, the one beside it, and what is worked out from them once. */
export class BacktestModel {
  readonly #ports: BacktestModelPorts;
  readonly #run: string;
  readonly #words: Words;
  #own: Promise<Loaded> | undefined;
  #shown: Loaded | undefined;
  #compared: string | null;
  #beside: Beside | null = null;

  /** @param compared id of the run that stands beside it at first */
  constructor(ports: BacktestModelPorts, run: string, compared: string | null, words: Words) {
    this.#ports = ports;
    this.#run = run;
    this.#compared = compared;
    this.#words = words;
  }

  /** Id of the run that stands beside it. */
  get compared(): string | null {
    return this.#compared;
  }

  /** @throws LabError when the run cannot be read */
  async snapshot(): Promise<BacktestSnapshot> {
    const [{ run }, comparable] = await Promise.all([this.#load(), this.#ports.listComparable(this.#run)]);
    const beside = await this.#loadBeside(run);
    const others = { other: beside?.run ?? null, otherProblem: beside?.problem ?? null };
    return backtestSnapshot({ run, ...others, comparable }, this.#words);
  }

  async prepared(): Promise<PreparedRun> {
    return (await this.#load()).run;
  }

  async evidence(): Promise<RunEvidence> {
    return (await this.prepared()).evidence;
  }

  /** Bars of the run as it was last shown; undefined before. */
  series(request: WindowRequest): SeriesWindow | undefined {
    return this.#shown && seriesWindow(this.#shown.run, request, this.#beside?.equity ?? null);
  }

  trades(query: TradesQuery): TradesPage | undefined {
    return this.#shown?.trades.page(query);
  }

  orders(query: OrdersQuery): OrdersPage | undefined {
    return this.#shown?.orders.page(query);
  }

  /** Puts another run beside it, or none; it is read with the next snapshot. */
  compareWith(run: string | null): void {
    this.#compared = run;
    this.#beside = null;
  }

  /** Takes in what has become of the run: its series are read anew only when the backtest was made anew. */
  async update(): Promise<void> {
    const own = this.#own;
    if (own === undefined) return;
    const view = await this.#ports.viewRun(this.#run);
    const known = await own.catch(() => undefined);
    if (this.#own !== own) return;
    if (known === undefined || backtestOf(known.run.evidence.run) !== backtestOf(view)) {
      this.forget();
      return;
    }
    const evidence = { ...known.run.evidence, run: view };
    this.#own = Promise.resolve({ ...known, run: { ...known.run, evidence } });
  }

  /** Everything is read anew with the next snapshot. */
  forget(): void {
    this.#own = undefined;
    this.#beside = null;
  }

  async #load(): Promise<Loaded> {
    this.#own ??= this.#ports.loadRun(this.#run).then((evidence) => this.#prepare(evidence));
    const own = this.#own;
    try {
      this.#shown = await own;
      return this.#shown;
    } catch (error) {
      // What could not be read may be there the next time.
      if (this.#own === own) this.#own = undefined;
      throw error;
    }
  }

  #prepare(evidence: RunEvidence): Loaded {
    const { say, translate } = this.#words;
    const run = prepareRun(evidence);
    const trades = new TradesBook(run, {
      sides: { long: say('long'), short: say('short') },
      exits: {
        signal: say('exitSignal'),
        reverse: say('exitReverse'),
        limit: say('exitLimit'),
        stop: say('exitStop'),
        'stop-loss': say('exitStopLoss'),
        'trailing-stop': say('exitTrailingStop'),
        'take-profit': say('exitTakeProfit'),
        liquidation: say('exitLiquidation'),
        bankrupt: say('exitBankrupt'),
        open: say('exitOpen'),
      },
    });
    const orders = new OrdersBook(run, (reason) => translate(rejectionTexts[reason]));
    return { run, trades, orders };
  }

  async #loadBeside(own: PreparedRun): Promise<Beside | null> {
    const compared = this.#compared;
    if (compared === null) return null;
    if (this.#beside !== null) return this.#beside;
    let beside: Beside;
    try {
      const run = prepareRun(await this.#ports.loadRun(compared));
      beside = { run, equity: besideRun(own, run), problem: null };
    } catch (error) {
      beside = { run: null, equity: null, problem: this.#ports.problemOf(error) };
    }
    // Another may have been chosen meanwhile.
    if (this.#compared === compared) this.#beside = beside;
    return this.#beside;
  }
}

interface Loaded {
  readonly run: PreparedRun;
  readonly trades: TradesBook;
  readonly orders: OrdersBook;
}

type Beside =
  | { readonly run: PreparedRun; readonly equity: OtherEquity; readonly problem: null }
  | { readonly run: null; readonly equity: null; readonly problem: PanelProblem };

/** Which backtest a run stands on. */
function backtestOf({ steps }: SagaView): string {
  const step = steps.find(({ name }) => name === 'backtest');
  return JSON.stringify([step?.generation, step?.status, step?.artefacts.map(({ hash }) => hash)]);
}
