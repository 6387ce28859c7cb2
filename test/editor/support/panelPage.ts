import type { Browser, Page } from 'playwright-core';
import { type StaticPage, type StaticServer, startStaticServer } from './staticServer.ts';

export interface PanelPageOptions {
  readonly browser: Browser;
  /** Where the panel's built files lie. */
  readonly folder: string;
  /** The panel's page and policy as the extension makes them, with the server's address for the webview's. */
  readonly makePage: (address: string) => StaticPage;
  /** Values of `--vscode-*` variables, without the two dashes, as VS Code sets them on the root element. */
  readonly variables?: Readonly<Record<string, string>>;
  /** What `getState` answers at first. */
  readonly state?: unknown;
  readonly viewport?: { readonly width: number; readonly height: number };
}

/** The page's half of VS Code: what it posts is kept, and its state too. Runs before any script of the page. */
const fakeHost = `(({ variables, state }) => {
  // Some breaches are told by this event alone.
  document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) =>
    console.error('Content Security Policy breached: ' + effectiveDirective + ' ' + blockedURI));
  const posted = [];
  let kept = state;
  window.__panel = { posted, state: () => kept };
  window.acquireVsCodeApi = () => {
    delete window.acquireVsCodeApi;
    return {
      postMessage: (message) => posted.push(structuredClone(message)),
      getState: () => kept,
      setState: (next) => (kept = structuredClone(next)),
    };
  };
  new MutationObserver((_, observer) => {
    if (document.documentElement === null) return;
    for (const [name, value] of Object.entries(variables)) document.documentElement.style.setProperty('--' + name, value);
    observer.disconnect();
  }).observe(document, { childList: true });
})`;

/** A panel alone in a browser, under its real policy, with the extension's side played by the test. */
export class PanelPage {
  readonly page: Page;
  readonly #server: StaticServer;
  readonly #errors: string[] = [];

  private constructor(page: Page, server: StaticServer) {
    this.page = page;
    this.#server = server;
    // Breaches of the policy come as errors of the console.
    page.on('console', (message) => {
      if (message.type() === 'error') this.#errors.push(message.text());
    });
    page.on('pageerror', (error) => this.#errors.push(error.stack ?? error.message));
  }

  static async open(options: PanelPageOptions): Promise<PanelPage> {
    const server = await startStaticServer(options.folder, options.makePage);
    const { width, height } = options.viewport ?? { width: 1000, height: 800 };
    const page = await options.browser.newPage({ viewport: { width, height } });
    const panel = new PanelPage(page, server);
    const { variables = {}, state = null } = options;
    await page.addInitScript(`${fakeHost}(${JSON.stringify({ variables, state })})`);
    await page.goto(server.address);
    return panel;
  }

  /** What the panel has posted to the extension so far. */
  posted(): Promise<unknown[]> {
    return this.page.evaluate('window.__panel.posted');
  }

  /** What the panel has kept with `setState`. */
  state(): Promise<unknown> {
    return this.page.evaluate('window.__panel.state()');
  }

  /** Sends a message to the panel, as the extension does. */
  async send(message: unknown): Promise<void> {
    await this.page.evaluate(`window.postMessage(${JSON.stringify(message)}, '*')`);
  }

  /** Errors of the page and breaches of its policy. */
  errors(): readonly string[] {
    return this.#errors;
  }

  async close(): Promise<void> {
    await this.page.close();
    await this.#server.stop();
  }
}
