import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { packageExtension } from '../../package.mjs';
import { launchChromium } from '../editor/support/chromium.ts';
import { CodeServer } from '../editor/support/codeServer.ts';
import { makeStrategyWorkspace } from '../editor/support/workspace.ts';
import { installCodeServer } from '../setup/editorParts.ts';
import type { BenchGroup } from './bench.ts';

const windows = 5;
const longestMilliseconds = 60_000;
const activated = /Activated in ([\d.]+) ms/g;

/** How long the extension says that it took to become active, once a window. */
function activations(server: CodeServer): number[] {
  return [...server.logs().matchAll(activated)].map(([, time]) => Number(time));
}

/** Opens a new window and waits until the extension is active in it. */
async function openWindow(server: CodeServer, browser: Browser, folder: string): Promise<void> {
  const before = activations(server).length;
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    await page.goto(`${server.address}/?folder=${encodeURIComponent(folder)}`);
    const latest = Date.now() + longestMilliseconds;
    while (activations(server).length === before) {
      if (Date.now() > latest) throw new Error('The extension did not become active.');
      await delay(100);
    }
  } finally {
    await context.close();
  }
}

export const group: BenchGroup = {
  name: 'editor',
  async run() {
    await installCodeServer();
    const temporary = await mkdtemp(join(tmpdir(), 'strategy-lab-bench-'));
    const workspace = await makeStrategyWorkspace();
    const vsix = join(temporary, 'strategy-lab.vsix');
    const browser = await launchChromium();
    try {
      await packageExtension({ file: vsix, folder: join(temporary, 'extension') });
      const server = await CodeServer.start({ vsix });
      try {
        for (let window = 0; window < windows; window++) {
          await openWindow(server, browser, workspace.folder);
        }
        const sorted = activations(server).sort((a, b) => a - b);
        const plain = (name: string, value: number, unit: string) => ({
          name,
          value,
          unit,
          reference: null,
          ratio: null,
        });
        return [
          plain('editor: activation, median of five windows', sorted[windows >> 1] ?? Number.NaN, 'ms'),
          plain('editor: activation, slowest of five windows', sorted.at(-1) ?? Number.NaN, 'ms'),
          plain('editor: size of the package', (await stat(vsix)).size / 2 ** 20, 'MiB'),
        ];
      } finally {
        await server.stop();
      }
    } finally {
      await browser.close();
      await workspace.remove();
      await rm(temporary, { recursive: true });
    }
  },
};
