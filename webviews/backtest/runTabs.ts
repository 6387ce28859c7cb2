import type {
  BacktestSnapshot,
  BacktestView,
  TradeRow,
  TradesPage,
  TradesQuery,
} from '../../extension/contracts/backtestPanel.ts';
import type { OrdersPage, OrdersQuery } from '../../extension/contracts/ordersPanel.ts';
import { element } from '../shared/dom.ts';
import { formatNumber } from '../shared/format.ts';
import { Tabs } from '../shared/tabs.ts';
import { CodeTab } from './codeTab.ts';
import { ComparisonTab } from './comparisonTab.ts';
import { FactsTab } from './factsTab.ts';
import { GateTab } from './gateTab.ts';
import { MetricsTab } from './metricsTab.ts';
import { MonthsTab } from './monthsTab.ts';
import { OrdersTab } from './ordersTab.ts';
import type { BacktestSay } from './parts.ts';
import { SearchTab } from './searchTab.ts';
import { StressTab } from './stressTab.ts';
import { TextTab } from './textTab.ts';
import { TradesTab } from './tradesTab.ts';
import { ValidationTab } from './validationTab.ts';

type TabId = BacktestView['tab'];

export interface RunTabsOptions {
  readonly say: BacktestSay;
  readonly trades: TradesQuery;
  readonly wantTrades: (query: TradesQuery) => void;
  readonly showTrade: (trade: TradeRow) => void;
  readonly wantOrders: (query: OrdersQuery) => void;
  readonly showBar: (bar: number) => void;
  readonly openLine: (line: number) => void;
  readonly onChoose: (tab: TabId) => void;
}

/** A tab's content: made when it is first looked at, as what nobody looks at costs nothing. */
class Lazy<Content extends { readonly root: HTMLElement }> {
  readonly place = element('div', {});
  readonly #make: () => Content;
  #content: Content | undefined;

  constructor(make: () => Content) {
    this.#make = make;
  }

  get made(): Content | undefined {
    return this.#content;
  }

  get(): Content {
    if (this.#content === undefined) {
      this.#content = this.#make();
      this.place.append(this.#content.root);
    }
    return this.#content;
  }
}

/** The details of a run below its charts. */
export class RunTabs {
  readonly root: HTMLElement;
  readonly #say: BacktestSay;
  readonly #tabs: Tabs<TabId>;
  readonly #metrics: Lazy<MetricsTab>;
  readonly #trades: Lazy<TradesTab>;
  readonly #orders: Lazy<OrdersTab>;
  readonly #months: Lazy<MonthsTab>;
  readonly #comparison: Lazy<ComparisonTab>;
  readonly #search: Lazy<SearchTab>;
  readonly #validation: Lazy<ValidationTab>;
  readonly #gate: Lazy<GateTab>;
  readonly #stress: Lazy<StressTab>;
  readonly #facts: Lazy<FactsTab>;
  readonly #code: Lazy<CodeTab>;
  readonly #text: Lazy<TextTab>;
  #shown: TabId | undefined;
  #snapshot: BacktestSnapshot | undefined;

  constructor(options: RunTabsOptions) {
    const { say } = options;
    this.#say = say;
    this.#metrics = new Lazy(() => new MetricsTab(say));
    this.#trades = new Lazy(
      () =>
        new TradesTab({ say, query: options.trades, want: options.wantTrades, showTrade: options.showTrade }),
    );
    this.#orders = new Lazy(() => new OrdersTab({ say, want: options.wantOrders, showBar: options.showBar }));
    this.#months = new Lazy(() => new MonthsTab(say));
    this.#comparison = new Lazy(() => new ComparisonTab(say));
    this.#search = new Lazy(() => new SearchTab(say));
    this.#validation = new Lazy(() => new ValidationTab(say));
    this.#gate = new Lazy(() => new GateTab(say));
    this.#stress = new Lazy(() => new StressTab(say));
    this.#facts = new Lazy(() => new FactsTab(say));
    this.#code = new Lazy(() => new CodeTab(say, options.openLine));
    this.#text = new Lazy(() => new TextTab(say));
    this.#tabs = new Tabs(
      say('tabs'),
      [
        { id: 'metrics', content: this.#metrics.place },
        { id: 'trades', content: this.#trades.place },
        { id: 'orders', content: this.#orders.place },
        { id: 'months', content: this.#months.place },
        { id: 'comparison', content: this.#comparison.place },
        { id: 'search', content: this.#search.place },
        { id: 'validation', content: this.#validation.place },
        { id: 'gate', content: this.#gate.place },
        { id: 'stress', content: this.#stress.place },
        { id: 'facts', content: this.#facts.place },
        { id: 'code', content: this.#code.place },
        { id: 'text', content: this.#text.place },
      ],
      (tab) => {
        this.#shown = tab;
        this.#fill();
        options.onChoose(tab);
      },
    );
    this.root = this.#tabs.root;
  }

  /** Shows a run, at the tab that is wanted if the run has something for it. Answers the tab in sight. */
  show(snapshot: BacktestSnapshot, wanted: TabId): TabId {
    this.#snapshot = snapshot;
    const labels = this.#labels(snapshot);
    this.#tabs.setLabels(labels);
    const tab = labels[wanted] === null ? 'metrics' : wanted;
    if (tab !== this.#shown) this.#tabs.show(tab);
    this.#shown = tab;
    this.#fill();
    return tab;
  }

  setTrades(page: TradesPage): void {
    this.#trades.made?.setPage(page);
  }

  setOrders(page: OrdersPage): void {
    this.#orders.made?.setPage(page);
  }

  #fill(): void {
    const snapshot = this.#snapshot;
    if (snapshot === undefined || this.#shown === undefined) return;
    const { data, run, metrics, metricsNote, parameters, search, facts, findings } = snapshot;
    const { stress } = snapshot;
    const { months, drawdowns, comparison, comparisonProblem, reasoning, log, rejections } = snapshot;
    const { gateVerdict, orders } = snapshot;
    const fill: Readonly<Record<TabId, () => void>> = {
      metrics: () => this.#metrics.get().show({ metrics, metricsNote, parameters }),
      trades: () => this.#trades.get().show({ data, rejections }),
      orders: () => this.#orders.get().show({ data, orders }),
      months: () => this.#months.get().show({ months, drawdowns }),
      comparison: () => this.#comparison.get().show({ comparison, comparisonProblem }),
      search: () => this.#search.get().show(search),
      validation: () => this.#validation.get().show(snapshot.validation),
      gate: () => this.#gate.get().show(gateVerdict),
      stress: () => this.#stress.get().show(stress),
      facts: () => this.#facts.get().show(facts),
      code: () => this.#code.get().show(findings),
      text: () => this.#text.get().show({ idea: run.idea, reasoning, log }),
    };
    fill[this.#shown]();
  }

  /** Names of the tabs; null for those that this run has nothing for. */
  #labels(snapshot: BacktestSnapshot) {
    const { data, comparison, comparisonProblem, search, validation, stress, findings } = snapshot;
    const say = this.#say;
    return {
      metrics: say('tabMetrics'),
      trades: say('tabTrades', formatNumber(data.trades, 0)),
      orders: say('tabOrders'),
      months: say('tabMonths'),
      comparison: comparison === null && comparisonProblem === null ? null : say('tabComparison'),
      search: search === null ? null : say('tabSearch'),
      validation: validation === null ? null : say('tabValidation'),
      gate: say('tabGate'),
      stress: stress === null ? null : say('tabStress'),
      facts: say('tabFacts'),
      code: findings.length === 0 ? say('tabCode') : say('tabCodeFindings', formatNumber(findings.length, 0)),
      text: say('tabText'),
    };
  }
}
