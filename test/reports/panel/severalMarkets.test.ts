import { expect, test } from 'vitest';
import { backtestSnapshotSchema } from '../../../extension/contracts/backtestPanel.ts';
import { tradesCsv } from '../../../extension/reports/panel/csv.ts';
import { prepareRun } from '../../../extension/reports/panel/preparedRun.ts';
import { reportInputOf } from '../../../extension/reports/panel/reportInput.ts';
import { seriesWindow } from '../../../extension/reports/panel/seriesWindow.ts';
import { backtestSnapshot } from '../../../extension/reports/panel/snapshot.ts';
import { wordsOf } from '../../../extension/reports/panel/words.ts';
import { renderTextSummary } from '../../../extension/reports/textReport.ts';
import { backtestTexts } from '../../../webviews/backtest/texts.ts';
import { inEnglish } from '../../../webviews/shared/texts.ts';
import { makeEvidence, makeSeveralMarkets } from './evidence.ts';

const evidence = makeSeveralMarkets();
const { trades, manifest } = evidence.result;
const run = prepareRun(evidence);
const whole = { from: 0, to: run.bars, buckets: 2000 };

function snapshot() {
  const words = wordsOf(backtestTexts, inEnglish, (step) => step);
  const input = { run, other: null, otherProblem: null, comparable: [] };
  return backtestSnapshotSchema.parse(backtestSnapshot(input, words));
}

test('the charts of several markets mark the trades of the main one alone, and the panel says so', () => {
  const own = trades.filter(({ market }) => market === 0);
  const exits = own.filter(({ exitTime }) => exitTime !== null);
  expect(seriesWindow(run, whole).marked).toBe(own.length + exits.length);
  expect(reportInputOf(evidence).chart.markers).toHaveLength(own.length + exits.length);
  expect(snapshot().data.marketsNote).toContain(
    `those of ${manifest.data.symbol}, the main one of 2 markets`,
  );
  expect(snapshot().data.facts).toContain(`${manifest.data.symbol} + ETH/USDT ${manifest.data.timeframe}`);
});

test('a run of one market has no such note', () => {
  const one = prepareRun(makeEvidence());
  const words = wordsOf(backtestTexts, inEnglish, (step) => step);
  const input = { run: one, other: null, otherProblem: null, comparable: [] };
  expect(backtestSnapshot(input, words).data.marketsNote).toBeNull();
});

test('holding is that of all markets in the panel, its export and the report', () => {
  const { hold } = seriesWindow(run, whole);
  const [first, last] = [evidence.hold[0] ?? 0, evidence.hold.at(-1) ?? 0];
  expect(hold.at(-1)).toBeCloseTo((run.initialCash * last) / first, 6);
  expect(reportInputOf(evidence).chart.hold.at(-1)).toBeCloseTo((run.initialCash * last) / first, 6);
});

test('months and drawdowns are those of the result, which knows every time of the run', () => {
  expect(snapshot().months).toEqual({ years: [] });
  expect(snapshot().drawdowns).toEqual([]);
});

test('every set of bars stands among the facts, and synthetic ones are told', () => {
  const values = snapshot().facts.flatMap(({ rows }) => rows.map(({ value }) => value));
  expect(values).toContain('f'.repeat(64));
  expect(snapshot().facts.map(({ title }) => title)).toContain('Data of ETH/USDT');
  expect(snapshot().data.isSynthetic).toBe(true);
  expect(snapshot().warnings.join()).toContain('Synthetic data');
  const text = renderTextSummary(evidence.result);
  expect(text).toMatch(/Also +ETH\/USDT 1h, kraken, SYNTHETIC/);
  expect(text).toContain('bars of 1m inside');
});

test('the exported trades name their market', () => {
  const lines = [...tradesCsv(run)].join('').split('\r\n');
  expect(lines[0]).toMatch(/^number,symbol,side/);
  expect(lines[1]).toContain(`1,${manifest.data.symbol},`);
  expect(lines[2]).toContain('2,ETH/USDT,');
});
