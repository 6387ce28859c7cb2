import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import type { RunEvidence } from '../../extension/contracts/runEvidence.ts';
import { panelPolicy, renderPanelPage } from '../../extension/editor/panels/panelPage.ts';
import { type PreparedRun, prepareRun } from '../../extension/reports/panel/preparedRun.ts';
import { seriesWindow } from '../../extension/reports/panel/seriesWindow.ts';
import { backtestSnapshot } from '../../extension/reports/panel/snapshot.ts';
import { wordsOf } from '../../extension/reports/panel/words.ts';
import { backtestTexts } from '../../webviews/backtest/texts.ts';
import { inEnglish } from '../../webviews/shared/texts.ts';
import { PlayedBacktest } from '../editor/panels/playedBacktest.ts';
import { launchChromium } from '../editor/support/chromium.ts';
import { startStaticServer } from '../editor/support/staticServer.ts';
import { makeEvidence } from '../reports/panel/evidence.ts';
import { findChromium } from '../setup/editorParts.ts';
import type { BenchGroup, BenchResult } from './bench.ts';

const bars = 1_000_000;
const buckets = 600;
const repeats = 15;
const dist = join(import.meta.dirname, '../../dist');

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function medianMilliseconds(work: () => unknown): number {
  return median(
    Array.from({ length: repeats }, () => {
      const start = performance.now();
      work();
      return performance.now() - start;
    }),
  );
}

/** The least that there is to do: the candles of all bars, by one look at each. */
function plainBuckets({ candles }: RunEvidence): number[][] {
  const result: number[][] = [];
  for (let bucket = 0; bucket < buckets; bucket++) {
    const from = Math.floor((bucket * bars) / buckets);
    const to = Math.floor(((bucket + 1) * bars) / buckets);
    let [high, low, volume] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, 0];
    for (let bar = from; bar < to; bar++) {
      high = Math.max(high, candles.high[bar] as number);
      low = Math.min(low, candles.low[bar] as number);
      volume += candles.volume[bar] as number;
    }
    result.push([candles.open[from] as number, high, low, candles.close[to - 1] as number, volume]);
  }
  return result;
}

function compared(name: string, value: number, reference: number): BenchResult {
  return { name, value, unit: 'ms', reference, ratio: value / reference };
}

function alone(name: string, value: number, unit: string): BenchResult {
  return { name, value, unit, reference: null, ratio: null };
}

function measureHost(evidence: RunEvidence): BenchResult[] {
  const words = wordsOf(backtestTexts, inEnglish, (step) => step);
  const reference = medianMilliseconds(() => plainBuckets(evidence));
  const snapshotOf = (run: PreparedRun) =>
    backtestSnapshot({ run, other: null, otherProblem: null, comparable: [] }, words);
  const first = medianMilliseconds(() => {
    const run = prepareRun(evidence);
    JSON.stringify([snapshotOf(run), seriesWindow(run, { from: 0, to: bars, buckets })]);
  });
  const run = prepareRun(evidence);
  const whole = medianMilliseconds(() => seriesWindow(run, { from: 0, to: bars, buckets }));
  const zoomed = medianMilliseconds(() => seriesWindow(run, { from: 400_001, to: 500_000, buckets }));
  return [
    compared('panel: 1M bars, run to first snapshot and window as JSON, on the host, warm', first, reference),
    compared('panel: 1M bars, window of all bars, on the host, warm', whole, reference),
    compared('panel: 1M bars, window of a zoom to 100k, on the host, warm', zoomed, reference),
  ];
}

/** When the page has drawn the bars that it got after `since`, in its own milliseconds, and shown them. */
function drawnSince(page: Page, since: number): Promise<number> {
  return page.evaluate(`new Promise((done) => {
    const look = () => {
      const [mark] = performance.getEntriesByName('bars-drawn');
      if (mark !== undefined && mark.startTime > ${since}) requestAnimationFrame(() => done(performance.now()));
      else requestAnimationFrame(look);
    };
    look();
  })`) as Promise<number>;
}

async function usedMegabytes(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return usedSize / 1e6;
}

/** The page with a host in it that answers at once with what was prepared: no time of a host is in its own. */
async function measureOpening(browser: Browser, evidence: RunEvidence): Promise<number> {
  const words = wordsOf(backtestTexts, inEnglish, (step) => step);
  const run = prepareRun(evidence);
  const nonce = 'dGVzdA==';
  const input = { run, other: null, otherProblem: null, comparable: [] };
  const snapshot = JSON.stringify(backtestSnapshot(input, words));
  const window = JSON.stringify(seriesWindow(run, { from: 0, to: bars, buckets: 430 }));
  const server = await startStaticServer(dist, (address) => ({
    policy: panelPolicy({ nonce, cspSource: address }),
    html: renderPanelPage({
      title: 'Backtest',
      language: 'en',
      nonce,
      cspSource: address,
      script: `${address}/backtestPanel.js`,
      style: `${address}/backtestPanel.css`,
      bootstrap: { texts: backtestTexts, subject: { run: evidence.run.id } },
    }),
  }));
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  await page.addInitScript(`(() => {
    const [snapshot, window_] = [${JSON.stringify(snapshot)}, ${JSON.stringify(window)}];
    const answer = (message) => setTimeout(() => postMessage(message, '*'));
    window.acquireVsCodeApi = () => ({
      getState: () => undefined,
      setState: () => undefined,
      postMessage: ({ type, request }) => {
        if (type === 'ready') answer(JSON.parse(snapshot));
        if (type === 'wantSeries') answer({ type: 'series', request, window: JSON.parse(window_) });
      },
    });
  })()`);
  await page.goto(server.address);
  const drawn = await drawnSince(page, 0);
  await page.close();
  await server.stop();
  return drawn;
}

async function measureBrowser(evidence: RunEvidence): Promise<BenchResult[]> {
  const browser = await launchChromium();
  try {
    const [opened, zoomed, used]: [number[], number[], number[]] = [[], [], []];
    for (let round = 0; round < 5; round++) opened.push(await measureOpening(browser, evidence));
    const viewport = { width: 1400, height: 900 };
    const played = await PlayedBacktest.open({ browser, folder: dist, evidence, viewport });
    const { page } = played;
    await drawnSince(page, 0);
    for (let step = 0; step < 12; step++) {
      const since = (await page.evaluate(`(() => {
        const { left, top, width } = document.querySelector('.pane.price').getBoundingClientRect();
        const place = { clientX: left + width / 3, clientY: top + 50, bubbles: true, cancelable: true };
        const now = performance.now();
        const wheel = new WheelEvent('wheel', { ...place, deltaY: ${step % 2 === 0 ? -400 : 350} });
        document.querySelector('.plots').dispatchEvent(wheel);
        return now;
      })()`)) as number;
      zoomed.push((await drawnSince(page, since)) - since);
    }
    used.push(await usedMegabytes(page));
    await played.close();
    return [
      alone('panel: 1M bars, page loaded to charts drawn, in Chromium', median(opened), 'ms'),
      alone('panel: 1M bars, wheel to new bars asked for and drawn, in Chromium', median(zoomed), 'ms'),
      alone('panel: 1M bars, JavaScript heap after zooming, in Chromium', median(used), 'MB'),
    ];
  } finally {
    await browser.close();
  }
}

export const group: BenchGroup = {
  name: 'panel',
  async run() {
    const evidence = makeEvidence({ bars });
    const host = measureHost(evidence);
    const isThere = findChromium() !== undefined && existsSync(join(dist, 'backtestPanel.js'));
    if (isThere) return [...host, ...(await measureBrowser(evidence))];
    process.stderr.write('panel: no Chromium, or dist/ is not built: nothing is measured in a browser\n');
    return host;
  },
};
