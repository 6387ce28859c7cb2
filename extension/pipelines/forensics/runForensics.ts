import type { TracedSandbox } from '../../../sandbox/forensics/tracedSandbox.ts';
import { defaultLimits } from '../../../sandbox/sandbox.ts';
import { LabError } from '../../contracts/errors.ts';
import type { SagaView } from '../../contracts/saga.ts';
import { type ForensicReport, forensicReportSchema } from '../../contracts/sandboxEvidence.ts';
import type { ParameterValues } from '../../contracts/strategy.ts';
import { languageOfFile, type StrategySource } from '../../contracts/strategyLanguage.ts';
import type { SagaEngine } from '../../orchestrator/saga/engine.ts';
import { assessInputSchema } from '../assess/contracts.ts';
import {
  optimiseStepSchema,
  sourceStepSchema,
  type TrialInput,
  trialInputSchema,
} from '../generate/contracts.ts';
import { loadRunCandles } from '../loadRunCandles.ts';
import { type EvidenceSources, parseStep } from '../recordedBacktest.ts';
import { StrategyRunner, type StrategyRunnerOptions } from '../strategyRunner.ts';

export interface ForensicServices extends EvidenceSources {
  /** @throws LabError `sandbox.unavailable` with what is missing */
  readonly trace: (signal: AbortSignal) => Promise<TracedSandbox>;
  readonly engineHashes: StrategyRunnerOptions['engineHashes'];
  readonly newNonce: () => Uint8Array;
  /** Writes what was found to the run. @throws LabError `conflict` */
  readonly note: SagaEngine['note'];
}

export interface ForensicOptions {
  readonly signal: AbortSignal;
  /** `fraction` from 0 to 1. */
  readonly progress: (fraction: number, text: string) => void;
}

/** A trace takes time: the same work may take longer than a run may. */
const limits = { ...defaultLimits, answerMilliseconds: 2 * defaultLimits.answerMilliseconds };

/** How a re-run ends whose trace grew beyond what is read. */
const traceFull = 'trace-full';

/**
 * Runs the strategy of a run again, with its data, settings and parameters, under a trace of its system calls, and
 * writes to the run what no honest strategy would have done.
 * @throws LabError `saga.state` for a run without a strategy, `conflict` for one at work, `sandbox.unavailable`
 * where nothing traces, `data.missing`, `cancelled`
 */
export async function runForensics(
  services: ForensicServices,
  id: string,
  { signal, progress }: ForensicOptions,
): Promise<ForensicReport> {
  const [view, results] = await Promise.all([services.view(id), services.results(id)]);
  if (view.state === 'running' || view.state === 'undoing') {
    throw new LabError('conflict', `Run ${id} is still at work.`, {
      action: 'Wait until it has come to rest, or stop it.',
    });
  }
  const { source, input, params } = subjectOf(view, results);
  const traced = await services.trace(signal);
  const candles = await loadRunCandles(services, input);
  const { engineHashes, newNonce } = services;
  const runner = new StrategyRunner({ backends: [traced.backend], limits, engineHashes, newNonce });
  const full = new AbortController();
  const stopWatching = traced.watch(() => full.abort());
  const run = runner.run({
    source,
    candles,
    settings: input.settings,
    sets: [params],
    minimumLevel: 'none',
    twice: false,
    // What it does is what is looked for: the report tells of it.
    alert: async () => {},
    signal: AbortSignal.any([signal, full.signal]),
    progress,
  });
  const end = await run
    .then(() => ({ ended: 'done', message: null }), endOf(full.signal))
    .finally(async () => {
      stopWatching();
      await runner.close();
    });
  const { calls, isCut, findings } = await traced.findings(source.language);
  const report = forensicReportSchema.parse({ runtime: traced.runtime, ...end, calls, isCut, findings });
  await services.note(id, { type: 'saga.forensics', data: { report } });
  return report;
}

/** An end that says something of the strategy; anything else is thrown. */
function endOf(full: AbortSignal): (error: unknown) => Pick<ForensicReport, 'ended' | 'message'> {
  return (error) => {
    if (full.aborted) {
      return { ended: traceFull, message: 'It made so many system calls that its trace was full.' };
    }
    const isOutcome = LabError.is(error) && /^(strategy|sandbox)\./.test(error.reason);
    if (!isOutcome || error.reason === 'sandbox.unavailable' || error.reason === 'sandbox.level') throw error;
    return { ended: error.reason, message: error.message };
  };
}

interface Subject {
  readonly source: StrategySource;
  readonly input: TrialInput;
  /** As the run had them: found by its search, or given. */
  readonly params: ParameterValues;
}

function subjectOf({ id, input }: SagaView, results: Readonly<Record<string, unknown>>): Subject {
  const code = parseStep(sourceStepSchema, results['code']);
  const trial = trialInputSchema.safeParse(input);
  if (code === null || !trial.success) {
    throw new LabError('saga.state', `Run ${id} came to no strategy that could be run again.`, {
      action: 'Choose a run whose code is written: strategy-lab show tells what each came to.',
    });
  }
  const searched = parseStep(optimiseStepSchema, results['optimise'])?.params;
  const given = assessInputSchema.safeParse(input).data?.params;
  const source = { text: code.code.source, language: languageOfFile(code.file) };
  return { source, input: trial.data, params: searched ?? given ?? {} };
}
