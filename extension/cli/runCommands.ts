import { LabError } from '../contracts/errors.ts';
import { isAtLeast, isolationDescriptions } from '../contracts/isolation.ts';
import type { Cancellation, Decision, SagaNotice, SagaView } from '../contracts/saga.ts';
import type { Lab } from '../lab.ts';
import { isLab } from '../labFolders.ts';
import {
  backtestStepSchema,
  type GenerateInput,
  mostTrials,
  reviewStepSchema,
  sourceStepSchema,
} from '../pipelines/generate/contracts.ts';
import { runTitle } from '../pipelines/runTitle.ts';
import { formatMetric, metricLabel } from '../reports/metricTexts.ts';
import { suspicionLines } from '../reports/sandboxTexts.ts';
import { ideaWarnings } from '../reports/warnings.ts';
import { refusal } from './allowed.ts';
import { readStrategy } from './guardCommand.ts';
import { requireFile } from './market.ts';
import { loadMarkets, type MarketsOptions } from './markets.ts';
import { parseGates, parseLevel, parseMetric } from './options.ts';
import {
  leaveToQueue,
  parseQueuePlace,
  type QueueOptions,
  runsHeldBack,
  shownState,
  turnAt,
} from './queueOptions.ts';
import { parseSettings, type SettingsOptions } from './settingOptions.ts';
import { formatTime, type Terminal, table } from './terminal.ts';

export const defaultIdea =
  'Buy when the 10-hour average crosses above the 30-hour one, sell on the way back, stop at 5%';

export interface RunOptions extends MarketsOptions, SettingsOptions, QueueOptions {
  readonly idea?: string;
  readonly gates?: string;
  readonly level?: string;
  readonly metric: string;
}

/** Starts a run of the main pipeline and stays with it to its first gate, unless it is left to the queue. */
export async function runCommand(lab: Lab, terminal: Terminal, options: RunOptions, signal: AbortSignal) {
  const input: Omit<GenerateInput, 'data' | 'others' | 'dataWarnings'> = {
    idea: checkIdea(options.idea ?? defaultIdea),
    settings: await parseSettings(options),
    metric: parseMetric(options.metric),
    // Code of the built-in catalogue may run at preview; its approval for trading may not.
    minimumLevel: parseLevel(options.level ?? 'preview'),
    budget: mostTrials,
    edited: null,
  };
  const gates = parseGates(options.gates);
  const place = parseQueuePlace(options, lab.clock());
  const markets = await loadMarkets(lab, options, input.settings);
  if (markets.isSynthetic) {
    terminal.say('The market is synthetic: these prices were generated and never traded anywhere.');
  }
  const sagas = await lab.sagas();
  const id = await sagas.create({
    name: 'generate',
    input: { ...input, ...markets.input },
    ...(gates === undefined ? {} : { gates }),
    ...(place === null ? {} : { turn: await turnAt(lab, place) }),
  });
  terminal.say(`Run ${id}: ${input.idea}`);
  for (const warning of ideaWarnings(input.idea)) terminal.say(warning);
  if (place !== null) return leaveToQueue(lab, terminal, id, place);
  return stayWith(lab, terminal, await sagas.run(id, signal));
}

const longestIdea = 4000;

function checkIdea(idea: string): string {
  if (idea.trim() !== '' && idea.length <= longestIdea) return idea;
  const what = idea.length > longestIdea ? `${idea.length} characters` : 'none';
  throw new LabError('usage', `--idea takes a text of 1 to ${longestIdea} characters, was ${what}.`, {
    action: 'Say in a few sentences when to buy and when to sell.',
  });
}

/** Writes a decision down and goes on with the run. @throws LabError `usage` for a step to go back to that is none */
export async function decideCommand(
  lab: Lab,
  terminal: Terminal,
  id: string,
  decision: Decision,
  signal: AbortSignal,
) {
  const sagas = await lab.sagas();
  const { waitingFor, rollbackTargets } = await sagas.view(id);
  // Where nothing can be decided, the engine says why.
  if (waitingFor !== null && decision.at !== undefined && decision.at !== waitingFor) {
    throw refusal('--at', decision.at, `${waitingFor}, at which run ${id} waits`, decision.action);
  }
  if (decision.action === 'rollback' && waitingFor !== null && !rollbackTargets.includes(decision.to)) {
    throw refusal('--to', decision.to, `one of ${rollbackTargets.join(', ')}`, 'rollback');
  }
  await sagas.decide(id, decision);
  return stayWith(lab, terminal, await sagas.run(id, signal));
}

/** Ends a run and, unless another process runs it, undoes its steps. */
export async function cancelCommand(
  lab: Lab,
  terminal: Terminal,
  id: string,
  cancellation: Cancellation,
  signal: AbortSignal,
) {
  const sagas = await lab.sagas();
  await sagas.cancel(id, cancellation);
  const view = await sagas.run(id, signal).catch((error) => {
    // Who runs it hears of it and undoes it.
    if (!LabError.is(error, 'conflict')) throw error;
    terminal.note(`${error.message} It stops the run and undoes its steps.`);
    return sagas.view(id);
  });
  return stayWith(lab, terminal, view);
}

export interface FixOptions {
  readonly idea?: string;
  readonly file?: string;
}

export async function readPatch({ idea, file }: FixOptions): Promise<{ idea?: string; source?: string }> {
  if ((idea === undefined) === (file === undefined)) {
    throw new LabError('usage', 'A fix takes --idea or --file, one of the two.', {
      action: 'Give the changed idea, or the strategy file that you edited.',
    });
  }
  if (idea !== undefined) return { idea: checkIdea(idea) };
  requireFile(file ?? '', '--file', 'the strategy file that was edited');
  const source = await readStrategy(file ?? '');
  if (source.trim() !== '') return { source };
  throw new LabError('usage', `The strategy file ${file} is empty.`, {
    action: 'Give the file that you edited.',
  });
}

/** Goes on with one run, or with all that were interrupted. */
export async function resumeCommand(
  lab: Lab,
  terminal: Terminal,
  id: string | undefined,
  signal: AbortSignal,
): Promise<boolean> {
  const sagas = await lab.sagas();
  if (id !== undefined) return stayWith(lab, terminal, await sagas.run(id, signal));
  const queue = await lab.tasks.queue();
  const wasPaused = await queue.isPaused();
  if (wasPaused) await queue.resume();
  const heldBack = await runsHeldBack(lab);
  const open = (await sagas.list()).filter(
    ({ id: of, state }) => state === 'interrupted' && !heldBack.has(of),
  );
  const views: SagaView[] = [];
  for (const view of open) views.push(await sagas.run(view.id, signal));
  terminal.document({ resumed: await Promise.all(views.map((view) => summarise(lab, view))) });
  if (wasPaused) terminal.say('The queue was paused, and goes on.');
  if (open.length === 0) terminal.say('No run was interrupted.');
  for (const view of views) terminal.say(`${view.id}  ${view.state}`);
  return views.every(isFine);
}

/** What a person is told of a queue that somebody has paused: it outlives who did. */
export const pausedNote = 'The queue is paused: nothing that waits is started until strategy-lab resume.';

const firstRun = 'Start one with: strategy-lab run --idea "..." --data FILE';

export async function statusCommand(lab: Lab, terminal: Terminal): Promise<void> {
  if (!(await isLab(lab.folder))) {
    terminal.document({ lab: lab.folder, queuePaused: false, runs: [] });
    terminal.say(`There is no lab at ${lab.folder} yet. ${firstRun}`);
    return;
  }
  const runs = await (await lab.sagas()).list();
  const views = await Promise.all(
    runs.map(async (view) => ({ ...view, state: await shownState(lab, view) })),
  );
  const isPaused = await (await lab.tasks.queue()).isPaused();
  if (isPaused) terminal.note(pausedNote);
  terminal.document({
    lab: lab.folder,
    queuePaused: isPaused,
    runs: views.map(({ id, name, state, waitingFor, actions, startedTime, updatedTime }) => ({
      id,
      name,
      state,
      waitingFor,
      actions,
      startedTime,
      updatedTime,
    })),
  });
  if (views.length === 0) {
    terminal.say(`No run yet. ${firstRun}`);
    return;
  }
  const rows = views.map((view) => [
    view.id,
    view.state,
    formatTime(view.updatedTime),
    runTitle(view).slice(0, 60),
  ]);
  terminal.say(table(['run', 'state', 'changed (UTC)', 'idea or file'], rows));
}

export async function showCommand(lab: Lab, terminal: Terminal, id: string): Promise<void> {
  const view = await (await lab.sagas()).view(id);
  await present(lab, terminal, view, true);
}

/** Shows where a run stands; true unless it failed. */
async function stayWith(lab: Lab, terminal: Terminal, view: SagaView): Promise<boolean> {
  await present(lab, terminal, view, false);
  return isFine(view);
}

function isFine(view: SagaView): boolean {
  return view.state !== 'failed' && view.state !== 'interrupted';
}

/** A run as programs get it. */
async function summarise(lab: Lab, view: SagaView) {
  const results = await (await lab.sagas()).results(view.id);
  const code = sourceStepSchema.safeParse(results['code']);
  const backtest = backtestStepSchema.safeParse(results['backtest']);
  const review = reviewStepSchema.safeParse(results['review']);
  return {
    id: view.id,
    state: await shownState(lab, view),
    actions: view.actions,
    rollbackTargets: view.rollbackTargets,
    strategyFile: code.success ? lab.strategyPath(code.data.file) : null,
    report: review.success ? lab.reports.pathOf(review.data.file) : null,
    metrics: backtest.success ? backtest.data.metrics : null,
    inSample: backtest.success ? backtest.data.inSample : null,
    outOfSample: backtest.success ? backtest.data.outOfSample : null,
    isolation: backtest.success ? backtest.data.isolation : null,
    steps: view.steps.map(({ name, status, attempts, startedTime, endedTime, error, gate }) => ({
      name,
      status,
      attempts,
      startedTime,
      endedTime,
      error,
      gate,
    })),
    decisions: view.decisions,
    compensations: view.compensations,
    notUndone: view.notUndone,
    cancellation: view.cancellation,
    evidence: view.evidence,
    parent: view.parent,
    waitingOn: view.waitingOn,
    alerts: view.alerts,
    forensics: view.forensics,
    error: view.error,
  };
}

async function present(lab: Lab, terminal: Terminal, view: SagaView, isFull: boolean): Promise<void> {
  const summary = await summarise(lab, view);
  const results = await (await lab.sagas()).results(view.id);
  terminal.document(isFull ? { ...summary, input: view.input, results } : summary);
  if (view.error !== null) {
    terminal.note(`${view.error.message}${view.error.action === null ? '' : `\n${view.error.action}`}`);
  }
  if (terminal.json) return;
  terminal.say(
    table(
      ['step', 'status', 'attempts', 'seconds', 'gate'],
      view.steps.map((step) => [
        step.name,
        step.status,
        String(step.attempts),
        step.startedTime === null || step.endedTime === null
          ? '-'
          : ((step.endedTime - step.startedTime) / 1000).toFixed(2),
        step.gate ? 'waits here' : '',
      ]),
    ),
  );
  if (summary.metrics !== null) presentMetrics(terminal, summary);
  if (summary.isolation !== null) {
    terminal.say(`Isolation: ${isolationDescriptions[summary.isolation.level]}.`);
    if (!isAtLeast(summary.isolation.level, 'container')) {
      terminal.say('Trading needs a run in a container; run strategy-lab doctor to see what is missing.');
    }
  }
  if (summary.strategyFile !== null) terminal.say(`Strategy:  ${summary.strategyFile}`);
  if (summary.report !== null) terminal.say(`Report:    ${summary.report}`);
  for (const line of suspicionLines(view)) terminal.say(`Evidence:  ${line}`);
  for (const { step, error, artefacts } of view.notUndone) {
    const kept = artefacts.map(({ name }) => name).join(', ');
    terminal.say(`Not undone: ${step}: ${error.message}${kept === '' ? '' : ` (${kept})`}`);
  }
  if (view.waitingOn.length > 0) terminal.say(`Waits for: ${view.waitingOn.join(', ')}`);
  if (view.cancellation?.comment) terminal.say(`Cancelled: ${view.cancellation.comment}`);
  terminal.say(`State:     ${summary.state}`);
  if (view.waitingFor !== null) {
    terminal.say(`Decide:    strategy-lab approve ${view.id} | fix ${view.id} --idea "..." or --file FILE`);
    terminal.say(`           strategy-lab reject ${view.id} | rollback ${view.id} --to STEP`);
  }
}

const shownMetrics = [
  'totalReturn',
  'cagr',
  'sharpe',
  'sortino',
  'maxDrawdown',
  'winRate',
  'trades',
  'exposure',
];

function presentMetrics(
  terminal: Terminal,
  { metrics, inSample, outOfSample }: Awaited<ReturnType<typeof summarise>>,
): void {
  const rows = shownMetrics.map((name) => [
    metricLabel(name),
    ...[inSample, outOfSample, metrics].map((part) => {
      const value = part?.[name];
      return value == null ? '-' : formatMetric(name, value);
    }),
  ]);
  terminal.say(table(['metric', 'in-sample', 'out-of-sample', 'whole'], rows));
}

/** Shows the live progress of runs on the terminal. */
export function showNotices(terminal: Terminal): (notice: SagaNotice) => void {
  return (notice) => {
    if (notice.kind === 'progress') terminal.progress(notice.step, notice.fraction, notice.text);
    else if (notice.event.type === 'saga.sandbox-alert') terminal.alert(notice.event.data.alert);
    else if (notice.event.type === 'saga.step-started') terminal.progress(notice.event.data.step, 0, '');
    else if (notice.event.type === 'saga.compensation-started') {
      terminal.progress(`undo ${notice.event.data.step}`, 0, '');
    }
  };
}
