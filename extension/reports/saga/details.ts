import type { SagaView, StepRunView } from '../../contracts/saga.ts';
import type { SagaSnapshot, StepDetails } from '../../contracts/sagaPanel.ts';
import { type EvidencePair, viewEvidence } from './evidence.ts';
import { generationOf, type HistoryNode } from './history.ts';
import { problemOf } from './problems.ts';
import type { ResultsByRun } from './results.ts';
import type { Say, Words } from './say.ts';
import { outcomeOf, tokensOf } from './stepReading.ts';
import { runKey, undoId } from './trace.ts';

type Undo = SagaView['compensations'][number];

export interface RunSources {
  readonly view: SagaView;
  /** Places of the history by id. */
  readonly places: ReadonlyMap<string, HistoryNode>;
  readonly results: ResultsByRun;
  readonly evidence: ReadonlyMap<string, readonly EvidencePair[]>;
}

/** All runs of steps with what is shown of each: in the order of the steps, a step's runs from the first on. Pure. */
export function detailsOfRuns(sources: RunSources, words: Words): SagaSnapshot['runs'] {
  return sources.view.steps.flatMap((step) =>
    [...step.earlier, step].map((run) => {
      const generation = generationOf(step, run);
      const key = runKey(step.name, generation);
      const generations = Math.max(step.earlier.length + 1, generation);
      const details = detailsOfRun(run, key, step.name, sources, words);
      return {
        ...details,
        key,
        step: step.name,
        title: words.stepTitle(step.name),
        generation,
        generations,
        isCurrent: run === step,
      };
    }),
  );
}

function detailsOfRun(
  run: StepRunView,
  key: string,
  step: string,
  { places, results, evidence, view }: RunSources,
  words: Words,
): Omit<StepDetails, 'step' | 'title' | 'generation' | 'generations' | 'isCurrent'> {
  const { say } = words;
  const own = results.get(key) ?? {};
  const { attempts, startedTime, endedTime, error } = run;
  const undo = view.compensations.find(
    (compensation) => runKey(compensation.step, compensation.generation) === key,
  );
  return {
    status: places.get(key)?.status ?? 'pending',
    attempts,
    startedTime,
    endedTime,
    seconds: startedTime === null || endedTime === null ? null : (endedTime - startedTime) / 1000,
    tokens: tokensOf(own[step], say),
    outcome: outcomeOf(step, own, words),
    error: error === null ? null : problemOf(error),
    evidence: (evidence.get(key) ?? []).map(viewEvidence),
    undo: undo === undefined ? null : undoOf(undo, places.get(undoId(key))?.status === 'interrupted', say),
  };
}

function undoOf({ status, error }: Undo, isHalted: boolean, say: Say): StepDetails['undo'] {
  const problem = error === null ? null : problemOf(error);
  switch (status) {
    case 'started':
      return { text: say(isHalted ? 'undoInterrupted' : 'undoRunning'), problem };
    case 'completed':
      return { text: say('undoDone'), problem };
    case 'failed':
      return { text: say('undoFailed'), problem };
  }
}
