import type { SagaView } from '../contracts/saga.ts';

type RunMoment = Pick<SagaView, 'id' | 'updatedTime' | 'state'>;

/** What was last told of each run, to tell which have changed since. */
export class RunNews {
  readonly #told = new Map<string, string>();

  /** Takes the runs that are found first for told. */
  begin(runs: readonly RunMoment[]): void {
    if (this.#told.size === 0) for (const run of runs) this.tell(run);
  }

  tell(run: RunMoment): void {
    this.#told.set(run.id, markOf(run));
  }

  /** The runs that something has happened to since they were told of; from now on they are. */
  take(runs: readonly RunMoment[]): string[] {
    const changed = runs.filter((run) => this.#told.get(run.id) !== markOf(run));
    for (const run of changed) this.tell(run);
    return changed.map(({ id }) => id);
  }
}

/** Equal for a run that nothing has happened to. */
function markOf({ updatedTime, state }: RunMoment): string {
  return `${updatedTime} ${state}`;
}

/** Whether somebody is at it, or will be. */
export function isLive({ state }: Pick<SagaView, 'state'>): boolean {
  return state === 'running' || state === 'undoing';
}
