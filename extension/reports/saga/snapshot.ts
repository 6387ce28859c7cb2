import { z } from 'zod';
import type { SagaEvent, SagaView } from '../../contracts/saga.ts';
import type { GateView, ProgressView, SagaSnapshot } from '../../contracts/sagaPanel.ts';
import { visibleLine } from '../visible.ts';
import { viewDecisions } from './decisions.ts';
import { detailsOfRuns } from './details.ts';
import { evidenceByRun } from './evidence.ts';
import { searchFlow } from './flows.ts';
import { viewGraph } from './graphView.ts';
import { sagaHistory } from './history.ts';
import { notUndone, problemOf } from './problems.ts';
import { resultsByRun } from './results.ts';
import type { Say } from './say.ts';
import { stateOf, stateText, statusOfRun, summarise } from './summary.ts';
import { timeline } from './timeline.ts';
import { runKey } from './trace.ts';
import { fileName } from './wording.ts';

/** A run at one moment. */
export interface SagaMoment {
  readonly view: SagaView;
  /** Every event that the view is made of. */
  readonly events: readonly SagaEvent[];
  /** It waits for its turn in this program. */
  readonly isQueued: boolean;
  /** What the step at work last told of itself; null where none did. */
  readonly progress: ProgressView | null;
  /** UTC milliseconds. */
  readonly now: number;
}

/** All that the panel shows of a run. Equal moments give equal snapshots. Pure. */
export function sagaSnapshot({ view, events, isQueued, progress, now }: SagaMoment, say: Say): SagaSnapshot {
  const history = sagaHistory(view, events);
  const results = resultsByRun(
    view.steps.map(({ name }) => name),
    events,
  );
  const places = new Map(history.nodes.map((node) => [node.id, node]));
  const runs = detailsOfRuns({ view, places, results, evidence: evidenceByRun(view) }, say);
  const { id, name, error, startedTime, updatedTime } = view;
  const state = stateOf(view, isQueued);
  const title = titleOf(view);
  const current = new Map(
    runs.filter((run) => run.isCurrent).map((run) => [run.step, results.get(run.key)?.[run.step]]),
  );
  const currentResults = Object.fromEntries([...current].filter(([, result]) => result !== undefined));
  const search = searchFlow(currentResults, say);
  return {
    type: 'snapshot',
    run: {
      id,
      pipeline: name,
      title,
      status: statusOfRun(state),
      state: stateText(state, say),
      summary: summarise(view, state, runs, say),
      error: error === null ? null : problemOf(error),
      startedTime,
      updatedTime,
    },
    graph: viewGraph(history, new Map(runs.map((run) => [runKey(run.step, run.generation), run])), say),
    runs,
    progress: isRunning(view, progress) ? progress : null,
    gate: gateOf(view, currentResults),
    can: {
      resume: state.name === 'interrupted',
      stop: ['queued', 'running', 'undoing'].includes(state.name),
      openBacktest: 'backtest' in currentResults,
    },
    decisions: viewDecisions(view, say),
    notUndone: notUndone(view),
    flows: search === null ? [] : [search],
    ...timeline(title, events, say),
    now,
  };
}

function isRunning({ steps }: SagaView, progress: ProgressView | null): boolean {
  return steps.some(({ name, status }) => name === progress?.step && status === 'running');
}

const ideaInput = z.object({ idea: z.string() });
const fileInput = z.object({ file: z.string() });

/** What the run is about, on one line: the idea, or the strategy's file. */
function titleOf({ input, name }: SagaView): string {
  const idea = ideaInput.safeParse(input);
  if (idea.success) return visibleLine(idea.data.idea);
  const file = fileInput.safeParse(input);
  return file.success ? visibleLine(fileName(file.data.file)) : name;
}

function gateOf(view: SagaView, results: Readonly<Record<string, unknown>>): GateView | null {
  const { waitingFor, actions, rollbackTargets, input } = view;
  if (waitingFor === null) return null;
  const idea = ideaInput.safeParse(input);
  const code = fileInput.safeParse(results['code']);
  return {
    at: waitingFor,
    actions,
    rollbackTargets,
    idea: idea.success ? idea.data.idea : null,
    file: code.success ? visibleLine(fileName(code.data.file)) : null,
  };
}
