import type {
  BacktestFromPanel,
  BacktestSnapshot,
  BacktestToPanel,
  BacktestView,
  PanelProblem,
} from '../../extension/contracts/backtestPanel.ts';
import { makeButton } from '../shared/controls.ts';
import { element } from '../shared/dom.ts';
import { formatNumber } from '../shared/format.ts';
import { ChartSection } from './chartSection.ts';
import { pictureOf } from './charts/picture.ts';
import { GateForm } from './gateForm.ts';
import { Head } from './head.ts';
import type { BacktestSay } from './parts.ts';
import { RunTabs } from './runTabs.ts';
import { CompareTool, type SaveFormat, SaveTool } from './tools.ts';
import { firstTrades } from './tradesTab.ts';

export interface PageOptions {
  readonly say: BacktestSay;
  readonly view: BacktestView | undefined;
  readonly post: (message: BacktestFromPanel) => void;
  readonly keepView: (view: BacktestView) => void;
}

const firstView: BacktestView = {
  range: null,
  isLogarithmic: false,
  tab: 'metrics',
  trades: firstTrades,
  compared: null,
};

/** The whole panel: it shows what the host sends, asks for bars and trades, and passes decisions on. */
export class BacktestPage {
  readonly #options: PageOptions;
  readonly #place: HTMLElement;
  readonly #state = element('div', { class: 'state', role: 'status' });
  readonly #content = element('div', { class: 'content', hidden: true });
  readonly #head: Head;
  readonly #gate: GateForm;
  readonly #charts: ChartSection;
  readonly #compare: CompareTool;
  readonly #save: SaveTool;
  readonly #tabs: RunTabs;
  #view: BacktestView;
  #requests = 0;
  #tradesRequest = -1;
  #ordersRequest = -1;
  /** Requests whose answers belong to the gate's form and to the save tool. */
  #decision = -1;
  #saving = -1;
  #snapshot: BacktestSnapshot | undefined;

  constructor(place: HTMLElement, options: PageOptions) {
    const { say, post } = options;
    this.#place = place;
    this.#options = options;
    this.#view = options.view ?? firstView;
    this.#head = new Head(say, {
      openSource: () => post({ type: 'openSource', line: null }),
      openSaga: () => post({ type: 'openSaga' }),
    });
    this.#compare = new CompareTool(say, (run) => post({ type: 'compareWith', run }));
    this.#save = new SaveTool(say, (format) => this.#saveAs(format));
    this.#head.tools.append(this.#compare.root, this.#save.root);
    this.#gate = new GateForm(say, (at, choice, comment) => {
      this.#decision = this.#next();
      post({ type: 'decide', request: this.#decision, at, choice, comment });
    });
    this.#charts = new ChartSection({
      say,
      range: this.#view.range,
      isLogarithmic: this.#view.isLogarithmic,
      want: (window) => {
        const request = this.#next();
        post({ type: 'wantSeries', request, ...window });
        return request;
      },
      onRange: (range) => this.#keep({ range }),
      onLogarithmic: (isLogarithmic) => this.#keep({ isLogarithmic }),
    });
    this.#tabs = new RunTabs({
      say,
      trades: this.#view.trades,
      wantTrades: (query) => {
        this.#tradesRequest = this.#next();
        this.#keep({ trades: query });
        post({ type: 'wantTrades', request: this.#tradesRequest, query });
      },
      showTrade: (trade) => {
        this.#charts.showTrade(trade);
        this.#state.textContent = say('shownTrade', formatNumber(trade.index + 1, 0));
      },
      wantOrders: (query) => {
        this.#ordersRequest = this.#next();
        post({ type: 'wantOrders', request: this.#ordersRequest, query });
      },
      showBar: (bar) => {
        this.#charts.showBar(bar);
        this.#state.textContent = say('shownBar', formatNumber(bar, 0));
      },
      openLine: (line) => post({ type: 'openSource', line }),
      onChoose: (tab) => this.#keep({ tab }),
    });
    this.#content.append(this.#head.root, this.#gate.root, this.#charts.root, this.#tabs.root);
    this.#state.textContent = say('loading');
    place.append(this.#state, this.#content);
    place.setAttribute('aria-busy', 'true');
  }

  receive(message: BacktestToPanel): void {
    switch (message.type) {
      case 'snapshot':
        this.#show(message);
        return;
      case 'series':
        this.#charts.take(message.request, message.window);
        return;
      case 'trades':
        // Only the answer to the last question is of use.
        if (message.request === this.#tradesRequest) this.#tabs.setTrades(message.page);
        return;
      case 'orders':
        if (message.request === this.#ordersRequest) this.#tabs.setOrders(message.page);
        return;
      case 'answer':
        if (message.request === this.#decision) this.#gate.answer(message.problem);
        if (message.request === this.#saving) this.#save.answer(message.problem, message.note);
        return;
      case 'unavailable':
        this.#fail(message.problem);
    }
  }

  #show(snapshot: BacktestSnapshot): void {
    const isFirst = this.#snapshot === undefined;
    this.#snapshot = snapshot;
    const { say } = this.#options;
    this.#place.setAttribute('aria-busy', 'false');
    this.#state.replaceChildren();
    this.#state.className = 'state unseen';
    this.#state.textContent = isFirst ? '' : say('updated');
    this.#content.hidden = false;
    this.#head.show(snapshot);
    this.#gate.show(snapshot.gate);
    const compared = snapshot.comparison?.run ?? null;
    this.#compare.show({ comparable: snapshot.comparable, chosen: compared });
    this.#charts.show(snapshot);
    // Who has just put a run beside this one wants to see it.
    const hasAppeared = compared !== null && compared !== this.#view.compared;
    const tab = this.#tabs.show(snapshot, hasAppeared ? 'comparison' : this.#view.tab);
    this.#keep({ tab, compared });
  }

  #fail({ message, action }: PanelProblem): void {
    const { say, post } = this.#options;
    this.#place.setAttribute('aria-busy', 'false');
    this.#content.hidden = true;
    this.#state.className = 'state failed';
    this.#state.replaceChildren(
      element('h1', {}, say('unavailable')),
      element('p', { role: 'alert' }, `${message} ${action ?? ''}`),
      makeButton({ text: say('tryAgain'), appearance: 'primary', onPress: () => post({ type: 'retry' }) }),
      makeButton({ text: say('openGraph'), onPress: () => post({ type: 'openSaga' }) }),
    );
  }

  #saveAs(format: SaveFormat): void {
    this.#saving = this.#next();
    const request = this.#saving;
    const { post } = this.#options;
    if (format !== 'picture') {
      post({ type: 'export', request, format });
      return;
    }
    const { stack } = this.#charts;
    const { run, data } = this.#snapshot ?? {};
    const head = [run?.title ?? '', ...(data?.facts ?? []), run?.id ?? ''].join(' · ');
    const background = getComputedStyle(document.documentElement).backgroundColor;
    post({
      type: 'exportPicture',
      request,
      picture: pictureOf(head, stack.pictures(), stack.colours, background),
    });
  }

  #keep(change: Partial<BacktestView>): void {
    this.#view = { ...this.#view, ...change };
    this.#options.keepView(this.#view);
  }

  #next(): number {
    return this.#requests++;
  }
}
