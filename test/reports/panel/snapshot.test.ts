import { describe, expect, test } from 'vitest';
import { type BacktestSnapshot, backtestSnapshotSchema } from '../../../extension/contracts/backtestPanel.ts';
import { untriedLimits } from '../../../extension/contracts/isolation.ts';
import type { RunEvidence } from '../../../extension/contracts/runEvidence.ts';
import { prepareRun } from '../../../extension/reports/panel/preparedRun.ts';
import { backtestSnapshot } from '../../../extension/reports/panel/snapshot.ts';
import { wordsOf } from '../../../extension/reports/panel/words.ts';
import { backtestTexts } from '../../../webviews/backtest/texts.ts';
import { formatPercent } from '../../../webviews/shared/format.ts';
import { inEnglish } from '../../../webviews/shared/texts.ts';
import { makeEvidence } from './evidence.ts';

const words = wordsOf(backtestTexts, inEnglish, (step) => step);

function snapshotOf(evidence: RunEvidence, other: RunEvidence | null = null): BacktestSnapshot {
  const input = {
    run: prepareRun(evidence),
    other: other && prepareRun(other),
    otherProblem: null,
    comparable: [],
  };
  return backtestSnapshotSchema.parse(backtestSnapshot(input, words));
}

const evidence = makeEvidence();
const inPreview: RunEvidence = {
  ...evidence,
  result: { ...evidence.result, isolation: { level: 'preview', backend: 'quickjs', limits: untriedLimits } },
};

describe('the snapshot of a run', () => {
  test('is what its page takes, as JSON brings it there', () => {
    const snapshot = snapshotOf(evidence, makeEvidence({ id: 'other', fast: 12 }));
    expect(JSON.parse(JSON.stringify(snapshot))).toEqual(snapshot);
  });

  test('never has an in-sample figure without its out-of-sample twin', () => {
    const rows = snapshotOf(evidence).metrics.flatMap(({ rows: all }) => all);
    expect(rows.length).toBeGreaterThan(15);
    const { segments } = evidence.result;
    for (const { name, parts, definition } of rows) {
      expect(parts?.inSample.isAvailable).toBe(typeof segments?.inSample[name] === 'number');
      expect(parts?.outOfSample.isAvailable).toBe(typeof segments?.outOfSample[name] === 'number');
      expect(definition).toBe(evidence.result.definitions[name]);
    }
  });

  test('says plainly when nothing was held back', () => {
    const whole = { ...evidence, splitBar: null, result: { ...evidence.result, segments: null } };
    const snapshot = snapshotOf(whole);
    expect(snapshot.warnings).toContain('No part of the data was held back: every figure is in-sample.');
    expect(snapshot.headline.title).toBe('Key figures, whole data');
    expect(snapshot.metrics.flatMap(({ rows }) => rows).every(({ parts }) => parts === null)).toBe(true);
    expect(snapshot.data.splitBar).toBeNull();
  });

  test('says plainly that a run was a preview', () => {
    const snapshot = snapshotOf(inPreview);
    expect(snapshot.warnings.join()).toMatch(/level preview.*QuickJS interpreter/);
    const label = snapshot.labels.find(({ name }) => name === 'Isolation');
    expect(label).toMatchObject({ kind: 'bad', text: 'preview' });
    expect(label?.detail).toMatch(/an approval for trading needs a run in a container/);
  });

  test('a metric that the sample cannot carry is not available, and says why', () => {
    const short = snapshotOf(makeEvidence({ bars: 240 }));
    const sharpe = short.metrics.flatMap(({ rows }) => rows).find(({ name }) => name === 'sharpe');
    expect(sharpe?.whole).toEqual({
      text: 'not available',
      isAvailable: false,
      why: 'too few daily returns',
    });
  });

  test('lists months and the deepest drawdowns, also of a result that was stored without them', () => {
    const { result } = evidence;
    const { months, drawdowns } = snapshotOf({
      ...evidence,
      result: { ...result, monthlyReturns: null, drawdowns: null },
    });
    expect(months).toEqual(result.monthlyReturns);
    expect(drawdowns).toHaveLength(5);
    expect(drawdowns[0]?.depth).toBe(formatPercent(result.metrics['maxDrawdown'] ?? Number.NaN));
    expect(drawdowns.map(({ part }) => part)).toEqual(
      result.drawdowns?.map(
        ({ part }) => ({ 'in-sample': 'in-sample', mixed: 'both', 'held-back': 'out-of-sample' })[part],
      ),
    );
  });

  test('tells all that the result rests on: data, code, costs, engine, sandbox and fill rules', () => {
    const facts = snapshotOf(evidence).facts.flatMap(({ rows }) => rows);
    const { manifest, fillHash } = evidence.result;
    const values = facts.map(({ value }) => value);
    const { data, strategy, engine, runtime, rules } = manifest;
    for (const expected of [
      ...[data.hash, strategy.codeHash, engine.version, engine.runnerHash, runtime, fillHash],
      ...Object.values(rules),
      '37, counted up to record 3',
      '0.1%',
      '0.05%',
      '365',
      '95%',
    ]) {
      expect(values).toContain(expected);
    }
  });

  test('nothing that others wrote is shown as something else', () => {
    const hidden = 'buy\u202Ellac\u0007';
    const { result } = evidence;
    const snapshot = snapshotOf({
      ...evidence,
      idea: hidden,
      result: {
        ...result,
        log: [hidden],
        manifest: { ...result.manifest, strategy: { ...result.manifest.strategy, name: hidden } },
      },
    });
    const shown = 'buy<U+202E>llac<U+0007>';
    expect([snapshot.run.idea, snapshot.run.title, snapshot.log.lines[0]]).toEqual([shown, shown, shown]);
  });

  test('offers decisions only while the run waits', () => {
    expect(snapshotOf(evidence).gate).toMatchObject({ at: 'review', idea: evidence.idea });
    expect(snapshotOf(makeEvidence({ waitingFor: null })).gate).toBeNull();
  });

  test('a search shows each set beside its out-of-sample twin, the best first, the chosen always', () => {
    const many = Array.from({ length: 300 }, (_, index) => ({
      params: { fast: index },
      inSample: { sharpe: index },
      outOfSample: index === 4 ? { sharpe: -1 } : null,
    }));
    const search = snapshotOf({
      ...evidence,
      optimisation: { metric: 'sharpe', trials: many, chosen: 4, luck: null },
    }).search;
    expect(search?.rows).toHaveLength(201);
    expect(search?.rows[0]?.values).toEqual(['299']);
    const chosen = search?.rows.at(-1);
    expect(chosen).toMatchObject({ isChosen: true, values: ['4'] });
    expect(chosen?.scores[0]).toEqual({ inSample: '4.00', outOfSample: '-1.00' });
    expect(search?.rows[0]?.scores[0]?.outOfSample).toBe('not run');
    expect(search?.note).toContain('The 99 lowest are left out here.');
  });
});

test('a run that was not validated shows no validation, and another the one that it had', () => {
  expect(snapshotOf({ ...evidence, validation: null }).validation).toBeNull();
  expect(snapshotOf(evidence).validation?.folds.rows).toHaveLength(evidence.validation?.folds.length ?? -1);
});

describe('two runs side by side', () => {
  const other = makeEvidence({ id: 'other', fast: 12, cash: 20_000 });
  const comparison = snapshotOf(evidence, other).comparison;

  test('show every metric of both with the difference', () => {
    const rows = comparison?.groups.flatMap((group) => group.rows) ?? [];
    const trades = rows.find(({ name }) => name === 'trades');
    const [own, others] = [evidence.result.metrics['trades'] ?? 0, other.result.metrics['trades'] ?? 0];
    expect(trades?.whole.own.text).toBe(String(own));
    expect(trades?.whole.other.text).toBe(String(others));
    expect(Number(trades?.whole.difference)).toBe(own - others);
    expect(rows.every(({ outOfSample }) => outOfSample !== null)).toBe(true);
    const returns = rows.find(({ name }) => name === 'totalReturn')?.whole;
    expect(returns?.difference).toMatch(/^[+-]\d/);
  });

  test('say what they rest on differently, and nothing that is the same', () => {
    expect(comparison?.differences).toEqual([
      { name: 'Parameter fast', own: '24', other: '12' },
      { name: 'Initial cash', own: '10,000.00', other: '20,000.00' },
    ]);
    expect(comparison?.scaling).toContain('scaled');
  });

  test('warn of different data, and of what is wrong with the other', () => {
    const elsewhere: RunEvidence = {
      ...inPreview,
      run: { ...inPreview.run, id: 'else' },
      result: {
        ...inPreview.result,
        manifest: {
          ...inPreview.result.manifest,
          data: { ...inPreview.result.manifest.data, hash: '00'.repeat(32) },
        },
      },
    };
    const warnings = snapshotOf(evidence, elsewhere).comparison?.warnings.join('\n') ?? '';
    expect(warnings).toMatch(/different data/);
    expect(warnings).toMatch(/Other run: Isolation is at the level preview/);
  });
});
