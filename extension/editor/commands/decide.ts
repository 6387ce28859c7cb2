import * as vscode from 'vscode';
import { LabError } from '../../contracts/errors.ts';
import type { Decision, SagaView } from '../../contracts/saga.ts';
import { errorOf } from '../../orchestrator/saga/errorRecord.ts';
import type { RunSummary } from '../runBook.ts';
import { stateText, stepTitle } from '../views/runsView.ts';
import type { RunServices } from './services.ts';

type Action = Decision['action'];

/** Decides on a run at its gate: the given one, or one that the person picks among those that wait. */
export async function decideOnRun(services: RunServices, action: Action, id?: string): Promise<void> {
  const view = await waitingRun(services, id);
  if (view === undefined) return;
  if (!view.actions.includes(action)) {
    throw new LabError('saga.state', vscode.l10n.t('Run {0} does not wait for that decision now.', view.id), {
      action: vscode.l10n.t('Look at its graph for what it waits for.'),
    });
  }
  const decision = await askDecision(services, view, action);
  if (decision !== undefined) await carryOut(services, view.id, decision);
}

/** The feedback form: an action and a comment on a run. */
export async function giveFeedback(services: RunServices, id?: string): Promise<void> {
  const view = await waitingRun(services, id);
  if (view === undefined) return;
  const items = view.actions.map((action) => ({ ...actionTexts()[action], action }));
  const picked = await vscode.window.showQuickPick(items, {
    ignoreFocusOut: true,
    title: vscode.l10n.t(
      'Feedback on run {0}, which waits after {1}',
      view.id,
      stepTitle(view.waitingFor ?? ''),
    ),
    placeHolder: vscode.l10n.t('What shall happen?'),
  });
  if (picked === undefined) return;
  const decision = await askDecision(services, view, picked.action);
  if (decision !== undefined) await carryOut(services, view.id, decision);
}

/** Writes a decision down, lets the run go on, and tells where it stands then. */
export async function carryOut(services: RunServices, id: string, decision: Decision): Promise<void> {
  await services.host.decide(id, { by: services.user, ...decision });
  const view = await services.host.view(id);
  if (view.state === 'failed' && view.error !== null) throw errorOf(view.error);
  if (view.notUndone.length > 0) {
    const steps = view.notUndone.map(({ step }) => stepTitle(step)).join(', ');
    void vscode.window.showWarningMessage(
      vscode.l10n.t('Run {0}: these steps could not be undone: {1}.', id, steps),
    );
  }
  void vscode.window.setStatusBarMessage(vscode.l10n.t('Run {0}: {1}', id, describe(view)), 8000);
}

function describe(view: SagaView): string {
  if (view.waitingFor !== null) return vscode.l10n.t('waits for you: {0}', stepTitle(view.waitingFor));
  const texts: Readonly<Record<string, string>> = {
    completed: vscode.l10n.t('approved'),
    rejected: vscode.l10n.t('rejected'),
    cancelled: vscode.l10n.t('cancelled'),
    interrupted: vscode.l10n.t('interrupted'),
  };
  return texts[view.state] ?? view.state;
}

async function waitingRun(
  { book, host }: RunServices,
  id: string | undefined,
): Promise<SagaView | undefined> {
  if (id !== undefined) return host.view(id);
  const run = await pickRun(await book.list(), ({ state }) => state === 'waiting', {
    title: vscode.l10n.t('Runs that wait for a decision'),
    none: new LabError('saga.state', vscode.l10n.t('No run waits for a decision.'), {
      action: vscode.l10n.t('Start a run first.'),
    }),
  });
  return run?.view;
}

/** Lets the person pick a run that fits; the only one is taken as it is. @throws what `none` is */
export async function pickRun(
  runs: readonly RunSummary[],
  fits: (run: RunSummary) => boolean,
  { title, none }: { readonly title: string; readonly none: LabError },
): Promise<RunSummary | undefined> {
  const fitting = runs.filter(fits);
  if (fitting.length === 0) throw none;
  if (fitting.length === 1) return fitting[0];
  const items = fitting.map((run) => ({
    label: run.title,
    description: run.id,
    detail: stateText(run),
    run,
  }));
  return (await vscode.window.showQuickPick(items, { ignoreFocusOut: true, title, matchOnDescription: true }))
    ?.run;
}

async function askDecision(
  services: RunServices,
  view: SagaView,
  action: Action,
): Promise<Decision | undefined> {
  const at = view.waitingFor ?? undefined;
  const common = async () => {
    const comment = await askComment(view, action);
    return comment === undefined
      ? undefined
      : { comment: comment || null, ...(at === undefined ? {} : { at }) };
  };
  if (action === 'fix') {
    const patch = await askPatch(services, view);
    if (patch === undefined) return undefined;
    const rest = await common();
    return rest && { action, patch, ...rest };
  }
  if (action === 'rollback') {
    const items = view.rollbackTargets.map((step) => ({ label: stepTitle(step), description: step, step }));
    const target = await vscode.window.showQuickPick(items, {
      ignoreFocusOut: true,
      title: vscode.l10n.t('Roll run {0} back to which step?', view.id),
      placeHolder: vscode.l10n.t('Later steps are undone; the run then waits there.'),
    });
    if (target === undefined) return undefined;
    const rest = await common();
    return rest && { action, to: target.step, ...rest };
  }
  const rest = await common();
  return rest && { action, ...rest };
}

function askComment(view: SagaView, action: Action): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    ignoreFocusOut: true,
    title: `${actionTexts()[action].label}: ${view.id}`,
    prompt: vscode.l10n.t('Why? The comment stays with the decision; leave it empty for none.'),
    placeHolder: vscode.l10n.t('Comment'),
  });
}

/** A new idea for a run from an idea, or the strategy file as it is now. */
async function askPatch(
  { book }: RunServices,
  view: SagaView,
): Promise<{ idea: string } | { source: string } | undefined> {
  const summary = (await book.list()).find(({ id }) => id === view.id);
  const fromFile = { label: vscode.l10n.t('The strategy file as it is now'), way: 'file' as const };
  const fromIdea = { label: vscode.l10n.t('Another idea'), way: 'idea' as const };
  const ways = [...(view.name === 'generate' ? [fromIdea] : []), ...(summary?.file ? [fromFile] : [])];
  const [only] = ways;
  const way =
    ways.length === 1
      ? only
      : await vscode.window.showQuickPick(ways, { ignoreFocusOut: true, title: vscode.l10n.t('Fix by') });
  if (way?.way === 'idea') {
    const old = (view.input as { readonly idea?: unknown }).idea;
    const idea = await vscode.window.showInputBox({
      ignoreFocusOut: true,
      title: vscode.l10n.t('The idea, changed'),
      ...(typeof old === 'string' ? { value: old } : {}),
      validateInput: (text) =>
        text.trim() === '' ? vscode.l10n.t('Say when to buy and when to sell.') : undefined,
    });
    return idea === undefined ? undefined : { idea };
  }
  if (way?.way !== 'file' || !summary?.file) return undefined;
  const document = await vscode.workspace.openTextDocument(vscode.Uri.file(summary.file));
  return { source: document.getText() };
}

function actionTexts(): Record<Action, { readonly label: string; readonly detail: string }> {
  return {
    approve: { label: vscode.l10n.t('Approve'), detail: vscode.l10n.t('The run goes on.') },
    fix: {
      label: vscode.l10n.t('Fix'),
      detail: vscode.l10n.t('Begin again with another idea or an edited file.'),
    },
    reject: {
      label: vscode.l10n.t('Reject'),
      detail: vscode.l10n.t('Its steps are undone; the evidence stays.'),
    },
    rollback: {
      label: vscode.l10n.t('Roll Back'),
      detail: vscode.l10n.t('Go back to an earlier step and wait there.'),
    },
  };
}
