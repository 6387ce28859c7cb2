import { existsSync } from 'node:fs';
import * as vscode from 'vscode';
import { LabError } from '../../contracts/errors.ts';
import type { RunSummary } from '../runBook.ts';
import { stateText } from '../views/runsView.ts';
import { pickRun } from './decide.ts';
import type { RunServices } from './services.ts';
import { resumeAndTell } from './startRun.ts';

const noResult = (): LabError =>
  new LabError('not-found', vscode.l10n.t('No run has a backtest yet.'), {
    action: vscode.l10n.t('Run a backtest first.'),
  });

const isTested = ({ figures }: RunSummary): boolean => figures !== null;

/** Opens the backtest of the newest run that has one. */
export async function openLastReport({ book, panels }: RunServices): Promise<void> {
  const last = (await book.list()).find(isTested);
  if (last === undefined) throw noResult();
  await panels.openBacktest(last.id);
}

export async function openBacktest({ book, panels }: RunServices, id?: string): Promise<void> {
  const title = vscode.l10n.t('Open Backtest');
  const run = id ?? (await pickRun(await book.list(), isTested, { title, none: noResult() }))?.id;
  if (run !== undefined) await panels.openBacktest(run);
}

export async function openRun({ book, panels }: RunServices, id?: string): Promise<void> {
  const none = new LabError('not-found', vscode.l10n.t('There is no run yet.'), {
    action: vscode.l10n.t('Start a run first.'),
  });
  const title = vscode.l10n.t('Open Run Graph');
  const run = id ?? (await pickRun(await book.list(), () => true, { title, none }))?.id;
  if (run !== undefined) await panels.openSaga(run);
}

/** Opens the report, a page of its own, in the browser. */
export async function openReportPage({ book, host }: RunServices, id?: string): Promise<void> {
  const title = vscode.l10n.t('Open Report Page in Browser');
  const run = id ?? (await pickRun(await book.list(), isTested, { title, none: noResult() }))?.id;
  if (run === undefined) return;
  const { reports } = await host.lab();
  const file = reports.pathOf(`${run}.html`);
  if (!existsSync(file)) {
    throw new LabError('not-found', vscode.l10n.t('Run {0} has no report page yet.', run), {
      action: vscode.l10n.t('Wait for its review, or open its backtest.'),
    });
  }
  // A browser on another machine would not find the file.
  const isHere = vscode.env.remoteName === undefined && vscode.env.uiKind === vscode.UIKind.Desktop;
  if (isHere && (await vscode.env.openExternal(vscode.Uri.file(file)))) return;
  throw new LabError(
    'not-found',
    vscode.l10n.t('The page cannot be opened in a browser from here: {0}', file),
    {
      action: vscode.l10n.t('Save it from the backtest panel, as a report page.'),
    },
  );
}

/** Puts two runs side by side: the given one and another, or two that the person picks. */
export async function compareRuns({ book, panels }: RunServices, id?: string): Promise<void> {
  const runs = (await book.list()).filter(isTested);
  if (runs.length < 2) {
    throw new LabError('not-found', vscode.l10n.t('Two runs with a backtest are needed to compare.'), {
      action: vscode.l10n.t('Run another backtest first.'),
    });
  }
  const pick = async (others: readonly RunSummary[], placeHolder: string) => {
    const items = others.map((run) => ({
      label: run.title,
      description: run.id,
      detail: stateText(run),
      run,
    }));
    const title = vscode.l10n.t('Compare Runs');
    return (
      await vscode.window.showQuickPick(items, {
        ignoreFocusOut: true,
        title,
        placeHolder,
        matchOnDescription: true,
      })
    )?.run.id;
  };
  const first = id ?? (await pick(runs, vscode.l10n.t('The first run')));
  if (first === undefined) return;
  const rest = runs.filter((run) => run.id !== first);
  const second = await pick(rest, vscode.l10n.t('The run to hold against it'));
  if (second !== undefined) await panels.openBacktest(first, second);
}

/** Goes on with an interrupted run and shows its steps. */
export async function resumeRun(services: RunServices, id?: string): Promise<void> {
  const { book, panels } = services;
  const run =
    id ??
    (
      await pickRun(await book.list(), ({ state }) => state === 'interrupted', {
        title: vscode.l10n.t('Interrupted runs'),
        none: new LabError('saga.state', vscode.l10n.t('No run was interrupted.'), {
          action: vscode.l10n.t('There is nothing to resume.'),
        }),
      })
    )?.id;
  if (run === undefined) return;
  const ended = resumeAndTell(services, run);
  // Who opens the panel is not the one who hears of a failure.
  ended.catch(() => undefined);
  await panels.openSaga(run);
  await ended;
}

/** Stops a run, after the step under way has heard of it; it stays so until it is resumed. */
export async function stopRun({ book, host }: RunServices, id?: string): Promise<void> {
  const isRunning = ({ state }: RunSummary): boolean => state === 'running' || state === 'queued';
  const run =
    id ??
    (
      await pickRun(await book.list(), isRunning, {
        title: vscode.l10n.t('Running'),
        none: new LabError('saga.state', vscode.l10n.t('Nothing runs.'), {
          action: vscode.l10n.t('There is nothing to stop.'),
        }),
      })
    )?.id;
  if (run !== undefined) await host.stop(run);
}
