import * as z from 'zod';
import { LabError } from '../../../extension/contracts/errors.ts';
import type { Decision } from '../../../extension/contracts/saga.ts';
import type { SagaSnapshot } from '../../../extension/contracts/sagaPanel.ts';
import type { SagaDefinition } from '../../../extension/orchestrator/saga/definition.ts';
import { SagaEngine } from '../../../extension/orchestrator/saga/engine.ts';
import { generateSteps } from '../../../extension/pipelines/generate/contracts.ts';
import { sagaWords } from '../../../extension/reports/saga/say.ts';
import { sagaSnapshot } from '../../../extension/reports/saga/snapshot.ts';
import { inEnglish } from '../../../webviews/shared/texts.ts';
import { emptyFolderInMemory, openTestJournal } from '../../storage/lab.ts';
import { results } from './sampleResults.ts';

type StepName = (typeof generateSteps)[number];

const inputSchema = z.object({ idea: z.string(), edited: z.string().nullable() });
type Input = z.infer<typeof inputSchema>;

/** What a sample lets go wrong. */
export interface SampleFaults {
  /** Called while a step runs; a throw fails it. */
  readonly run?: Partial<Record<StepName, (signal: AbortSignal) => Promise<void> | void>>;
  readonly undo?: Partial<Record<StepName, () => void>>;
}

/** As the editor names the steps. */
const titles: Readonly<Record<string, string>> = {
  reason: 'Read the idea',
  code: 'Write the code',
  guard: 'Guard',
  sandbox: 'First run in the sandbox',
  optimise: 'Search parameters',
  backtest: 'Backtest',
  review: 'Review',
  deploy: 'Record for paper',
  monitor: 'Expect',
};

const evidence: Partial<Record<StepName, readonly [name: string, mediaType: string]>> = {
  reason: ['reasoning.json', 'application/json'],
  code: ['rsi-reversion-1f.strategy.ts', 'text/typescript'],
  guard: ['findings.json', 'application/json'],
  optimise: ['trials.json', 'application/json'],
  backtest: ['result.json', 'application/json'],
  review: ['run.html', 'text/html'],
  deploy: ['deployment.json', 'application/json'],
};

/** Trials of a search in which some sets trade too little, one has no metric and two are equally good. */
const trials = [
  [1.04, 34],
  [0.82, 41],
  [0.31, 18],
  [1.04, 29],
  [-0.2, 22],
  [0.67, 15],
  [1.9, 4],
  [2.4, 2],
  [0.1, 7],
  [null, 12],
  [0.55, 26],
  [0.4, 31],
].map(([sharpe = null, trades = 0], index) => ({
  params: { length: 8 + index },
  inSample: { sharpe, trades },
  outOfSample: null,
}));
const sampleResults: Record<StepName, unknown> = {
  ...results,
  optimise: { ...results.optimise, optimisation: { metric: 'sharpe', trials, chosen: 0 } },
};

function sampleDefinition({ run = {}, undo = {} }: SampleFaults): SagaDefinition<Input> {
  return {
    name: 'generate',
    version: 1,
    inputSchema,
    gates: ['review'],
    steps: generateSteps.map((name) => ({
      name,
      resultSchema: z.unknown(),
      run: async ({ putArtefact, input, signal }) => {
        const kept = evidence[name];
        if (kept !== undefined) {
          // The search does not depend on the words of the idea, so its evidence stays the same.
          const content = name === 'guard' ? 'none' : `${name} of ${input.idea} ${input.edited}`;
          await putArtefact(...kept, content);
        }
        await run[name]?.(signal);
        if (name === 'code' && input.edited !== null) return { ...results.code, author: 'person' };
        return sampleResults[name];
      },
      ...(name === 'code' && { compensate: async () => undo.code?.() }),
    })),
    onFix: async (patch, input) => {
      const { idea, source } = z
        .object({ idea: z.string().optional(), source: z.string().optional() })
        .parse(patch);
      return source === undefined
        ? { input: { idea: idea ?? input.idea, edited: null }, restartAt: 'reason' }
        : { input: { ...input, edited: source }, restartAt: 'code' };
    },
  };
}

export const sampleIdea =
  'Buy when the 14-hour RSI is below 30 and the price is above its 200-hour average, sell at 55, stop at 4%';

/** A run like one of the main pipeline, without its work. */
export class SampleRun {
  readonly engine: SagaEngine;
  readonly id: string;

  private constructor(engine: SagaEngine, id: string) {
    this.engine = engine;
    this.id = id;
  }

  static async start(faults: SampleFaults = {}, gates?: readonly string[]): Promise<SampleRun> {
    let time = Date.UTC(2026, 2, 4, 9, 30);
    let ids = 0;
    const engine = new SagaEngine({
      journal: await openTestJournal(emptyFolderInMemory()),
      definitions: [sampleDefinition(faults)],
      clock: () => {
        time += 1370;
        return time;
      },
      newId: () => {
        ids += 1;
        return `4f1c9a20b${ids}`;
      },
    });
    const input = { idea: sampleIdea, edited: null };
    const id = await engine.create({ name: 'generate', input, ...(gates !== undefined && { gates }) });
    return new SampleRun(engine, id);
  }

  async run(signal?: AbortSignal): Promise<void> {
    await this.engine.run(this.id, signal);
  }

  /** Decides and goes on to the next rest. */
  async decide(decision: Decision): Promise<void> {
    await this.engine.decide(this.id, decision);
    await this.run();
  }

  /** What the panel shows of it now. */
  async snapshot(
    more: { isQueued?: boolean; progress?: SagaSnapshot['progress'] } = {},
  ): Promise<SagaSnapshot> {
    const history = await this.engine.history(this.id);
    const now = history.view.updatedTime + 42_000;
    return sagaSnapshot(
      { ...history, isQueued: false, progress: null, now, ...more },
      sagaWords(inEnglish, (step) => titles[step] ?? step),
    );
  }
}

/** Waits at its gate after the idea was fixed and the file edited. */
export async function fixedTwice(): Promise<SampleRun> {
  const run = await SampleRun.start();
  await run.run();
  await run.decide({
    action: 'fix',
    patch: { idea: 'Buy when the 14-hour RSI is below 25, sell at 55, stop at 4%' },
    by: 'ada',
    comment: 'Too few trades out of sample. Try without the trend filter.',
  });
  await run.decide({ action: 'fix', patch: { source: 'edited by hand' }, by: 'grace' });
  return run;
}

/** Was fixed, rolled back and rejected, and left a file behind that could not be removed. */
export async function rejectedWithRemains(): Promise<SampleRun> {
  let isLocked = false;
  const run = await SampleRun.start({
    undo: {
      code: () => {
        if (!isLocked) return;
        throw new LabError(
          'internal',
          'The file rsi-reversion-1f.strategy.ts is locked by another program.',
          {
            action: 'Close the program and delete the file by hand.',
          },
        );
      },
    },
  });
  await run.run();
  await run.decide({
    action: 'fix',
    patch: { idea: 'Buy at RSI 25' },
    by: 'ada',
    comment: 'Fewer, better trades.',
  });
  await run.decide({ action: 'rollback', to: 'optimise', by: 'grace' });
  await run.decide({ action: 'approve', by: 'grace' });
  isLocked = true;
  await run.decide({ action: 'reject', by: 'ada', comment: 'It loses out of sample: -0.31 is no edge.' });
  return run;
}

/** Works on `step` until `end` is called. */
export async function workingOn(step: StepName): Promise<{ run: SampleRun; end: () => Promise<void> }> {
  const stop = new AbortController();
  let arrived = () => {};
  const arrival = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  const run = await SampleRun.start({
    run: {
      [step]: (signal: AbortSignal) =>
        new Promise<void>((_, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason));
          arrived();
        }),
    },
  });
  const ended = run.run(stop.signal);
  await arrival;
  return {
    run,
    end: async () => {
      stop.abort();
      await ended;
    },
  };
}
