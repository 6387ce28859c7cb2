import { createHash } from 'node:crypto';
import type { SagaState } from '../../contracts/saga.ts';
import { canonicalJson } from '../../storage/canonicalJson.ts';
import { currentRun } from './runs.ts';

/**
 * SHA-256 over what a person can look at at a gate: the input, and of each step that has one the result
 * and the evidence. Equal for equal content, whenever and in how many attempts it was made.
 */
export function evidenceHash(state: SagaState, results: Readonly<Record<string, unknown>>): string {
  const steps = state.steps.flatMap(({ name }) => {
    const run = currentRun(state, name);
    if (run === null) return [];
    const { generation, artefacts } = run;
    return [
      {
        name,
        generation,
        result: results[name] ?? null,
        artefacts: artefacts.map(({ name: artefact, hash }) => ({ name: artefact, hash })),
      },
    ];
  });
  return createHash('sha256')
    .update(canonicalJson({ input: state.input, steps }))
    .digest('hex');
}
