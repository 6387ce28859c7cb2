import * as z from 'zod';
import type { SagaEvent, SagaView } from '../../contracts/saga.ts';
import type { GateView, ProgressView, SagaSnapshot } from '../../contracts/sagaPanel.ts';
import { suspicionLines } from '../sandboxTexts.ts';
import { visibleLine } from '../visible.ts';
import { viewDecisions } from './decisions.ts';
import { detailsOfRuns } from './details.ts';
import { evidenceByRun } from './evidence.ts';
import { searchFlow } from './flows.ts';
import { viewGraph } from './graphView.ts';
import { sagaHistory } from './history.ts';
import { notUndone, problemOf } from './problems.ts';
import { type ResultsByRun, resultsByRun } from './results.ts';
import type { Words } from './say.ts';
import type { Results } from './stepReading.ts';
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
export function sagaSnapshot(
  { view, events, isQueued, progress, now }: SagaMoment,
  words: Words,
): SagaSnapshot {
  const history = sagaHistory(view, events);
  const results = resultsByRun(
    view.steps.map(({ name }) => name),
    events,
  );
  const places = new Map(history.nodes.map((node) => [node.id, node]));
  const runs = detailsOfRuns({ view, places, results, evidence: evidenceByRun(view) }, words);
  const { id, name, error, startedTime, updatedTime } = view;
  const state = stateOf(view, isQueued);
  const title = titleOf(view);
  const currentResults = resultsNow(view, results);
  const search = searchFlow(currentResults, words);
  return {
    type: 'snapshot',
    run: {
      id,
      pipeline: name,
      title,
      status: statusOfRun(state),
      state: stateText(state, words),
      summary: summarise(view, state, runs, words),
      error: error === null ? null : problemOf(error),
      startedTime,
      updatedTime,
    },
    graph: viewGraph(history, new Map(runs.map((run) => [runKey(run.step, run.generation), run])), words),
    runs,
    progress: isRunning(view, progress) ? progress : null,
    gate: gateOf(view, currentResults, words),
    can: {
      resume: state.name === 'interrupted',
      stop: ['queued', 'running', 'undoing'].includes(state.name),
      cancel: view.canCancel,
      openBacktest: 'backtest' in currentResults,
    },
    decisions: viewDecisions(view, words),
    notUndone: notUndone(view, words),
    suspicions: suspicionLines(view, words.translate),
    flows: search === null ? [] : [search],
    ...timeline(title, events, words),
    now,
  };
}

/** The strategy file that a run works on, as its results name it; null before there is one. Pure. */
export function strategyFileOf({ view, events }: Pick<SagaMoment, 'view' | 'events'>): string | null {
  const steps = view.steps.map(({ name }) => name);
  return strategyFile(resultsNow(view, resultsByRun(steps, events)));
}

function strategyFile(results: Results): string | null {
  return fileInput.safeParse(results['code']).data?.file ?? null;
}

/** The results of the runs that count. */
function resultsNow({ steps }: SagaView, byRun: ResultsByRun): Results {
  const now = steps.flatMap(({ name, generation }): [string, unknown][] => {
    const own = byRun.get(runKey(name, generation));
    return own !== undefined && Object.hasOwn(own, name) ? [[name, own[name]]] : [];
  });
  return Object.fromEntries(now);
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

function gateOf(view: SagaView, results: Results, { stepTitle }: Words): GateView | null {
  const { waitingFor, actions, evidence, rollbackTargets, input } = view;
  if (waitingFor === null) return null;
  const idea = ideaInput.safeParse(input);
  const file = strategyFile(results);
  return {
    at: waitingFor,
    title: stepTitle(waitingFor),
    actions,
    evidence,
    rollbackTargets: rollbackTargets.map((step) => ({ step, title: stepTitle(step) })),
    idea: idea.success ? idea.data.idea : null,
    file: file === null ? null : visibleLine(fileName(file)),
  };
}
