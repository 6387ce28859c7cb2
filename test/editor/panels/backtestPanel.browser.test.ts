import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { BacktestFromPanel } from '../../../extension/contracts/backtestPanel.ts';
import { pictureBytes } from '../../../extension/reports/panel/picture.ts';
import { backtestTexts } from '../../../webviews/backtest/texts.ts';
import { makeEvidence, makeSeveralMarkets } from '../../reports/panel/evidence.ts';
import { launchChromium } from '../support/chromium.ts';
import { packagedExtension } from '../support/packagedExtension.ts';
import { dressPanel } from '../support/panelThemes.ts';
import { PlayedBacktest, type PlayedBacktestOptions } from './playedBacktest.ts';

const evidence = makeEvidence();
const other = makeEvidence({ id: 'z2b7', fast: 12, cash: 20_000 });
const bars = evidence.candles.time.length;

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

async function openPanel(options: Partial<PlayedBacktestOptions> = {}): Promise<PlayedBacktest> {
  const played = await PlayedBacktest.open({ browser, folder, evidence, others: [other], ...options });
  open.push(played);
  await played.drawn();
  return played;
}

type WantSeries = Extract<BacktestFromPanel, { type: 'wantSeries' }>;
const seriesOf = ({ requests }: PlayedBacktest): WantSeries[] =>
  requests.filter((request) => request.type === 'wantSeries');
/** What a dropdown shows as chosen. */
const chosenIn = (page: Page, name: string) =>
  page.getByRole('combobox', { name }).locator('[part="selected-value"]').textContent();
const lastSeries = (played: PlayedBacktest) => seriesOf(played).at(-1);

/** The chart's note, which tells how many bars are drawn. */
const noteOf = ({ page }: PlayedBacktest) => page.locator('.chart-note').textContent();

async function pointAt({ page }: PlayedBacktest, share: number): Promise<void> {
  const box = await page.locator('.pane.price').boundingBox();
  if (box === null) throw new Error('no chart');
  const axis = 78;
  await page.mouse.move(box.x + (box.width - axis) * share, box.y + box.height / 2);
}

describe('the charts of a backtest', () => {
  test('open with all bars in sight, as many candles as there is room for', async () => {
    const played = await openPanel();
    const { from, to, buckets } = lastSeries(played) ?? {};
    expect([from, to]).toEqual([0, bars]);
    expect(buckets).toBeGreaterThan(200);
    expect(buckets).toBeLessThan(500);
    expect(await noteOf(played)).toMatch(
      /^6,000 bars drawn as \d+ candles of \d+ bars; every extreme is kept/,
    );
  });

  test('the wheel zooms about the pointer and asks for those bars alone', async () => {
    const played = await openPanel();
    await pointAt(played, 0.25);
    await played.page.mouse.wheel(0, -600);
    await expect.poll(() => lastSeries(played)?.to).toBeLessThan(bars);
    const { from = 0, to = 0 } = lastSeries(played) ?? {};
    const width = to - from;
    // exp(-600 * 0.0016) of what was in sight.
    expect(width).toBeGreaterThan(bars * 0.37);
    expect(width).toBeLessThan(bars * 0.39);
    expect((bars * 0.25 - from) / width).toBeCloseTo(0.25, 1);
  });

  test('zooming goes down to single bars', async () => {
    const played = await openPanel();
    const zoomIn = played.page.getByRole('button', { name: 'Zoom in' });
    for (let step = 0; step < 12; step++) await zoomIn.click();
    await expect.poll(() => noteOf(played)).toMatch(/^8 bars(\.|$)/);
    expect((lastSeries(played)?.to ?? 0) - (lastSeries(played)?.from ?? 0)).toBeLessThanOrEqual(9);
  });

  test('a candle has a body as wide as there is room for, wherever one looks', async () => {
    const played = await openPanel();
    const { page } = played;
    await page.getByRole('application', { name: 'Charts' }).focus();
    await page.keyboard.press('End');
    for (let step = 0; step < 12; step++) await page.keyboard.press('+');
    await expect.poll(() => noteOf(played)).toMatch(/^4\d bars(\.|$)/);
    // The longest row of pixels of one colour in the plot that is neither ground nor grid.
    const widest = await page.evaluate(`(() => {
      const canvas = document.querySelector('.pane.price canvas');
      const { width, height } = canvas;
      const pixels = new Uint32Array(canvas.getContext('2d').getImageData(0, 0, width, height).data.buffer);
      const probe = document.createElement('span');
      probe.style.color = 'var(--fall)';
      document.body.append(probe);
      const [red, green, blue] = getComputedStyle(probe).color.match(/[\\d.]+/g).map(Number);
      const fall = ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
      let widest = 0;
      let run = 0;
      for (let at = 0; at < pixels.length; at++) {
        run = pixels[at] === fall && at % width !== 0 ? run + 1 : 0;
        widest = Math.max(widest, run);
      }
      return widest;
    })()`);
    expect(widest).toBeGreaterThan(8);
    expect(widest).toBeLessThan(20);
  });

  test('dragging moves along, a double click shows everything again', async () => {
    const played = await openPanel();
    const { page } = played;
    await page.getByRole('button', { name: 'Zoom in' }).click();
    await expect.poll(() => lastSeries(played)?.from).toBeGreaterThan(0);
    const before = lastSeries(played)?.from ?? 0;
    await pointAt(played, 0.4);
    await page.mouse.down();
    await pointAt(played, 0.6);
    await page.mouse.up();
    // A fifth of what is in sight, to earlier bars.
    await expect.poll(() => lastSeries(played)?.from).toBeCloseTo(before - bars / 2 / 5, -2);
    await page.locator('.pane.equity').dblclick();
    await expect.poll(() => lastSeries(played)).toMatchObject({ from: 0, to: bars });
  });

  test('two fingers that part zoom about the place between them', async () => {
    const played = await openPanel();
    const { page } = played;
    const box = await page.locator('.pane.price').boundingBox();
    if (box === null) throw new Error('no chart');
    const session = await page.context().newCDPSession(page);
    await session.send('Emulation.setTouchEmulationEnabled', { enabled: true, maxTouchPoints: 2 });
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', xs: readonly number[]) =>
      session.send('Input.dispatchTouchEvent', {
        type,
        touchPoints: xs.map((x, id) => ({ x: box.x + x, y: box.y + 80, id })),
      });
    await touch('touchStart', [300, 400]);
    await touch('touchMove', [250, 450]);
    await touch('touchEnd', []);
    await expect
      .poll(() => (lastSeries(played)?.to ?? bars) - (lastSeries(played)?.from ?? 0))
      .toBeLessThan(bars * 0.6);
    const { from = 0, to = 0 } = lastSeries(played) ?? {};
    const middle = (bars * 350) / (box.width - 78);
    expect((middle - from) / (to - from)).toBeCloseTo(middle / bars, 1);
  });

  test('with everything in sight, turning the wheel out turns the page', async () => {
    const played = await openPanel();
    await pointAt(played, 0.5);
    await played.page.mouse.wheel(0, 300);
    await expect.poll(() => played.page.evaluate('scrollY')).toBeGreaterThan(0);
    expect(seriesOf(played)).toHaveLength(1);
  });

  test('an answer that comes after a newer one is dropped', async () => {
    const played = await openPanel();
    const { page } = played;
    played.isHolding = true;
    await page.getByRole('button', { name: 'Zoom in' }).click();
    await expect.poll(() => seriesOf(played).length).toBe(2);
    await page.getByRole('button', { name: 'Zoom in' }).click();
    await expect.poll(() => seriesOf(played).length).toBe(3);
    const [, early, late] = seriesOf(played);
    if (early === undefined || late === undefined) throw new Error('two requests were expected');
    await played.answer(late);
    await expect.poll(() => noteOf(played)).toMatch(/^1,500 bars drawn as/);
    const drawn = await noteOf(played);
    await played.answer({ ...early, from: 0, to: bars, buckets: 50 });
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
    expect(await noteOf(played)).toBe(drawn);
  });

  test('what takes long is told, and no more once it is there', async () => {
    const played = await openPanel();
    played.isHolding = true;
    await played.page.getByRole('button', { name: 'Zoom in' }).click();
    await played.page.getByText('Reading bars').waitFor();
    const request = lastSeries(played);
    if (request !== undefined) await played.answer(request);
    await played.page.getByText('Reading bars').waitFor({ state: 'hidden' });
  });

  test('the candle under the pointer is read in all charts at once', async () => {
    const played = await openPanel();
    const { page } = played;
    await page.getByRole('button', { name: 'Show the held-back part' }).click();
    await pointAt(played, 0.5);
    await expect.poll(() => page.locator('.crosshair').isVisible()).toBe(true);
    const time = await page.locator('.cursor-time').textContent();
    expect(time).toMatch(/^2020-0\d-\d\d \d\d:\d\d to 2020-/);
    const values = await page.locator('.pane .readings').allTextContents();
    expect(values[0]).toMatch(/O [\d.]+\s+H [\d.]+\s+L [\d.]+\s+C [\d.]+\s+SMA 24 [\d.]+\s+SMA 96 [\d.]+/);
    expect(values[3]).toMatch(/Equity [\d,.]+\s+Hold [\d,.]+/);
    expect(values[4]).toMatch(/Drawdown -?[\d.]+%/);
  });

  test('a new theme gives them new colours', async () => {
    const played = await openPanel();
    const { page } = played;
    const picture = () => page.evaluate('document.querySelector(".pane.equity canvas").toDataURL()');
    const before = await picture();
    await dressPanel(page, 'light');
    await expect.poll(picture).not.toBe(before);
  });

  test('the picture to save is a PNG that the host takes', async () => {
    const played = await openPanel();
    await played.page.getByRole('combobox', { name: 'Save as' }).click();
    await played.page.getByRole('option', { name: 'Charts (PNG)' }).click();
    await played.page.getByRole('button', { name: 'Save', exact: true }).click();
    await expect.poll(() => played.heard.length).toBe(1);
    const [wish] = played.heard;
    if (wish?.type !== 'exportPicture') throw new Error('a picture was expected');
    const bytes = Buffer.from(pictureBytes(wish.picture));
    expect(bytes.readUInt32BE(16)).toBeGreaterThan(800);
    expect(bytes.length).toBeGreaterThan(20_000);
    await played.send({ type: 'answer', request: wish.request, problem: null, note: 'Saved as k3x9.png.' });
    await played.page.getByText('Saved as k3x9.png.').waitFor();
  });
});

describe('the trades of a backtest', () => {
  test('a click on a trade takes the charts to its bars', async () => {
    const played = await openPanel();
    const { page } = played;
    await page.getByRole('tab', { name: /^Trades/ }).click();
    await page.getByRole('button', { name: 'Show trade 7 in the charts' }).click();
    const { entryBar, exitBar } = (played.model.trades({
      sort: 'number',
      direction: 'ascending',
      filter: { side: 'all', result: 'all', exitReason: 'all', text: '' },
      offset: 0,
      limit: 10,
    })?.rows ?? [])[6] ?? { entryBar: 0, exitBar: 0 };
    await expect.poll(() => lastSeries(played)?.from).toBeGreaterThan(0);
    const { from = 0, to = 0 } = lastSeries(played) ?? {};
    expect(from).toBeLessThanOrEqual(entryBar);
    expect(to).toBeGreaterThan(exitBar ?? 0);
    expect(to - from).toBeLessThan(6 * ((exitBar ?? 0) - entryBar) + 60);
  });

  test('are sorted, filtered and paged by the host', async () => {
    const played = await openPanel();
    const { page } = played;
    await page.getByRole('tab', { name: /^Trades/ }).click();
    const profits = () => page.locator('.trades tbody td:nth-child(9)').allTextContents();
    await page.getByRole('button', { name: 'Profit', exact: true }).click();
    await expect.poll(async () => (await page.locator('th[aria-sort]').textContent()) ?? '').toBe('Profit');
    await page.getByRole('button', { name: 'Profit', exact: true }).click();
    await expect.poll(async () => page.locator('th[aria-sort="descending"]').count()).toBe(1);
    const numbers = (await profits()).map((text) => Number(text.replace(/[,+]/g, '')));
    expect(numbers).toEqual(numbers.toSorted((a, b) => b - a));
    await page.getByRole('combobox', { name: 'Side' }).click();
    await page.getByRole('option', { name: 'short' }).click();
    await page.getByText(/^32 of 64 trades/).waitFor();
    await page.getByRole('searchbox', { name: 'Find in trades' }).fill('nothing like it');
    await page.getByText('No trade fits the filter.').waitFor();
    await page.getByRole('button', { name: 'Clear Filter' }).click();
    await page.getByText(/^64 of 64 trades/).waitFor();
    expect(await chosenIn(page, 'Side')).toContain('Both sides');
  });

  test('of several markets name their own, under charts that say whose they are', async () => {
    const { page } = await openPanel({ evidence: makeSeveralMarkets() });
    expect(await page.locator('.chart-note').textContent()).toContain('the main one of 2 markets');
    await page.getByRole('tab', { name: /^Trades/ }).click();
    const column = page.getByRole('columnheader', { name: backtestTexts.tradeMarket });
    await column.getByRole('button').click();
    await column.getByRole('button').click();
    await page.locator('table.trades tbody tr', { hasText: 'ETH/USDT' }).first().waitFor();
    expect(await page.locator('table.trades tbody tr').first().textContent()).toContain('ETH/USDT');
    const one = await openPanel();
    await one.page.getByRole('tab', { name: /^Trades/ }).click();
    await one.page.locator('table.trades tbody tr').first().waitFor();
    expect(await one.page.getByRole('columnheader', { name: backtestTexts.tradeMarket }).count()).toBe(0);
    expect(await noteOf(one)).not.toContain('markets');
  });

  test('of a run without any, the panel says what to look at', async () => {
    const { result } = evidence;
    const none = { ...evidence, result: { ...result, trades: [], rejections: { total: 0, first: [] } } };
    const { page } = await openPanel({ evidence: none });
    await page.getByRole('tab', { name: 'Trades 0' }).click();
    await page.getByText('The strategy made no trade. Look at').waitFor();
    expect(await page.locator('.filters').isVisible()).toBe(false);
  });
});

describe('another run beside it', () => {
  test('is chosen above, stands in the equity chart and has every metric with the difference', async () => {
    const played = await openPanel();
    const { page } = played;
    await page.getByRole('combobox', { name: 'Compare with' }).click();
    await page.getByRole('option', { name: /z2b7/ }).click();
    await page.getByRole('heading', { name: 'This run and Moving-average cross (run z2b7)' }).waitFor();
    expect(played.heard).toContainEqual({ type: 'compareWith', run: 'z2b7' });
    await expect
      .poll(() => page.locator('.pane.equity .readings').textContent())
      .toMatch(/Run z2b7, scaled [\d,.]+/);
    expect(await chosenIn(page, 'Compare with')).toContain('z2b7');
    const row = page.getByRole('row', { name: /^Closed trades/ }).first();
    const cells = (await row.locator('td').allTextContents()).map(Number);
    expect(cells[2]).toBe((cells[0] ?? 0) - (cells[1] ?? 0));
    expect(cells[5]).toBe((cells[3] ?? 0) - (cells[4] ?? 0));
  });

  test('that cannot be read is told where it would stand', async () => {
    const played = await openPanel();
    played.model.compareWith('gone');
    await played.refresh();
    await played.page.getByRole('tab', { name: 'Comparison' }).click();
    await played.page.getByText('The other run cannot be shown: Error: no run gone').waitFor();
  });
});

describe('a decision at the gate', () => {
  test('is sent with its comment; what goes wrong is told and nothing that was typed is lost', async () => {
    const played = await openPanel();
    const { page } = played;
    const comment = page.getByRole('textbox', { name: 'Comment' });
    await comment.fill('Looks robust');
    await page.getByRole('button', { name: 'Decide: Approve' }).click();
    await expect.poll(() => played.heard.length).toBe(1);
    const [wish] = played.heard;
    expect(wish).toMatchObject({
      type: 'decide',
      at: 'review',
      comment: 'Looks robust',
      choice: { action: 'approve' },
    });
    if (wish?.type !== 'decide') throw new Error('a decision was expected');
    const problem = { message: 'The run waits elsewhere.', action: 'Look at its graph.' };
    await played.send({ type: 'answer', request: wish.request, problem, note: null });
    await page.getByRole('alert').getByText('The run waits elsewhere. Look at its graph.').waitFor();
    // A snapshot in between shall not take away what was typed.
    await played.refresh();
    expect(await comment.inputValue()).toBe('Looks robust');
  });

  test.each([
    ['Reject', {}, { action: 'reject' }],
    ['Roll Back', {}, { action: 'rollback', to: 'optimise' }],
    ['Fix', { idea: 'buy the dip' }, { action: 'fixIdea', idea: 'buy the dip' }],
    ['Fix', { isFile: true }, { action: 'fixFile' }],
  ] as const)('%s %j', async (name, details: { idea?: string; isFile?: boolean }, choice) => {
    const played = await openPanel();
    const { page } = played;
    await page.getByRole('radio', { name, exact: true }).check();
    if (details.idea !== undefined)
      await page.getByRole('textbox', { name: 'The idea, changed' }).fill(details.idea);
    if (details.isFile) await page.getByRole('radio', { name: /strategy file/ }).check();
    await page.getByRole('button', { name: `Decide: ${name}` }).click();
    await expect.poll(() => played.heard[0]).toMatchObject({ type: 'decide', comment: null, choice });
  });

  test('an idea without words is not sent', async () => {
    const played = await openPanel();
    const { page } = played;
    await page.getByRole('radio', { name: 'Fix', exact: true }).check();
    await page.getByRole('textbox', { name: 'The idea, changed' }).fill('  ');
    await page.getByRole('button', { name: 'Decide: Fix' }).click();
    await page.getByText('Say when to buy and when to sell.').waitFor();
    expect(played.heard).toEqual([]);
  });

  test('is not offered where the run does not wait', async () => {
    const { page } = await openPanel({ evidence: makeEvidence({ waitingFor: null }) });
    expect(await page.locator('.gate').isVisible()).toBe(false);
  });
});

describe('how the panel is looked at', () => {
  test('comes back after a restart: bars, scale, tab, sorting and filter', async () => {
    const played = await openPanel();
    const { page } = played;
    await page.getByRole('button', { name: 'Zoom in' }).click();
    await page.getByRole('checkbox', { name: 'Logarithmic' }).click();
    await page.getByRole('tab', { name: /^Trades/ }).click();
    await page.getByRole('button', { name: 'Bars', exact: true }).click();
    await page.getByRole('combobox', { name: 'Result' }).click();
    await page.getByRole('option', { name: 'Losses' }).click();
    await page.getByText(/of 64 trades/).waitFor();
    await expect.poll(async () => JSON.stringify(await played.panel.state())).toContain('"result":"loss"');
    const state = await played.panel.state();
    expect(state).toMatchObject({ subject: { run: 'k3x9' } });

    const again = await openPanel({ state });
    expect(lastSeries(again)).toMatchObject({ from: bars / 4, to: (bars * 3) / 4 });
    await again.page.getByRole('tab', { name: /^Trades/, selected: true }).waitFor();
    await again.page.locator('th[aria-sort="ascending"]', { hasText: 'Bars' }).waitFor();
    expect(await chosenIn(again.page, 'Result')).toContain('Losses');
    expect(await again.page.getByRole('checkbox', { name: 'Logarithmic' }).getAttribute('aria-checked')).toBe(
      'true',
    );
  });

  test('is kept for the next start from the first moment on, so that the editor knows the run', async () => {
    const played = await PlayedBacktest.open({ browser, folder, evidence, isSilent: true });
    open.push(played);
    await played.page.getByText('Reading the run').waitFor();
    expect(await played.panel.state()).toMatchObject({ subject: { run: 'k3x9' } });
  });

  test('what was kept and does not fit is left out', async () => {
    const state = { subject: { run: 'k3x9' }, view: { tab: 'nowhere' } };
    const played = await openPanel({ state });
    expect(lastSeries(played)).toMatchObject({ from: 0, to: bars });
  });

  test('a backtest that was made anew is shown whole', async () => {
    const played = await openPanel();
    const { page } = played;
    await page.getByRole('button', { name: 'Zoom in' }).click();
    await expect.poll(() => lastSeries(played)?.from).toBeGreaterThan(0);
    const shorter = await PlayedBacktest.open({
      browser,
      folder,
      evidence: makeEvidence({ bars: 900 }),
      others: [],
    });
    open.push(shorter);
    await shorter.drawn();
    await played.send(await shorter.model.snapshot());
    await expect.poll(() => lastSeries(played)).toMatchObject({ from: 0, to: 900 });
  });
});

describe('what does not fit or cannot be', () => {
  test('a message that does not fit is dropped and reported, and the panel goes on', async () => {
    const played = await openPanel();
    await played.panel.send({ type: 'series', request: 99, window: { from: 'x' } });
    await played.panel.send({ type: 'nonsense' });
    await expect.poll(() => played.faults.length).toBe(2);
    expect(played.faults[0]).toMatch(/^Dropped a message: /);
    played.faults.length = 0;
    await played.page.getByRole('button', { name: 'Zoom in' }).click();
    await expect.poll(() => noteOf(played)).toMatch(/^3,000 bars/);
  });

  test('a run that cannot be shown is said to be so, with a way on', async () => {
    const played = await openPanel();
    const problem = { message: 'Run k3x9 has no backtest yet.', action: 'Wait for it.' };
    await played.send({ type: 'unavailable', problem });
    const { page } = played;
    await page.getByRole('heading', { name: 'This backtest cannot be shown' }).waitFor();
    await page.getByRole('alert').getByText('Run k3x9 has no backtest yet. Wait for it.').waitFor();
    await page.getByRole('button', { name: 'Try Again' }).click();
    await expect.poll(() => played.heard).toContainEqual({ type: 'retry' });
    await played.refresh();
    await page.getByRole('heading', { name: 'Moving-average cross' }).waitFor();
    expect(await page.getByRole('heading', { name: 'This backtest cannot be shown' }).count()).toBe(0);
  });
});

test("every word of its own is the host's translation", async () => {
  const texts = Object.fromEntries(Object.entries(backtestTexts).map(([key, text]) => [key, `⟦${text}⟧`]));
  const { page } = await openPanel({ texts });
  const own = 'button, [role="tab"], label, legend, summary, vscode-button, vscode-checkbox, .trades th';
  const shown = await page.locator(own).evaluateAll((all) =>
    all
      // Names of metrics and parameters are the host's, which speaks English here.
      .filter((each) => each.closest('.term, #panel-search') === null)
      .flatMap((each) => [each.textContent ?? '', each.getAttribute('aria-label') ?? ''])
      .filter((text) => /\p{L}/u.test(text)),
  );
  expect(shown.length).toBeGreaterThan(30);
  expect(shown.filter((text) => !/^[\s⟦]/.test(text) || !text.includes('⟧'))).toEqual([]);
});
