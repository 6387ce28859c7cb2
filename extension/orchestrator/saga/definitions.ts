import { LabError } from '../../contracts/errors.ts';
import type { SagaState } from '../../contracts/saga.ts';
import type { SagaDefinition, SagaStep } from './definition.ts';
import { arrange } from './stages.ts';

/** The definitions of a program: of each name its versions, of which new sagas take the newest. */
export class Definitions {
  readonly #all: readonly SagaDefinition<unknown>[];

  /** Throws an Error for two definitions of one name and version, and for branches that are none. */
  constructor(all: readonly SagaDefinition<unknown>[]) {
    const keys = new Set(all.map(({ name, version }) => `${name} ${version}`));
    if (keys.size !== all.length) throw new Error('Two definitions have the same name and version.');
    for (const { steps, parallel } of all) {
      if (parallel !== undefined)
        arrange(
          steps.map((step) => step.name),
          parallel,
        );
    }
    this.#all = all;
  }

  /** Throws `not-found`. */
  newest(name: string): SagaDefinition<unknown> {
    const [newest] = this.#named(name).sort((a, b) => b.version - a.version);
    if (newest !== undefined) return newest;
    const names = new Set(this.#all.map((definition) => definition.name));
    throw new LabError('not-found', `This program has no pipeline named ${name}.`, {
      action: `Choose one of ${[...names].join(', ')}.`,
    });
  }

  /**
   * The definition that goes on with the saga: of the version that it began with, or the newest that takes
   * that over. Throws `saga.version` when there is none.
   */
  of({ id, name, version }: SagaState): SagaDefinition<unknown> {
    const newest = this.newest(name);
    const named = this.#named(name).sort((a, b) => b.version - a.version);
    const found =
      named.find((definition) => definition.version === version) ??
      named.find(({ compatibleVersions = [] }) => compatibleVersions.includes(version));
    if (found !== undefined) return found;
    throw new LabError(
      'saga.version',
      `Run ${id} began with version ${version} of ${name}; this program has version ${newest.version}.`,
      { action: 'Go on with the program that began it, or start a new run.' },
    );
  }

  #named(name: string): SagaDefinition<unknown>[] {
    return this.#all.filter((definition) => definition.name === name);
  }
}

/** The step of that name. Throws `saga.version` where the definition has lost it. */
export function stepOf(
  definition: SagaDefinition<unknown>,
  state: SagaState,
  name: string,
): SagaStep<unknown> {
  const step = definition.steps.find((candidate) => candidate.name === name);
  if (step !== undefined) return step;
  throw new LabError(
    'saga.version',
    `The steps of ${state.name} no longer have ${name}, which run ${state.id} needs.`,
    { action: 'Go on with the program that began it, or start a new run.' },
  );
}
