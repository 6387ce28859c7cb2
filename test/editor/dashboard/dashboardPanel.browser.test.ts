import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import * as z from 'zod';
import type { DashboardSample, DashboardSnapshot } from '../../../extension/contracts/dashboard.ts';
import { dashboardSnapshot } from '../../../extension/reports/dashboard/snapshot.ts';
import { dashboardTexts } from '../../../webviews/dashboard/texts.ts';
import { minute, now, sampleMoment, sampleQueue, words } from '../../reports/dashboard/sampleMoment.ts';
import { launchChromium } from '../support/chromium.ts';
import type { PanelPage } from '../support/panelPage.ts';
import { dressPanel } from '../support/panelThemes.ts';
import { type Theme, themes } from '../support/settings.ts';
import { type DashboardPageOptions, openDashboardPage } from './dashboardPage.ts';

const root = join(import.meta.dirname, '../../..');
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

const history: readonly DashboardSample[] = Array.from({ length: 120 }, (_, index) => ({
  time: now - (120 - index) * 15_000,
  queueDepth: Math.round(4 + 3 * Math.sin(index / 9)),
  activeWorkers: index % 40 < 25 ? 1 : 2,
  latencyP95: index < 30 ? null : 2 + Math.cos(index / 11),
  throughput: Math.floor(index / 20),
}));

const snapshotOf = (change: Parameters<typeof sampleMoment>[0] = {}): DashboardSnapshot =>
  dashboardSnapshot(sampleMoment(change), history, words);

/** The dashboard with a lab in it. It must have broken no rule of its page when the test ends. */
async function dashboardWith(
  snapshot: unknown,
  options: Omit<DashboardPageOptions, 'browser'> = {},
): Promise<PanelPage> {
  const panel = await openDashboardPage({ browser, ...options });
  onTestFinished(async () => {
    expect(panel.errors()).toEqual([]);
    await panel.close();
  });
  await panel.send(snapshot);
  return panel;
}

const tileOf = (panel: PanelPage, name: string) =>
  panel.page.locator('.tile', { has: panel.page.getByText(name, { exact: true }) });

test('figures stand with what they were, and what is not available says so', async () => {
  const panel = await dashboardWith(snapshotOf());
  await tileOf(panel, 'Queue depth').getByText('2', { exact: true }).waitFor();
  expect(await tileOf(panel, 'Queue depth').innerText()).toMatch(/▼ −\d against a minute ago/);
  expect(await tileOf(panel, 'Active workers').innerText()).toContain('of 2');
  expect(await tileOf(panel, 'Throughput').innerText()).toContain('▲ +2 against the hour before');
  expect(await tileOf(panel, 'Step latency p95').innerText()).toContain('1.00 s');
  expect(await tileOf(panel, 'API latency p95').innerText()).toContain('not available');
  expect(await tileOf(panel, 'Market data lag').innerText()).toContain('1.50 s');
  expect(await tileOf(panel, 'Database').innerText()).toContain('1.4 MB');
});

test('the uptime goes on between two snapshots', async () => {
  const panel = await openDashboardPage({ browser });
  onTestFinished(() => panel.close());
  await panel.page.clock.install({ time: now });
  await panel.send(snapshotOf());
  await tileOf(panel, 'Uptime').getByText('1 h 30 min').waitFor();
  await panel.page.clock.fastForward(5 * minute);
  await tileOf(panel, 'Uptime').getByText('1 h 35 min').waitFor();
});

test('the flow has a picture, and a table with the counts of each step', async () => {
  const panel = await dashboardWith(snapshotOf());
  const flow = panel.page.getByRole('region', { name: 'From idea to strategy' });
  await flow.getByRole('img', { name: '5 began, 2 completed' }).waitFor();
  await flow.getByRole('row', { name: 'Ideas reason 5 100%' }).waitFor();
  await flow.getByRole('row', { name: 'sandbox sandbox: failed 1 20%' }).waitFor();
});

test('a part that is down stands with its finding and what to do', async () => {
  const panel = await dashboardWith(snapshotOf());
  const row = panel.page.getByRole('row', { name: /^Docker/ });
  expect(await row.innerText()).toMatch(/Down\s+1\.50 s\s+The Docker daemon .* Run `strategy-lab doctor`/);
  await panel.page.getByRole('row', { name: /^Redis Not set up/ }).waitFor();
});

test('a change of health is told to screen readers, and figures are not', async () => {
  const panel = await dashboardWith(snapshotOf());
  const status = panel.page.locator('.unseen[role=status]');
  await expect.poll(() => status.textContent()).toBe('Works, not at its best');
  await status.evaluate((element) => element.setAttribute('data-mark', ''));
  const { health } = sampleMoment();
  await panel.send(snapshotOf({ health: { ...health, status: 'down' } }));
  await expect.poll(() => status.textContent()).toBe('Something essential is down');
});

test('an update leaves the focus, the scroll place and what is open as they are', async () => {
  const panel = await dashboardWith(snapshotOf(), { viewport: { width: 900, height: 500 } });
  await panel.page.getByText('The last half hour').click();
  await panel.page.getByRole('button', { name: 'Show Log' }).focus();
  await panel.page.evaluate('scrollTo(0, 300)');
  await panel.send(snapshotOf({ now: now + 5000, queue: sampleQueue({ waiting: 9, active: 1, total: 2 }) }));
  await tileOf(panel, 'Queue depth').getByText('9', { exact: true }).waitFor();
  expect(await panel.page.evaluate('scrollY')).toBe(300);
  expect(await panel.page.evaluate('document.activeElement.textContent')).toBe('Show Log');
  expect(await panel.page.locator('#history').getAttribute('open')).toBe('');
});

test('its buttons ask the host, and nothing else is said', async () => {
  const panel = await dashboardWith(snapshotOf());
  for (const name of ['Refresh', 'Show Runs', 'Show Log']) {
    await panel.page.getByRole('button', { name }).click();
  }
  await expect
    .poll(() => panel.posted())
    .toEqual([{ type: 'ready' }, { type: 'refresh' }, { type: 'showRuns' }, { type: 'showLog' }]);
});

test('a pause of the queue stands at the head until it ends, and its button asks for that', async () => {
  const queue = sampleQueue({ waiting: 2, active: 0, total: 2 });
  const panel = await dashboardWith(snapshotOf({ queue: { ...queue, isPaused: true } }));
  const notice = panel.page.getByText(dashboardTexts.queuePaused);
  await notice.waitFor();
  await panel.page.getByRole('button', { name: 'Resume Queue' }).click();
  await expect.poll(() => panel.posted()).toContainEqual({ type: 'resumeQueue' });
  await panel.send(snapshotOf({ queue }));
  await notice.waitFor({ state: 'hidden' });
});

test('where there is no lab it says so, and shows the lab once there is one', async () => {
  const problem = { message: 'There is no lab in this folder yet.', action: 'Start a run.' };
  const panel = await dashboardWith({ type: 'unavailable', problem });
  await panel.page.getByRole('alert').getByText('There is no lab in this folder yet.').waitFor();
  await panel.send(snapshotOf());
  await panel.page.getByRole('alert').waitFor({ state: 'hidden' });
  await tileOf(panel, 'Queue depth').waitFor();
});

test('an empty lab is told in words', async () => {
  const panel = await dashboardWith(snapshotOf({ runs: [], agents: [], venues: [] }));
  for (const text of [
    dashboardTexts.sagasNone,
    dashboardTexts.flowNone,
    dashboardTexts.agentsNone,
    dashboardTexts.venuesNone,
  ]) {
    await panel.page.getByText(text).waitFor();
  }
});

test('what an agent or a venue is called is text and never a page', async () => {
  const name = '<img src=x onerror="document.title=\'taken\'">';
  const panel = await dashboardWith(
    snapshotOf({ agents: [{ name, answers: 1, p95Seconds: null, lastTime: now }] }),
  );
  await panel.page.getByText(name).waitFor();
  expect(await panel.page.locator('img').count()).toBe(0);
});

test('a message that does not fit is refused and changes nothing', async () => {
  const panel = await dashboardWith(snapshotOf());
  await tileOf(panel, 'Queue depth').waitFor();
  const before = await panel.page.locator('main').innerHTML();
  await panel.send({ ...snapshotOf(), sagas: [{ state: 'glorious', count: 1 }] });
  await expect
    .poll(async () => (await panel.posted()).map((message) => (message as { type: string }).type))
    .toEqual(['ready', 'fault']);
  expect(await panel.page.locator('main').innerHTML()).toBe(before);
});

describe.each(Object.keys(themes) as Theme[])('in the theme %s', (theme) => {
  test('nothing stands in the way of a person with a handicap', async () => {
    const panel = await dashboardWith(snapshotOf(), { theme });
    await panel.page.getByText('The last half hour').click();
    await panel.page.evaluate(axeSource);
    const { violations } = await panel.page.evaluate<{
      violations: { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[];
    }>('axe.run(document, { resultTypes: ["violations"] })');
    expect(
      violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => [id, nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`)]),
    ).toEqual([]);
  });

  test.each([420, 1400])('all of it has room at %s pixels', async (width) => {
    const queue = { ...sampleQueue({ waiting: 2, active: 1, total: 2 }), isPaused: true };
    const panel = await dashboardWith(snapshotOf({ queue }), { theme, viewport: { width, height: 900 } });
    await tileOf(panel, 'Queue depth').waitFor();
    expect(await panel.page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    const path = join(root, `.cache/screenshots/dashboard/${theme}-${width}.png`);
    await panel.page.screenshot({ path, fullPage: true });
  });
});

test('in Russian all of it has room too', async () => {
  const bundle = z
    .record(z.string(), z.string())
    .parse(JSON.parse(readFileSync(join(root, 'l10n/bundle.l10n.ru.json'), 'utf8')));
  const texts = Object.fromEntries(
    Object.entries(dashboardTexts).map(([key, text]) => [key, bundle[text] ?? text]),
  );
  const panel = await dashboardWith(snapshotOf(), { texts, viewport: { width: 1000, height: 900 } });
  await panel.page.getByRole('heading', { name: 'Состояние лаборатории' }).waitFor();
  expect(await panel.page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(1000);
  const path = join(root, '.cache/screenshots/dashboard/russian.png');
  await panel.page.screenshot({ path, fullPage: true });
});

test('the diagram takes the colours of a theme that is changed to', async () => {
  const panel = await dashboardWith(snapshotOf(), { theme: 'dark' });
  const picture = () => panel.page.locator('canvas').evaluate((canvas) => canvas.toDataURL());
  await panel.page.locator('canvas').waitFor();
  const dark = await picture();
  await dressPanel(panel.page, 'light');
  await expect.poll(picture).not.toBe(dark);
});
