import type { Browser, Page } from 'playwright-core';
import {
  type BacktestFromPanel,
  type BacktestToPanel,
  backtestFromPanelSchema,
} from '../../../extension/contracts/backtestPanel.ts';
import { panelNoticeSchema } from '../../../extension/contracts/panel.ts';
import type { RunEvidence } from '../../../extension/contracts/runEvidence.ts';
import { panelPolicy, renderPanelPage } from '../../../extension/editor/panels/panelPage.ts';
import { BacktestModel } from '../../../extension/reports/panel/backtestModel.ts';
import { wordsOf } from '../../../extension/reports/panel/words.ts';
import { backtestTexts } from '../../../webviews/backtest/texts.ts';
import { inEnglish } from '../../../webviews/shared/texts.ts';
import { PanelPage } from '../support/panelPage.ts';
import { dressPanel, themeVariables } from '../support/panelThemes.ts';
import type { Theme } from '../support/settings.ts';

export interface PlayedBacktestOptions {
  readonly browser: Browser;
  /** Where the built panel lies. */
  readonly folder: string;
  readonly evidence: RunEvidence;
  /** Other runs that can stand beside it. */
  readonly others?: readonly RunEvidence[];
  readonly theme?: Theme;
  readonly state?: unknown;
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly texts?: Readonly<Record<string, string>>;
  /** A host that says nothing of the run. */
  readonly isSilent?: boolean;
}

type Request = Extract<BacktestFromPanel, { readonly request: number }>;

/** The backtest panel in a browser, with the host's real answers. */
export class PlayedBacktest {
  readonly panel: PanelPage;
  readonly page: Page;
  readonly model: BacktestModel;
  /** What the panel said that is no request for bars, trades or orders. */
  readonly heard: BacktestFromPanel[] = [];
  readonly faults: string[] = [];
  readonly requests: Request[] = [];
  /** While true, requests are kept and not answered. */
  isHolding = false;
  readonly #isSilent: boolean;

  private constructor(panel: PanelPage, model: BacktestModel, isSilent: boolean) {
    this.panel = panel;
    this.#isSilent = isSilent;
    this.page = panel.page;
    this.model = model;
  }

  static async open(options: PlayedBacktestOptions): Promise<PlayedBacktest> {
    const { browser, folder, evidence, others = [], theme = 'dark', state, viewport, texts } = options;
    const runs = new Map([evidence, ...others].map((each) => [each.run.id, each]));
    const words = wordsOf(backtestTexts, inEnglish, (step) => step);
    const model = new BacktestModel(
      {
        loadRun: (id) => {
          const run = runs.get(id);
          return run === undefined ? Promise.reject(new Error(`no run ${id}`)) : Promise.resolve(run);
        },
        viewRun: (id) => Promise.resolve((runs.get(id) ?? evidence).run),
        listComparable: () =>
          Promise.resolve(
            others.map(({ run, result }) => ({ id: run.id, title: result.manifest.strategy.name })),
          ),
        problemOf: (error) => ({ message: String(error), action: 'Choose another run.' }),
      },
      evidence.run.id,
      null,
      words,
    );
    const nonce = 'dGVzdA==';
    const panel = await PanelPage.open({
      browser,
      folder,
      ...(state === undefined ? {} : { state }),
      ...(viewport === undefined ? {} : { viewport }),
      variables: themeVariables(theme),
      makePage: (address) => ({
        policy: panelPolicy({ nonce, cspSource: address }),
        html: renderPanelPage({
          title: 'Backtest',
          language: 'en',
          nonce,
          cspSource: address,
          script: `${address}/backtestPanel.js`,
          style: `${address}/backtestPanel.css`,
          bootstrap: { texts: { ...backtestTexts, ...texts }, subject: { run: evidence.run.id } },
        }),
      }),
    });
    const played = new PlayedBacktest(panel, model, options.isSilent ?? false);
    await dressPanel(panel.page, theme);
    await panel.page.exposeFunction('strategyLabHears', (message: unknown) => played.#hear(message));
    await panel.page.evaluate(`(() => {
      const { posted } = window.__panel;
      const earlier = [...posted];
      posted.push = (...messages) => {
        for (const message of messages) window.strategyLabHears(message);
        return Array.prototype.push.apply(posted, messages);
      };
      for (const message of earlier) window.strategyLabHears(message);
    })()`);
    return played;
  }

  /** The panel as it stands when the charts are drawn. */
  async drawn(): Promise<void> {
    await this.page.locator('.pane.price canvas').waitFor();
    await this.page.locator('.chart-note').filter({ hasText: 'bars' }).waitFor();
  }

  async send(message: BacktestToPanel): Promise<void> {
    await this.panel.send(message);
  }

  /** Sends what the panel shows now. */
  async refresh(): Promise<void> {
    await this.send(await this.model.snapshot());
  }

  /** The host's answer to a request for bars or trades. */
  async answer(request: Request): Promise<void> {
    if (request.type === 'wantSeries') {
      const window = this.model.series(request);
      if (window !== undefined) await this.send({ type: 'series', request: request.request, window });
    } else if (request.type === 'wantTrades') {
      const page = this.model.trades(request.query);
      if (page !== undefined) await this.send({ type: 'trades', request: request.request, page });
    } else if (request.type === 'wantOrders') {
      const page = this.model.orders(request.query);
      if (page !== undefined) await this.send({ type: 'orders', request: request.request, page });
    }
  }

  async close(): Promise<void> {
    await this.panel.close();
  }

  async #hear(message: unknown): Promise<void> {
    const notice = panelNoticeSchema.safeParse(message);
    if (notice.success) {
      if (notice.data.type === 'fault') this.faults.push(notice.data.text);
      else if (!this.#isSilent) await this.refresh();
      return;
    }
    const wish = backtestFromPanelSchema.parse(message);
    if (wish.type === 'wantSeries' || wish.type === 'wantTrades' || wish.type === 'wantOrders') {
      this.requests.push(wish);
      if (!this.isHolding) await this.answer(wish);
      return;
    }
    this.heard.push(wish);
    if (wish.type === 'compareWith') {
      this.model.compareWith(wish.run);
      await this.refresh();
    }
  }
}
