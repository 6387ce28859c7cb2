import type { SagaStateName } from '../../contracts/dashboard.ts';
import type { FlowModel } from '../../contracts/sagaPanel.ts';
import { divide } from '../saga/flows.ts';
import { type RunView, stateOf } from './figures.ts';

/** The pipeline from an idea to a strategy. */
const fullPipeline = 'generate';

export interface FlowWords {
  readonly title: string;
  /** `{0}` runs began, `{1}` completed. */
  readonly summary: (begun: number, completed: number) => string;
  readonly source: string;
  readonly completed: string;
  readonly stepTitle: (step: string) => string;
  /** What stands beside a step for runs that went no further, by their state. */
  readonly stayed: (state: SagaStateName, step: string) => string;
}

type Branches = Parameters<typeof divide>[1]['branches'];

/**
 * How far runs of the pipeline from idea to strategy came: each goes from step to step as far as it has reached,
 * and stays there by its state. All are counted once; null where there is none. Pure.
 */
export function pipelineFlow(runs: readonly RunView[], words: FlowWords): FlowModel | null {
  const own = runs.filter(({ name, steps }) => name === fullPipeline && steps.length > 0);
  const [first] = own;
  if (first === undefined) return null;
  const names = first.steps.map(({ name }) => name);
  const reached = own.map((run) => ({ state: stateOf(run.state), index: lastReached(run) }));
  const from = (index: number): Branches => {
    const name = names[index];
    const here = reached.filter((run) => run.index >= index);
    if (name === undefined || here.length === 0) return [];
    const staying = here.filter((run) => run.index === index);
    const states = [...new Set(staying.map(({ state }) => state))];
    const stays: Branches = states.map((state) => ({
      id: `${name} ${state}`,
      label: state === 'completed' ? words.completed : words.stayed(state, words.stepTitle(name)),
      fate: state === 'completed' ? ('kept' as const) : ('dropped' as const),
      count: staying.filter((run) => run.state === state).length,
    }));
    return [
      {
        id: name,
        label: words.stepTitle(name),
        fate: 'kept',
        count: here.length,
        branches: [...from(index + 1), ...stays],
      },
    ];
  };
  const completed = reached.filter(({ state }) => state === 'completed').length;
  return divide(
    { id: 'pipeline', title: words.title, summary: words.summary(own.length, completed) },
    { label: words.source, branches: from(0) },
  );
}

/** The last step that anything happened to. One that has not begun yet counts as at its first step. */
function lastReached({ steps }: RunView): number {
  return Math.max(
    0,
    steps.findLastIndex(({ status }) => status !== 'pending'),
  );
}
