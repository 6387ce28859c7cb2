import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import * as z from 'zod';
import { type PanelTexts, panelNoticeSchema, panelStateSchema } from '../../contracts/panel.ts';
import type { Log } from '../log.ts';
import { translate } from '../translate.ts';
import { renderPanelPage } from './panelPage.ts';

export interface PanelHostOptions<Incoming, Outgoing> {
  readonly panel: vscode.WebviewPanel;
  readonly extensionUri: vscode.Uri;
  /** Name of the panel's script and style in dist/, without ending. */
  readonly bundle: string;
  readonly title: string;
  /** What the panel is for, such as a run's id: the page keeps it over restarts of the editor. */
  readonly subject: unknown;
  /** The panel's texts in English. */
  readonly texts: PanelTexts;
  /** The messages that this panel may send. */
  readonly incoming: z.ZodType<Incoming>;
  /** All that the panel shows, as one message: a page that was hidden knows nothing any more. */
  readonly snapshot: () => Outgoing | Promise<Outgoing>;
  readonly receive: (message: Incoming) => void | Promise<void>;
  /** What the panel shows in place of what failed. */
  readonly failure: (error: unknown) => Outgoing;
  readonly log: Pick<Log, 'warn' | 'error'>;
}

/**
 * The host's side of one panel. The page tells when it is ready, as it does anew after every time that it
 * was hidden, and gets a full snapshot; what it says is checked before anything acts on it.
 */
export class WebviewPanelHost<Incoming, Outgoing> implements vscode.Disposable {
  readonly panel: vscode.WebviewPanel;
  readonly #options: PanelHostOptions<Incoming, Outgoing>;
  readonly #subscriptions: vscode.Disposable[] = [];
  #isReady = false;
  #isDisposed = false;
  #wasVisible: boolean;
  /** Counts snapshots, so that one which took long does not follow a newer one. */
  #snapshots = 0;

  constructor(options: PanelHostOptions<Incoming, Outgoing>) {
    this.#options = options;
    this.panel = options.panel;
    const { panel, extensionUri, title } = options;
    this.#wasVisible = panel.visible;
    panel.title = title;
    panel.webview.options = {
      enableScripts: true,
      localResourceRoots: [vscode.Uri.joinPath(extensionUri, 'dist')],
    };
    this.#subscriptions.push(
      panel.webview.onDidReceiveMessage((message) => this.#hear(message)),
      panel.onDidChangeViewState(() => this.#noteVisibility()),
      panel.onDidDispose(() => this.dispose()),
    );
    panel.webview.html = this.#page();
  }

  /** Sends what the panel shows now; a hidden panel gets it when it is looked at again. */
  async refresh(): Promise<void> {
    if (!this.#canHear()) return;
    const number = ++this.#snapshots;
    const message = await this.#settle(async () => this.#options.snapshot());
    if (number === this.#snapshots && message !== undefined) this.post(message);
  }

  post(message: Outgoing): void {
    if (this.#canHear()) void this.panel.webview.postMessage(message);
  }

  /** Disposes `part` together with the panel. */
  own(part: vscode.Disposable): void {
    if (this.#isDisposed) part.dispose();
    else this.#subscriptions.push(part);
  }

  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.panel.dispose();
  }

  #canHear(): boolean {
    return this.#isReady && !this.#isDisposed && this.panel.visible;
  }

  #noteVisibility(): void {
    const hasAppeared = this.panel.visible && !this.#wasVisible;
    this.#wasVisible = this.panel.visible;
    if (hasAppeared) void this.refresh();
  }

  async #hear(message: unknown): Promise<void> {
    const { incoming, log, receive, bundle } = this.#options;
    const notice = panelNoticeSchema.safeParse(message);
    if (notice.success) {
      if (notice.data.type === 'fault') log.warn(`${bundle}: ${notice.data.text}`);
      else {
        this.#isReady = true;
        await this.refresh();
      }
      return;
    }
    const parsed = incoming.safeParse(message);
    if (!parsed.success) {
      log.warn(`${bundle}: refused a message of its page. ${z.prettifyError(parsed.error)}`);
      return;
    }
    const failure = await this.#settle(async () => {
      await receive(parsed.data);
      return undefined;
    });
    if (failure !== undefined) this.post(failure);
  }

  /** What `work` answers; where it fails, what the panel shows of the failure. */
  async #settle(work: () => Promise<Outgoing | undefined>): Promise<Outgoing | undefined> {
    try {
      return await work();
    } catch (error) {
      this.#options.log.error(`${this.#options.bundle} failed`, error);
      return this.#options.failure(error);
    }
  }

  #page(): string {
    const { bundle, extensionUri, subject, texts, title } = this.#options;
    const { webview } = this.panel;
    const file = (name: string) =>
      webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, 'dist', name)).toString();
    return renderPanelPage({
      title,
      language: vscode.env.language,
      nonce: randomBytes(16).toString('base64'),
      cspSource: webview.cspSource,
      script: file(`${bundle}.js`),
      style: file(`${bundle}.css`),
      bootstrap: {
        subject,
        texts: Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, translate(text)])),
      },
    });
  }
}

/** What a panel that the editor restores is for; undefined when that is lost or does not fit. */
export function restoredSubject<Subject>(state: unknown, schema: z.ZodType<Subject>): Subject | undefined {
  const kept = panelStateSchema.safeParse(state);
  return kept.success ? schema.safeParse(kept.data.subject).data : undefined;
}

/** The open panels of one kind by what they are for: each is there once. */
export class OpenPanels implements vscode.Disposable {
  readonly #panels = new Map<string, vscode.WebviewPanel>();

  /** Shows the panel for `key` and answers true, if there is one. */
  reveal(key: string, column?: vscode.ViewColumn): boolean {
    const panel = this.#panels.get(key);
    panel?.reveal(column);
    return panel !== undefined;
  }

  add(key: string, panel: vscode.WebviewPanel): void {
    this.#panels.set(key, panel);
    panel.onDidDispose(() => {
      if (this.#panels.get(key) === panel) this.#panels.delete(key);
    });
  }

  dispose(): void {
    for (const panel of this.#panels.values()) panel.dispose();
  }
}
