import { describe, expect, test } from 'vitest';
import { fragilitySchema, nothingRaised } from '../../extension/contracts/fragility.ts';
import { gatePolicySchema } from '../../extension/contracts/gate.ts';
import { simplifiedTexts, stressReportSchema } from '../../extension/contracts/stress.ts';
import { stressViewSchema } from '../../extension/contracts/stressPanel.ts';
import { wordsOf } from '../../extension/reports/panel/words.ts';
import { renderRunReport } from '../../extension/reports/runReport.ts';
import { stressView } from '../../extension/reports/stress/stressView.ts';
import { backtestTexts } from '../../webviews/backtest/texts.ts';
import { distributionShape, distributionSize } from '../../webviews/shared/distribution.ts';
import { inEnglish } from '../../webviews/shared/texts.ts';
import { elements, markupOf, textOf } from './page.ts';
import { makeInput } from './sample.ts';
import { fragilitySample, stressSample } from './stressSample.ts';

const words = wordsOf(backtestTexts, inEnglish, (step) => step);
const result = { doubleRun: { verdict: 'identical' as const, chunks: [1, 4] } };
const policy = gatePolicySchema.parse({});
const view = stressView({ result, policy, fragility: fragilitySample, stress: stressSample }, words);
const tableOf = (id: string) => view?.tables.find((table) => table.id === id)?.rows ?? [];

describe('the view of a stress test', () => {
  test('is of samples that fit their schemas, and fits its own', () => {
    expect(fragilitySchema.parse(fragilitySample)).toEqual(fragilitySample);
    expect(stressReportSchema.parse(stressSample)).toEqual(stressSample);
    expect(stressViewSchema.parse(view)).toEqual(view);
  });

  test('reads the records of earlier versions, which knew less', () => {
    const {
      limits: _,
      funding: __,
      ...doubledCosts
    } = fragilitySample.doubledCosts as NonNullable<typeof fragilitySample.doubledCosts>;
    const { twoFills: ___, ...delay } = fragilitySample.delay;
    const earlier = fragilitySchema.parse({ ...fragilitySample, delay, doubledCosts });
    expect(earlier.doubledCosts).toMatchObject({ limits: [], funding: null });
    const { others: _o, simplified: _s, profilesLeftOut: _p, ...stress } = stressSample;
    const scenarios = stress.scenarios.map(({ leftOut: _l, ...scenario }) => scenario);
    expect(stressReportSchema.parse({ ...stress, scenarios })).toEqual(stressSample);
    const verdicts = stressView({ result, policy, fragility: earlier, stress: null }, words)?.verdicts;
    expect(verdicts?.map(({ state }) => state)).toEqual(view?.verdicts.map(({ state }) => state));
  });

  test('names each check with its verdict, its figures and the first bar that differs', () => {
    expect(view?.verdicts.map(({ name, state }) => `${name}: ${state}`)).toEqual([
      'Double run: pass',
      'One bar of delay: pass',
      'Doubled costs: pass',
      'Shifted start: fail',
      'Cut data: pass',
      'Noise in place of the future: pass',
    ]);
    const whys = view?.verdicts.map(({ why }) => why) ?? [];
    // log 1.3 / log 1.4.
    expect(whys[1]).toContain('That leaves 78.0% of the log growth, and at least 50.0% must be left.');
    expect(whys[3]).toBe('Begun 30 bars later, it acts otherwise from bar 99 on, 2020-01-05 03:00 UTC.');
  });

  test('judges by the bounds of the run, and names them', () => {
    const strict = gatePolicySchema.parse({ leastDelayShare: 0.8, doubledCostsAbove: 0.25 });
    const judged = stressView(
      { result, policy: strict, fragility: fragilitySample, stress: stressSample },
      words,
    );
    expect(judged?.verdicts.slice(1, 3).map(({ state }) => state)).toEqual(['fail', 'fail']);
    expect(judged?.verdicts[1]?.why).toContain('at least 80.0% must be left');
    expect(judged?.verdicts[2]?.why).toContain('must be above 25.0%');
  });

  test('says of doubled costs what was not doubled', () => {
    const doubledCosts = {
      ...fragilitySample.doubledCosts,
      figures: null,
      problem: { kind: 'not-comparable' as const, text: nothingRaised },
      limits: [
        { cost: 'fee' as const, was: 0.2, limit: 0.2 },
        { cost: 'fixedFee' as const, was: 600_000, limit: 1_000_000 },
      ],
      funding: 'none-paid' as const,
    };
    const fragility = { ...fragilitySample, doubledCosts };
    const row = stressView({ result, policy, fragility, stress: null }, words)?.verdicts[2];
    expect(row).toMatchObject({ state: 'not-available' });
    expect(row?.why).toBe(
      'No cost that the run pays could be raised. Not doubled, since at its limit of 20.00%: fee. Not doubled, but raised from 600000 to its limit of 1000000: fixed fee. No funding was paid, and what was received is not doubled.',
    );
  });

  test('says of each check that a run without trades is not judged', () => {
    const fragility = { ...fragilitySample, fills: 0, shiftedStart: [] };
    const rows = stressView({ result, policy, fragility, stress: null }, words)?.verdicts.slice(1) ?? [];
    for (const { state, why } of rows) {
      expect({ state, why }).toEqual({
        state: 'not-available',
        why: 'The run has no trades: there is nothing to judge.',
      });
    }
  });

  test('puts the run itself above the other markets, whose paths are summed up', () => {
    const [own, first] = tableOf('markets');
    expect(own?.slice(0, 6)).toEqual(['The run itself', '1', '40.0%', '', '10.0%', '42']);
    expect(first).toEqual(['Rise', '3', '10.0%', '-20.0%', '10.0%', '42', '10.0%', '']);
    expect(tableOf('markets').at(-1)).toEqual([
      ...['Data with a gap', '1', 'n/a', 'n/a', 'n/a', 'n/a', '10.0%'],
      '1 failed: It threw <b>on bar 3</b>.',
    ]);
  });

  test('tells how to get the candles of a crisis that the lab has none of', () => {
    const [covered, missing] = tableOf('crises');
    expect(covered).toEqual(['Failure of FTX', 'BTC/USDT (binance)', '-4.0%', '7.0%', '2', '-22.0%', '']);
    expect(missing?.[1]).toBe('not in the lab');
    expect(missing?.at(-1)).toContain('strategy-lab data download');
  });

  test('has a row for each of the seven traders with the rules that were applied', () => {
    expect(tableOf('traders')).toHaveLength(7);
    expect(tableOf('traders')[4]).toEqual(['Wolf', '40.0%', '1.20', '10.0%', '42', 'left at a loss 3']);
  });

  test('says where a figure is not available', () => {
    expect(tableOf('chance')[2]?.slice(1)).toEqual(['n/a', 'n/a', 'n/a']);
    expect(tableOf('intervals')[1]?.slice(1)).toEqual(['n/a', 'n/a', 'n/a']);
    expect(tableOf('regimes')[1]?.at(-1)).toBe('n/a');
  });

  test('marks the drawdown as it was among those of other orders', () => {
    expect(view?.drawdowns).toMatchObject({ low: '4.0%', high: '16.0%', marked: 'as it was: 10.0%' });
    expect(view?.drawdowns?.mark).toBeCloseTo(0.5, 9);
    expect(view?.drawdowns?.summary).toContain('half of them below 10.0%');
  });

  test('says of a run over several markets what was left out, and whose crises and regimes these are', () => {
    const several = {
      ...stressSample,
      others: ['ETH/USDT'],
      profiles: [],
      profilesLeftOut: 'orders-alone' as const,
      scenarios: [
        { scenario: 'crash' as const, outcomes: [], leftOut: 'generated-alone' as const },
        { scenario: 'own-resample' as const, outcomes: [], leftOut: 'times-differ' as const },
      ],
    };
    const tables = stressView({ result, policy, fragility: null, stress: several }, words)?.tables ?? [];
    const of = (id: string) => tables.find((table) => table.id === id);
    expect(
      of('markets')
        ?.rows.slice(1)
        .map((row) => row.at(-1)),
    ).toEqual([
      'Not available: markets are generated one at a time, and not several that move together.',
      'Not available: the bars of the markets open at different times, so that none can be drawn for all of them at once.',
    ]);
    expect(of('traders')).toMatchObject({
      rows: [],
      note: expect.stringMatching(/^Not available: the rules/),
    });
    expect(of('chance')?.note).toMatch(/^Not available: positions in several markets/);
    expect(of('regimes')?.note).toContain('of the main market');
  });

  test('says what other markets have not that the run has', () => {
    const simplified = ['finer', 'funding'] as const;
    const stress = { ...stressSample, simplified: [...simplified] };
    const note = stressView({ result, policy, fragility: null, stress }, words)?.tables[0]?.note;
    for (const part of simplified) expect(note).toContain(simplifiedTexts[part]);
    expect(view?.tables[0]?.note).not.toContain('finer');
  });

  test('is null where nothing was varied, and has no tables where nothing was stressed', () => {
    expect(stressView({ result, policy, fragility: null, stress: null }, words)).toBeNull();
    const alone = stressView({ result, policy, fragility: fragilitySample, stress: null }, words);
    expect(alone).toMatchObject({ tables: [], drawdowns: null });
  });
});

test('the bars of a distribution stand side by side within the picture, as high as their counts', () => {
  const { bars, mark } = distributionShape({ counts: [1, 4, 0, 2], mark: 0.25 });
  const { width, height } = distributionSize;
  expect(bars.map((bar) => bar.height)).toEqual([height / 4, height, 0, height / 2]);
  for (const [index, bar] of bars.entries()) {
    expect(bar.y + bar.height).toBeCloseTo(height, 9);
    expect(bar.x).toBeGreaterThanOrEqual((width / 4) * index);
    expect(bar.x + bar.width).toBeLessThanOrEqual((width / 4) * (index + 1));
  }
  expect(mark).toBe(width / 4);
});

describe('the report page', () => {
  const page = markupOf(
    renderRunReport(
      { ...makeInput(), fragility: fragilitySample, stress: stressSample },
      { script: '', style: '' },
    ),
  );
  const section = elements(page, 'section').find(({ attributes }) => attributes.includes('id="stress"'));

  test('has the whole of it in a section of its own, with the words of a strategy as text', () => {
    const text = textOf(section?.content ?? '');
    for (const part of [
      'Shifted start',
      'Recorded crises',
      'Trend follower',
      'Against chance',
      'By regime',
    ]) {
      expect(text).toContain(part);
    }
    expect(section?.content).not.toContain('<b>');
    expect(text).toContain('It threw <b>on bar 3</b>.');
    expect(section?.content.match(/<rect class="bin"/g)).toHaveLength(6);
  });

  test('leaves it out where nothing was varied', () => {
    expect(renderRunReport(makeInput(), { script: '', style: '' })).not.toContain('id="stress"');
  });
});
