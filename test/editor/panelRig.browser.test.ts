import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium } from './support/chromium.ts';
import { PanelPage } from './support/panelPage.ts';

/* Whether a panel alone in a browser lives under the same laws as in VS Code. */
const folder = mkdtempSync(join(tmpdir(), 'strategy-lab-panel-'));
writeFileSync(
  join(folder, 'panel.js'),
  `const host = acquireVsCodeApi();
addEventListener('message', ({ data }) => {
  document.body.textContent = data.text;
  host.setState({ text: data.text });
});
host.postMessage({ kind: 'ready', before: host.getState() });`,
);

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
});

const open = (body: string) =>
  PanelPage.open({
    browser,
    folder,
    state: { text: 'old' },
    variables: { 'vscode-foreground': 'rgb(1, 2, 3)' },
    makePage: (address) => ({
      policy: `default-src 'none'; script-src ${address}`,
      html: `<!doctype html><html><body style="" class="x">${body}<script src="panel.js"></script></body></html>`,
    }),
  });

test('a panel talks with the test as with the extension, and sees the theme', async () => {
  const panel = await open('');
  await expect.poll(() => panel.posted()).toEqual([{ kind: 'ready', before: { text: 'old' } }]);
  await panel.send({ text: 'new' });
  await panel.page.getByText('new').waitFor();
  expect(await panel.state()).toEqual({ text: 'new' });
  expect(
    await panel.page.evaluate(
      `getComputedStyle(document.documentElement).getPropertyValue('--vscode-foreground')`,
    ),
  ).toBe('rgb(1, 2, 3)');
  await panel.close();
});

test('what breaks the policy does not run and is told', async () => {
  const panel = await open('<script>document.body.textContent = "inline ran"</script>');
  await expect.poll(() => panel.posted()).toHaveLength(1);
  expect(await panel.page.locator('body').innerText()).not.toContain('inline ran');
  expect(panel.errors().join('\n')).toMatch(/Content Security Policy/);
  await panel.close();
});
