import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeEvidence } from '../../reports/panel/evidence.ts';
import { launchChromium } from '../support/chromium.ts';
import { packagedExtension } from '../support/packagedExtension.ts';
import { PlayedBacktest, type PlayedBacktestOptions } from './playedBacktest.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const evidence = makeEvidence();
const other = makeEvidence({ id: 'z2b7', fast: 12, cash: 20_000 });
const themes = ['light', 'dark', 'highContrast', 'highContrastLight'] as const;

let browser: Browser;
let folder: string;

beforeAll(async () => {
  folder = join((await packagedExtension()).folder, 'dist');
  browser = await launchChromium();
});
afterAll(() => browser.close());

async function withPanel<T>(
  options: Partial<PlayedBacktestOptions>,
  look: (played: PlayedBacktest) => Promise<T>,
): Promise<T> {
  const played = await PlayedBacktest.open({ browser, folder, evidence, others: [other], ...options });
  try {
    await played.drawn();
    return await look(played);
  } finally {
    await played.close();
  }
}

const tabsOf = (page: Page) => page.locator('[role="tab"]:not([hidden])');

async function seriousViolations(page: Page, within: string): Promise<string[]> {
  const { violations } = (await page.evaluate(
    `(async () => { if (!window.axe) { ${axe} } return axe.run(${JSON.stringify(within)}); })()`,
  )) as AxeResults;
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`));
}

describe.each(themes)('in the theme %s', (theme) => {
  test('no part has a serious fault for those who see, hear or move otherwise', () =>
    withPanel({ theme }, async (played) => {
      const { page } = played;
      played.model.compareWith('z2b7');
      await played.refresh();
      await page.evaluate('document.querySelector("details").open = true');
      await page.locator('.chart-texts table').first().waitFor();
      const found = new Map([['all', await seriousViolations(page, 'html')]]);
      for (const tab of await tabsOf(page).all()) {
        await tab.click();
        const name = (await tab.textContent()) ?? '';
        found.set(name, await seriousViolations(page, '[role="tabpanel"]:not([hidden])'));
      }
      expect(found.size).toBe(13);
      expect([...found].filter(([, violations]) => violations.length > 0)).toEqual([]);
    }));
});

test.each([600, 1600])('at %d pixels nothing sticks out', (width) =>
  withPanel({ viewport: { width, height: 900 } }, async (played) => {
    const { page } = played;
    played.model.compareWith('z2b7');
    await played.refresh();
    await page.getByRole('tab', { name: 'Comparison' }).waitFor();
    const tooWide: string[] = [];
    for (const tab of await tabsOf(page).all()) {
      await tab.click();
      // Definitions near the edge stay within the page too.
      for (const term of (await page.locator('[role="tabpanel"]:not([hidden]) .term').all()).slice(-3)) {
        // The definition of the term before may lie above this one, until the pointer leaves it.
        await page.mouse.move(0, 0);
        await term.hover();
        const scroll = (await page.evaluate('document.documentElement.scrollWidth')) as number;
        if (scroll > width) tooWide.push(`${await tab.textContent()}: ${await term.textContent()}`);
      }
      const scroll = (await page.evaluate('document.documentElement.scrollWidth')) as number;
      if (scroll > width) tooWide.push(`${await tab.textContent()}: ${scroll}`);
    }
    expect(tooWide).toEqual([]);
  }),
);

test('a screen reader finds what the panel is about in the order in which it counts', () =>
  withPanel({}, async ({ page }) => {
    const snapshot = await page.locator('main').ariaSnapshot();
    const parts = [
      'heading "Moving-average cross" [level=1]',
      'region "Read this first"',
      'On the held-back part, from',
      'region "Key figures, held-back part"',
      'button "Isolation"',
      'gvisor (Good)',
      'region "Your decision after review"',
      'radio "Approve" [checked]',
      'textbox "Comment, kept with the decision"',
      'button "Decide: Approve"',
      'region "Charts"',
      'button "Zoom in"',
      'application "Charts"',
      'tablist "Details of the run"',
      'tab "Metrics" [selected]',
      'tabpanel "Metrics"',
      'table "Return"',
      'columnheader "Out-of-sample"',
    ];
    const places = parts.map((part) => snapshot.indexOf(part));
    expect(parts.filter((_, index) => (places[index] ?? -1) < 0)).toEqual([]);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    const row = /row "Sharpe [\d.]+ [\d.]+ [\d.]+"/;
    expect(snapshot).toMatch(row);
  }));

test('everything is reached and done by keys alone', () =>
  withPanel({}, async (played) => {
    const { page, requests } = played;
    const focused = () =>
      page.evaluate(`(() => {
        const at = document.activeElement;
        return at.getAttribute('aria-label') || at.textContent.trim() || at.tagName;
      })()`) as Promise<string>;
    const reached: string[] = [];
    const tabTo = async (name: string | RegExp): Promise<void> => {
      for (let step = 0; step < 60; step++) {
        await page.keyboard.press('Tab');
        const now = await focused();
        reached.push(now);
        if (typeof name === 'string' ? now === name : name.test(now)) return;
      }
      throw new Error(`${name} was not reached, but: ${reached.join(' | ')}`);
    };
    await tabTo('Open Strategy');
    await page.keyboard.press('Enter');
    await expect.poll(() => played.heard).toContainEqual({ type: 'openSource', line: null });
    await tabTo('Compare with');
    await tabTo('Save');
    await tabTo('Total return');
    // The definition shows with the focus, and hides on Escape.
    const tip = page.locator('.figures [role="tooltip"]').first();
    expect(await tip.isVisible()).toBe(true);
    await page.keyboard.press('Escape');
    expect(await tip.isVisible()).toBe(false);
    await tabTo('Decide: Approve');
    await tabTo('Zoom in');
    await page.keyboard.press('Enter');
    const wanted = () => requests.findLast((request) => request.type === 'wantSeries');
    await expect.poll(() => wanted()).toMatchObject({ from: 1500, to: 4500 });
    await tabTo('Charts');
    const spoken = page.locator('.charts [role="status"].unseen');
    await page.keyboard.press('ArrowRight');
    await expect
      .poll(() => spoken.textContent())
      .toMatch(/^2020-\d\d-\d\d .*: O [\d.]+, H .*Equity .*Drawdown/);
    const first = await spoken.textContent();
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => spoken.textContent()).not.toBe(first);
    await page.keyboard.press('End');
    await expect.poll(() => wanted()).toMatchObject({ to: 6000 });
    await page.keyboard.press('Home');
    await expect.poll(() => wanted()).toMatchObject({ from: 0 });
    // About the bar that is read, which is the first.
    await page.keyboard.press('+');
    await expect.poll(() => wanted()).toMatchObject({ from: 0, to: 2001 });
    await page.keyboard.press('PageDown');
    await expect.poll(() => wanted()).toMatchObject({ from: 1800, to: 3801 });
    await page.keyboard.press('-');
    await page.keyboard.press('0');
    await expect.poll(() => wanted()).toMatchObject({ from: 0, to: 6000 });
    await tabTo('Charts in words and numbers');
    await page.keyboard.press('Enter');
    await page.getByRole('region', { name: 'Table: Equity' }).waitFor();
    await tabTo('Metrics');
    await page.keyboard.press('ArrowRight');
    await page.getByRole('button', { name: 'Show trade 1 in the charts' }).waitFor();
    await tabTo('Find in trades');
    await page.keyboard.type('stop');
    await page.getByText(/^12 of 64 trades/).waitFor();
    await tabTo(/^Show trade 5 /);
    await page.keyboard.press('ArrowDown');
    expect(await focused()).toBe('Show trade 10 in the charts');
    await page.keyboard.press('Enter');
    const { entryBar } = {
      entryBar: evidence.candles.time.indexOf(evidence.result.trades[9]?.entryTime ?? 0),
    };
    await expect
      .poll(() => wanted()?.type === 'wantSeries' && wanted())
      .toSatisfy(
        (request: { from: number; to: number }) =>
          request.from <= entryBar && request.to > entryBar && request.from > 0,
      );
    // Going somewhere else with the charts does not take the person away from the trade.
    expect(await focused()).toBe('Show trade 10 in the charts');
    expect(played.panel.errors()).toEqual([]);
  }));

test('where less motion is wanted, nothing moves by itself', () =>
  withPanel({}, async ({ page }) => {
    await page.emulateMedia({ reducedMotion: 'reduce' });
    const moving = await page.evaluate(`[...document.querySelectorAll('*')].filter((each) => {
      const { transitionDuration, animationName, scrollBehavior } = getComputedStyle(each);
      return animationName !== 'none' || scrollBehavior !== 'auto' || !/^0s(, 0s)*$/.test(transitionDuration);
    }).map((each) => each.outerHTML)`);
    expect(moving).toEqual([]);
  }));
