import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeEvidence } from '../../reports/panel/evidence.ts';
import { launchChromium } from '../support/chromium.ts';
import { packagedExtension } from '../support/packagedExtension.ts';
import { PlayedBacktest, type PlayedBacktestOptions } from './playedBacktest.ts';

const pictures = join(import.meta.dirname, '../../../.cache/screenshots/stressTab');

let browser: Browser;
let folder: string;
beforeAll(async () => {
  folder = join((await packagedExtension()).folder, 'dist');
  browser = await launchChromium();
  mkdirSync(pictures, { recursive: true });
});
afterAll(() => browser.close());

async function withPanel(
  options: Partial<PlayedBacktestOptions>,
  look: (played: PlayedBacktest) => Promise<void>,
): Promise<void> {
  const played = await PlayedBacktest.open({ browser, folder, evidence: makeEvidence(), ...options });
  try {
    await played.drawn();
    await look(played);
    expect([...played.panel.errors(), ...played.faults]).toEqual([]);
  } finally {
    await played.close();
  }
}

test.each(['light', 'dark', 'highContrast'] as const)(
  'the tab shows verdicts, markets, crises, traders and the drawdowns of other orders in the theme %s',
  (theme) =>
    withPanel({ theme, viewport: { width: 1100, height: 900 } }, async ({ page }) => {
      await page.getByRole('tab', { name: 'Stress' }).click();
      const tab = page.locator('[role="tabpanel"]:not([hidden])');
      const failed = tab.getByRole('row').filter({ hasText: 'Shifted start' });
      expect(await failed.textContent()).toContain('acts otherwise from bar 99 on, 2020-01-05 03:00 UTC');
      expect(await failed.locator('.loss').textContent()).toBe('failed');
      const titles = await tab.locator('h2').allTextContents();
      expect(titles).toEqual([
        'Does it hold when one thing changes?',
        'Other markets',
        'Recorded crises',
        'In the hands of traders',
        'Drawdown in other orders of the trades',
        'Against chance',
        'Intervals',
        'By regime',
      ]);
      // What a strategy has written is text.
      expect(await tab.locator('td b').count()).toBe(0);
      expect(await tab.getByRole('img').locator('.bin').count()).toBe(6);
      const heights = await tab
        .locator('.bin')
        .evaluateAll((bins) => bins.map((bin) => bin.getBoundingClientRect().height));
      expect(Math.max(...heights)).toBeGreaterThan(100);
      await tab.screenshot({ path: join(pictures, `${theme}.png`) });
    }),
);

test('a run that was not varied has no such tab', () =>
  withPanel({ evidence: { ...makeEvidence(), fragility: null, stress: null } }, async ({ page }) => {
    expect(await page.getByRole('tab', { name: 'Stress' }).count()).toBe(0);
  }));
