import { mkdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type Browser, errors, type FrameLocator, type Locator, type Page } from 'playwright-core';
import { expect } from 'vitest';
import type { CodeServer } from './codeServer.ts';
import { isKnownNoise } from './consoleNoise.ts';

const webviewPoll = { timeout: 60_000, interval: 100 };

export interface WorkbenchOptions {
  readonly browser: Browser;
  readonly server: CodeServer;
  /** The folder to open. */
  readonly folder: string;
  readonly viewport?: { readonly width: number; readonly height: number };
}

export interface TreeRow {
  readonly label: string;
  readonly description: string;
}

const screenshotFolder = join(import.meta.dirname, '../../../.cache/screenshots');
const openMilliseconds = 60_000;
const actionMilliseconds = 60_000;
const commandMilliseconds = 60_000;
/** How long the palette may take to list a command that is there. */
const listMilliseconds = 1500;
/** A choice's details, in its second row, look like a label too. */
const choiceLabel = '.quick-input-list-rows > .quick-input-list-row:first-child .label-name';

/** One window of VS Code, driven as a person would: by keys, clicks and what can be read. */
export class Workbench {
  readonly page: Page;
  readonly #server: CodeServer;
  readonly #consoleErrors: string[] = [];

  private constructor(page: Page, server: CodeServer) {
    this.page = page;
    this.#server = server;
    page.on('console', (message) => {
      if (message.type() === 'error') this.#note(`${message.text()} (${message.location().url})`);
    });
    page.on('pageerror', (error) => this.#note(error.stack ?? error.message));
  }

  /** Opens a folder in a window that remembers nothing of other windows. */
  static async open(options: WorkbenchOptions): Promise<Workbench> {
    const { width, height } = options.viewport ?? { width: 1400, height: 900 };
    const context = await options.browser.newContext({
      viewport: { width, height },
      locale: options.server.language,
    });
    context.setDefaultTimeout(actionMilliseconds);
    const workbench = new Workbench(await context.newPage(), options.server);
    await workbench.page.goto(`${options.server.address}/?folder=${encodeURIComponent(options.folder)}`);
    await workbench.#waitUntilOpen();
    return workbench;
  }

  /** Loads the window again, as a person does who presses F5: the extension host starts anew. */
  async reload(): Promise<void> {
    const isLoaded = this.page.waitForEvent('load', { timeout: openMilliseconds });
    // The browser's own reload would come before the editor has kept what is open.
    await this.run('Developer: Reload Window');
    await isLoaded;
    await this.#waitUntilOpen();
  }

  /** Closes the window; its extension host ends with it after a while. */
  async close(): Promise<void> {
    await this.page.context().close();
  }

  /** Errors of the console since the start, of the window and of its webviews, without VS Code's own noise. */
  consoleErrors(): readonly string[] {
    return this.#consoleErrors;
  }

  // --- Commands and quick input

  /** Runs a command from the palette by its full title, such as `Strategy Lab: Run Backtest`. */
  async run(title: string): Promise<void> {
    const latest = Date.now() + commandMilliseconds;
    // The list is made when the palette opens: what an extension registers later is not in it.
    while (!(await this.#runIfListed(title))) {
      if (Date.now() > latest) throw new Error(`The palette has no command “${title}”.`);
    }
  }

  /** Whether the palette offers a command now. Ask only when the extension is known to be active. */
  async offers(title: string): Promise<boolean> {
    const latest = Date.now() + commandMilliseconds;
    for (;;) {
      try {
        const row = await this.#searchPalette(title);
        const isListed = await appears(row, listMilliseconds);
        await this.page.keyboard.press('Escape');
        return isListed;
      } catch (error) {
        // The palette has not opened, or was closed by what else took the focus.
        if (!(error instanceof errors.TimeoutError) || Date.now() > latest) throw error;
        await this.page.keyboard.press('Escape');
      }
    }
  }

  /** Quick pick or input box, whichever is open. */
  get quickInput(): Locator {
    return this.page.locator('.quick-input-widget:visible');
  }

  /** Labels of the open quick pick that are in view. */
  async choices(): Promise<string[]> {
    const labels = this.#choiceLabels();
    await labels.first().waitFor();
    return labels.allTextContents();
  }

  /** Picks the row with this label in the open quick pick. */
  async pick(label: string): Promise<void> {
    // At its edge: over its middle the row's own hover may come between.
    await this.#choice(label).click({ position: { x: 6, y: 6 } });
  }

  /** Checks these rows, and no others, in the open quick pick of many, and accepts. */
  async pickMany(labels: readonly string[]): Promise<void> {
    await this.quickInput.getByRole('checkbox').first().waitFor();
    const rows = this.quickInput.locator('.quick-input-list .monaco-list-row');
    for (const row of await rows.all()) {
      const [label = ''] = await row.locator(choiceLabel).allTextContents();
      const box = row.getByRole('checkbox');
      if ((await box.isChecked()) !== labels.includes(label)) await row.click();
    }
    await this.quickInput.getByRole('button', { name: 'OK' }).click();
  }

  /** Writes into the open input box and accepts. */
  async answer(text: string): Promise<void> {
    await this.type(text);
    await this.page.keyboard.press('Enter');
  }

  /** Writes into the open input box, or the filter of a quick pick, and does not accept. */
  async type(text: string): Promise<void> {
    await this.#inputBox().fill(text);
  }

  /** What the open input box says below its field: its prompt, or why it refuses the text. */
  async inputMessage(): Promise<string> {
    return (await this.quickInput.locator('.quick-input-message').innerText()).trim();
  }

  // --- Notifications and dialogs

  /** The notification whose message holds `text`. */
  notification(text: string): Locator {
    return this.page.locator('.notification-list-item').filter({ hasText: text }).first();
  }

  /** Presses a button of the notification whose message holds `text`; waits for it to show. */
  async pressInNotification(text: string, button: string): Promise<void> {
    await this.notification(text).getByRole('button', { name: button, exact: true }).click();
  }

  /** The modal dialog. */
  get dialog(): Locator {
    return this.page.locator('.monaco-dialog-box');
  }

  async pressInDialog(button: string): Promise<void> {
    await this.dialog.getByRole('button', { name: button, exact: true }).click();
    await this.dialog.waitFor({ state: 'detached' });
  }

  // --- Editors

  /** Opens a file of the folder, by its path within it, through quick open. */
  async openFile(path: string): Promise<void> {
    await this.page.keyboard.press('Control+p');
    await this.type(path);
    const name = basename(path);
    await this.#choice(name).click();
    await this.tab(name).waitFor();
    await this.page.locator('.editor-instance .view-lines').first().waitFor();
  }

  /** The tab of an editor or panel whose title begins with `title`. */
  tab(title: string): Locator {
    return this.page.locator(`.tab[aria-label^=${JSON.stringify(title)}]`).first();
  }

  async tabTitles(): Promise<string[]> {
    const titles = await this.page.locator('.tabs-container .tab .label-name').allTextContents();
    return titles.map((title) => title.trim());
  }

  /** Titles of the code lenses in view, from top to bottom. */
  async codeLenses(): Promise<string[]> {
    const links = this.page.locator('.codelens-decoration a');
    await links.first().waitFor();
    return (await links.allInnerTexts()).map((text) => text.trim());
  }

  async clickCodeLens(title: string): Promise<void> {
    await this.page
      .locator('.codelens-decoration a')
      .filter({ hasText: exactly(title) })
      .first()
      .click();
  }

  /**
   * The problems in view in the Problems view, which it opens, each as VS Code words it: `Error: MESSAGE at
   * line 2 and character 1. generated by SOURCE`.
   */
  async problems(): Promise<string[]> {
    await this.run('Problems: Focus on Problems View');
    const rows = this.page.locator('.markers-panel-container [role=treeitem][aria-level="2"]');
    return rows.evaluateAll((elements) =>
      elements.map((element) => element.getAttribute('aria-label') ?? ''),
    );
  }

  // --- Views and the status bar

  /** The item of the status bar whose text holds `text`. */
  statusItem(text: string): Locator {
    return this.page.locator('.statusbar-item').filter({ hasText: text }).first();
  }

  /** Shows the views of an icon of the activity bar. */
  async openViews(title: string): Promise<void> {
    const tab = this.page.locator('.activitybar').getByRole('tab', { name: title, exact: true });
    await tab.waitFor();
    if ((await tab.getAttribute('aria-expanded')) !== 'true') await tab.click();
    await this.page.locator('.part.sidebar').getByRole('heading', { name: title }).first().waitFor();
  }

  /** A view of the open side bar by its title, with its welcome text, tree and buttons. */
  view(title: string): Locator {
    return this.page
      .locator('.pane')
      .filter({ has: this.page.locator('.pane-header').getByRole('heading', { name: title, exact: true }) });
  }

  /** The rows in view of a view's tree, with those of open parents. */
  async treeRows(view: string): Promise<TreeRow[]> {
    const rows = await this.view(view).getByRole('treeitem').all();
    return Promise.all(
      rows.map(async (row) => ({
        label: (await row.locator('.label-name').allTextContents()).join('').trim(),
        description: (await row.locator('.label-description').allTextContents()).join('').trim(),
      })),
    );
  }

  /** The row of a view's tree with this label. */
  treeRow(view: string, label: string): Locator {
    return this.view(view)
      .getByRole('treeitem')
      .filter({ has: this.page.locator('.label-name').filter({ hasText: exactly(label) }) })
      .first();
  }

  /** Presses an inline action of a row, by its tooltip. */
  async pressInRow(view: string, label: string, action: string): Promise<void> {
    const row = this.treeRow(view, label);
    await row.hover();
    await row.getByRole('button', { name: action }).click();
  }

  // --- Webviews

  /**
   * The page inside the webview panel whose tab begins with `title`; brings that tab to the front. The frame
   * is another one after the panel was hidden: ask again then.
   */
  async webview(title: string): Promise<FrameLocator> {
    const tab = this.tab(title);
    await tab.waitFor();
    if ((await tab.getAttribute('aria-selected')) !== 'true') await tab.click();
    const group = this.page.locator('.editor-group-container').filter({ has: tab });
    // A panel's element in the editor names the frame that floats above it. A panel that is restored gets
    // another frame when the extension has taken it.
    const place = group.locator('[id^="webview-editor-element-"][aria-flowto]');
    const frame = (name: string | null) =>
      this.page.locator(`iframe.webview.ready[name=${JSON.stringify(name)}]`);
    let outer = frame(null);
    await expect
      .poll(async () => {
        outer = frame(await place.getAttribute('aria-flowto'));
        return outer.isVisible();
      }, webviewPoll)
      .toBe(true);
    return outer.contentFrame().frameLocator('#active-frame');
  }

  // --- Evidence

  /**
   * Saves what the window shows to `.cache/screenshots`, under the names of the running test file, test and
   * theme, and answers the path.
   */
  async screenshot(name = ''): Promise<string> {
    const { testPath = 'no-file', currentTestName = 'start' } = expect.getState();
    const parts = [currentTestName, name, this.#server.theme].filter((part) => part !== '');
    const folder = basename(testPath).replace(/\.test\.ts$/, '');
    const path = join(screenshotFolder, folder, `${parts.map(fileName).join('-')}.png`);
    await mkdir(dirname(path), { recursive: true });
    await this.page.screenshot({ path });
    return path;
  }

  async #waitUntilOpen(): Promise<void> {
    await this.page.locator('.monaco-workbench').waitFor({ timeout: openMilliseconds });
    // The last part of the status bar: the views are restored then.
    await this.page.locator('[id="status.notifications"]').waitFor();
  }

  #note(text: string): void {
    if (!isKnownNoise(text)) this.#consoleErrors.push(text);
  }

  async #searchPalette(title: string): Promise<Locator> {
    await this.page.keyboard.press('F1');
    await this.#inputBox().fill(`>${title}`, { timeout: listMilliseconds });
    return this.#choice(title);
  }

  async #runIfListed(title: string): Promise<boolean> {
    try {
      const row = await this.#searchPalette(title);
      if (await appears(row, listMilliseconds)) {
        await row.click({ timeout: listMilliseconds });
        return true;
      }
    } catch (error) {
      // The palette is made anew while it opens, or closes when something else takes the focus.
      if (!(error instanceof errors.TimeoutError)) throw error;
    }
    await this.page.keyboard.press('Escape');
    return false;
  }

  #inputBox(): Locator {
    return this.quickInput.locator('input.input');
  }

  #choiceLabels(): Locator {
    return this.quickInput.locator(choiceLabel);
  }

  #choice(label: string): Locator {
    return this.quickInput
      .locator('.quick-input-list .monaco-list-row')
      .filter({ has: this.page.locator(choiceLabel).filter({ hasText: exactly(label) }) })
      .first();
  }
}

async function appears(locator: Locator, timeout: number): Promise<boolean> {
  return locator.waitFor({ timeout }).then(
    () => true,
    () => false,
  );
}

/** Icons are characters of a private area before the text. */
function exactly(text: string): RegExp {
  return new RegExp(`^[\\s\\uE000-\\uF8FF]*${text.replace(/[\^$\\\\.*+?()[\]{}|]/g, '\\$&')}\\s*$`);
}

function fileName(text: string): string {
  return text.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, '');
}
