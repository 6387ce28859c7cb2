import { describe, expect, test } from 'vitest';
import { LabError } from '../../../extension/contracts/errors.ts';
import type { RunEvidence } from '../../../extension/contracts/runEvidence.ts';
import type { SagaView } from '../../../extension/contracts/saga.ts';
import { BacktestModel, type BacktestModelPorts } from '../../../extension/reports/panel/backtestModel.ts';
import { wordsOf } from '../../../extension/reports/panel/words.ts';
import { backtestTexts } from '../../../webviews/backtest/texts.ts';
import { inEnglish } from '../../../webviews/shared/texts.ts';
import { makeEvidence } from './evidence.ts';

const words = wordsOf(backtestTexts, inEnglish, (step) => step);
const all = { from: 0, to: 6000, buckets: 100 };

/** A lab in memory that counts what is read. */
class PlayedLab {
  readonly runs = new Map<string, RunEvidence>();
  readonly loads: string[] = [];
  view: SagaView | undefined;
  load = (id: string): Promise<RunEvidence> => {
    const run = this.runs.get(id);
    return run === undefined
      ? Promise.reject(new LabError('not-found', `There is no run ${id}.`))
      : Promise.resolve(run);
  };

  constructor(...runs: readonly RunEvidence[]) {
    for (const run of runs) this.runs.set(run.run.id, run);
  }

  open(compared: string | null = null): BacktestModel {
    const ports: BacktestModelPorts = {
      loadRun: (id) => {
        this.loads.push(id);
        return this.load(id);
      },
      viewRun: (id) => Promise.resolve(this.view ?? (this.runs.get(id) as RunEvidence).run),
      listComparable: () => Promise.resolve([...this.runs.keys()].map((id) => ({ id, title: id }))),
      problemOf: (error) => ({ message: (error as Error).message, action: null }),
    };
    return new BacktestModel(ports, 'k3x9', compared, words);
  }
}

const own = makeEvidence();
const other = makeEvidence({ id: 'other', fast: 12 });

describe('what a panel knows of its run', () => {
  test('series and trades are those of what was shown last, and nothing before', async () => {
    const model = new PlayedLab(own).open();
    expect(model.series(all)).toBeUndefined();
    await model.snapshot();
    expect(model.series(all)?.close.at(-1)).toBe(own.candles.close.at(-1));
  });

  test('a decision changes where the run stands without reading its series again', async () => {
    const lab = new PlayedLab(own);
    const model = lab.open();
    expect((await model.snapshot()).gate).not.toBeNull();
    lab.view = { ...own.run, state: 'completed', waitingFor: null };
    await model.update();
    expect((await model.snapshot()).gate).toBeNull();
    expect(lab.loads).toEqual(['k3x9']);
  });

  test('a backtest that was made anew is read anew', async () => {
    const lab = new PlayedLab(own);
    const model = lab.open();
    const before = await model.snapshot();
    const again = makeEvidence({ slow: 50 });
    const steps = [{ ...step, name: 'backtest', generation: 2 }];
    lab.runs.set('k3x9', { ...again, run: { ...again.run, steps } });
    lab.view = { ...again.run, steps };
    await model.update();
    const after = await model.snapshot();
    expect(lab.loads).toEqual(['k3x9', 'k3x9']);
    expect(after.data.key).not.toBe(before.data.key);
  });

  test('a run that could not be read is read when asked again', async () => {
    const lab = new PlayedLab();
    const model = lab.open();
    await expect(model.snapshot()).rejects.toThrow('no run k3x9');
    lab.runs.set('k3x9', own);
    expect((await model.snapshot()).run.id).toBe('k3x9');
  });

  test('another run stands beside it until it is put away', async () => {
    const model = new PlayedLab(own, other).open('other');
    expect((await model.snapshot()).comparison?.run).toBe('other');
    expect(model.series(all)?.otherEquity?.at(-1)).toBe(other.equity.at(-1));
    model.compareWith(null);
    expect((await model.snapshot()).comparison).toBeNull();
    expect(model.series(all)?.otherEquity).toBeNull();
  });

  test('another run that cannot be read leaves this one in sight, and says why', async () => {
    const model = new PlayedLab(own).open('gone');
    const snapshot = await model.snapshot();
    expect(snapshot.comparison).toBeNull();
    expect(snapshot.comparisonProblem?.message).toBe('There is no run gone.');
  });

  test('of two runs chosen one after the other, the later stands beside it, however long the first took', async () => {
    const lab = new PlayedLab(own, other, makeEvidence({ id: 'third', fast: 6 }));
    const model = lab.open();
    await model.snapshot();
    const { load } = lab;
    let release = (): void => undefined;
    const isHeld = new Promise<void>((resolve) => {
      release = resolve;
    });
    lab.load = async (id) => {
      if (id === 'other') await isHeld;
      return load(id);
    };
    model.compareWith('other');
    const slow = model.snapshot();
    await expect.poll(() => lab.loads).toContain('other');
    model.compareWith('third');
    expect((await model.snapshot()).comparison?.run).toBe('third');
    release();
    await slow;
    expect(model.series(all)?.otherEquity?.at(-1)).toBe(lab.runs.get('third')?.equity.at(-1));
  });
});

const step = {
  status: 'done' as const,
  gate: false,
  attempts: 1,
  startedTime: 0,
  endedTime: 1,
  artefacts: [],
  retryTime: null,
  children: [],
  error: null,
  earlier: [],
};
