import type { SagaState } from '../../contracts/saga.ts';
import type { Stages } from '../../contracts/sagaPlaces.ts';

/** Stages in which the steps follow each other. */
export function inSequence(steps: readonly string[]): Stages {
  return steps.map((step) => [[step]]);
}

/** The stages of a saga, also of one that was begun before there were branches. */
export function stagesOf({ stages, steps }: Pick<SagaState, 'stages' | 'steps'>): Stages {
  return stages ?? inSequence(steps.map(({ name }) => name));
}

/** The steps without whose results `step` does not begin, in order. */
export function upstream(stages: Stages, step: string): string[] {
  const { stage, branch, index } = placeOf(stages, step);
  return [...stages.slice(0, stage).flat(2), ...branch.slice(0, index)];
}

/** The steps that do not begin without the result of `step`, in order. */
export function downstream(stages: Stages, step: string): string[] {
  const { stage, branch, index } = placeOf(stages, step);
  return [...branch.slice(index + 1), ...stages.slice(stage + 1).flat(2)];
}

/** The steps whose results `step` follows directly. */
export function directlyBefore(stages: Stages, step: string): string[] {
  const { stage, branch, index } = placeOf(stages, step);
  if (index > 0) return branch.slice(index - 1, index);
  return (stages[stage - 1] ?? []).flatMap((before) => before.slice(-1));
}

function placeOf(stages: Stages, step: string) {
  for (const [stage, branches] of stages.entries()) {
    for (const branch of branches) {
      const index = branch.indexOf(step);
      if (index !== -1) return { stage, branch, index };
    }
  }
  return { stage: 0, branch: [], index: 0 };
}

/**
 * The stages of steps in order, where each of `parallel` is a stage of branches, whose steps stand together
 * and in that order in `steps`. Throws an Error where they do not.
 */
export function arrange(steps: readonly string[], parallel: Stages): Stages {
  const stages: Stages = [];
  for (let index = 0; index < steps.length; ) {
    const step = steps[index] as string;
    const group = parallel.find((branches) => branches[0]?.[0] === step);
    const stage = group ?? [[step]];
    const members = stage.flat();
    if (members.some((name, offset) => steps[index + offset] !== name)) {
      throw new Error(`The branches ${JSON.stringify(group)} do not stand together in ${steps.join(', ')}.`);
    }
    stages.push(stage);
    index += members.length;
  }
  const placed = parallel.every((branches) => stages.includes(branches));
  if (!placed) throw new Error(`A group of branches begins at no step of ${steps.join(', ')}.`);
  return stages;
}
