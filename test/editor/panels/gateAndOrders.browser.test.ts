import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { RunEvidence } from '../../../extension/contracts/runEvidence.ts';
import { makeEvidence } from '../../reports/panel/evidence.ts';
import { eventColumns, ordersOf } from '../../reports/panel/orders.ts';
import { launchChromium } from '../support/chromium.ts';
import { packagedExtension } from '../support/packagedExtension.ts';
import { PlayedBacktest } from './playedBacktest.ts';

const evidence = makeEvidence();
const barAt = (time: number) => evidence.candles.time.indexOf(time);
const events = ordersOf(evidence.result.trades, barAt);

let browser: Browser;
let folder: string;
let open: PlayedBacktest[] = [];

beforeAll(async () => {
  folder = join((await packagedExtension()).folder, 'dist');
  browser = await launchChromium();
});
afterAll(() => browser.close());
beforeEach(() => async () => {
  // Whatever a test looks at, no page breaks its policy, drops a message or fails.
  const troubles = open.flatMap(({ panel, faults }) => [...panel.errors(), ...faults]);
  await Promise.all(open.map((played) => played.close()));
  open = [];
  expect(troubles).toEqual([]);
});

async function openTab(name: string, change: Partial<RunEvidence> = {}): Promise<PlayedBacktest> {
  const played = await PlayedBacktest.open({ browser, folder, evidence: { ...evidence, ...change } });
  open.push(played);
  await played.drawn();
  await played.page.getByRole('tab', { name, exact: true }).click();
  return played;
}

describe('the gate of a run', () => {
  test('says its verdict first, and each state by a sign and a word', async () => {
    const { page } = await openTab('Gate');
    const panel = page.getByRole('tabpanel', { name: 'Gate' });
    expect(await panel.innerText()).toMatch(/^✗ The gate is not passed\.\s+Failed: Deflated Sharpe ratio, /);
    const states = await panel.locator('td.check').allInnerTexts();
    expect(states).toHaveLength(evidence.gate.checks.length);
    const words = { pass: '✓ passed', fail: '✗ failed', 'not-available': '– not available' };
    expect(states).toEqual(evidence.gate.checks.map(({ state }) => words[state]));
  });

  test('defines each figure of luck on focus, and says why one is not available', async () => {
    const { page } = await openTab('Gate');
    await page.getByRole('button', { name: 'Probabilistic Sharpe ratio' }).focus();
    await page.getByRole('tooltip').filter({ hasText: 'true Sharpe ratio is above 0' }).waitFor();
    const missing = page.getByRole('row', { name: /^Median path not available/ }).last();
    expect(await missing.innerText()).toContain('166 returns are fewer than 30 for each of 10 groups');
  });

  test('says without a search how to come to one', async () => {
    const { page } = await openTab('Gate', { optimisation: null });
    const panel = page.getByRole('tabpanel', { name: 'Gate' });
    expect(await panel.innerText()).toContain('strategy-lab optimize FILE');
    expect(await panel.getByText('Luck or skill').count()).toBe(0);
  });
});

describe('the orders of a run', () => {
  const wanted = ({ requests }: PlayedBacktest) => requests.filter(({ type }) => type === 'wantOrders');

  test('are asked for a page at a time when someone looks at them', async () => {
    const played = await openTab('Metrics');
    expect(wanted(played)).toEqual([]);
    const { page } = played;
    await page.getByRole('tab', { name: 'Orders', exact: true }).click();
    await page.getByText(`${events.length} of ${events.length} events`).waitFor();
    expect(await page.locator('#panel-orders tbody tr').count()).toBe(100);
    await page.getByRole('tabpanel', { name: 'Orders' }).getByRole('button', { name: 'Later rows' }).click();
    await page.getByText(`Rows 101 to ${events.length} of ${events.length}`).waitFor();
    expect(await page.locator('#panel-orders tbody tr').count()).toBe(events.length - 100);
  });

  test('are filtered by state and by order, and a filter that nothing fits can be cleared', async () => {
    const { page } = await openTab('Orders');
    const rejected = events.filter(({ state }) => state === 'rejected').length;
    await page.getByRole('combobox', { name: 'State' }).click();
    await page.getByRole('option', { name: 'rejected' }).click();
    await page.getByText(`${rejected} of ${events.length} events`).waitFor();
    expect(new Set(await page.locator('#panel-orders tbody td:last-child').allInnerTexts())).toEqual(
      new Set(['not enough cash']),
    );
    await page.getByRole('searchbox', { name: 'Order number' }).fill('1');
    await page.getByText('No event fits the filter.').waitFor();
    await page.getByRole('button', { name: 'Clear Filter' }).click();
    await page.getByText(`${events.length} of ${events.length} events`).waitFor();
    await page.getByRole('searchbox', { name: 'Order number' }).fill('#3');
    const ofThird = events.filter(({ order }) => order === 3).length;
    await page.getByText(`${ofThird} of ${events.length} events`).waitFor();
  });

  test('lead to their bar in the charts by click and by key', async () => {
    const played = await openTab('Orders');
    const { page } = played;
    const shown = () => {
      const last = played.requests.findLast(({ type }) => type === 'wantSeries');
      return last?.type === 'wantSeries' ? { from: last.from, to: last.to } : null;
    };
    const rows = page.locator('#panel-orders tbody tr');
    await rows.nth(4).locator('td').nth(3).click();
    const first = events[4]?.bar ?? 0;
    await expect.poll(shown).toEqual({ from: first - 20, to: first + 21 });
    await page.getByText(`The charts show bar ${first}.`).waitFor({ state: 'attached' });
    for (let step = 0; step < 8; step++) await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    const later = events[12]?.bar ?? 0;
    expect(later).toBeGreaterThan(first);
    await expect.poll(shown).toEqual({ from: later - 20, to: later + 21 });
  });

  test('beyond the bound say so, and those of an earlier version that none were kept', async () => {
    const cut = await openTab('Orders', { orders: eventColumns(events, 300_000) });
    await cut.page.getByText(`these are the first ${events.length} of 300,000.`).waitFor();
    const old = await openTab('Orders', { orders: null });
    await old.page.getByText('did not keep what became of its orders').waitFor();
    expect(await old.page.locator('#panel-orders table').isVisible()).toBe(false);
  });
});
