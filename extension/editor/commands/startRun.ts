import { basename } from 'node:path';
import * as vscode from 'vscode';
import { LabError } from '../../contracts/errors.ts';
import type { SagaView } from '../../contracts/saga.ts';
import type { StartRequest } from '../../orchestrator/saga/engine.ts';
import { errorOf } from '../../orchestrator/saga/errorRecord.ts';
import type {
  backtestSagaName,
  optimiseSagaName,
  stressSagaName,
  walkForwardSagaName,
} from '../../pipelines/assess/contracts.ts';
import { mostTrials } from '../../pipelines/generate/contracts.ts';
import type { LabHost } from '../labHost.ts';
import type { RunBook } from '../runBook.ts';
import { readRunSettings, readSetting } from '../settings.ts';
import { stepTitle } from '../views/runsView.ts';
import type { ChosenData } from './chooseData.ts';
import type { RunServices } from './services.ts';

/** The pipelines that a strategy file can be taken through. */
export type FilePipeline =
  | typeof backtestSagaName
  | typeof optimiseSagaName
  | typeof walkForwardSagaName
  | typeof stressSagaName;

export interface FileRun {
  readonly pipeline: FilePipeline;
  readonly document: vscode.TextDocument;
  readonly data: ChosenData;
}

/** What a saga needs to run the text of a document, saved or not. */
export async function fileRunRequest(book: RunBook, run: FileRun): Promise<StartRequest> {
  const { pipeline, document, data } = run;
  const source = document.getText();
  if (source.trim() === '') {
    throw new LabError('usage', vscode.l10n.t('{0} is empty.', basename(document.fileName)), {
      action: vscode.l10n.t('Write a strategy first; New Strategy File begins one.'),
    });
  }
  const { uri } = document;
  return {
    name: pipeline,
    input: {
      source,
      file: uri.fsPath,
      author: (await isAgentWritten(book, source)) ? 'agent' : 'person',
      params: {},
      ...data.input,
      settings: readRunSettings(uri),
      metric: readSetting('strategyLab.backtest.metric', uri),
      minimumLevel: readSetting('strategyLab.sandbox.minimumLevel', uri),
      budget: mostTrials,
    },
  };
}

async function isAgentWritten(book: RunBook, source: string): Promise<boolean> {
  const { sha256 } = await import('../../pipelines/backtestResult.ts');
  return (await book.agentSources()).includes(sha256(source));
}

/** Shows a run's progress with a button that stops it, until it has come to rest; answers how it stands. */
export function followRun(
  host: LabHost,
  run: { readonly id: string; readonly ended: Promise<void> },
  title: string,
): Thenable<SagaView> {
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    async (progress, token) => {
      let shown = 0;
      const onProgress = host.onProgress(({ id, step, fraction, text }) => {
        if (id !== run.id || Math.abs(fraction - shown) < 0.02) return;
        shown = fraction;
        progress.report({ message: `${stepTitle(step)}: ${Math.floor(fraction * 100)} % · ${text}` });
      });
      const unstopped = Promise.withResolvers<never>();
      const onStop = token.onCancellationRequested(() => {
        host.stop(run.id).catch((error: unknown) => {
          // It has just come to rest.
          if (!LabError.is(error, 'conflict')) unstopped.reject(error);
        });
      });
      try {
        await Promise.race([run.ended, unstopped.promise]);
      } finally {
        onProgress.dispose();
        onStop.dispose();
      }
      return host.view(run.id);
    },
  );
}

/** Tells how a run has come to rest: it failed, or waits for the person. */
export async function tellOutcome({ host, panels }: RunServices, id: string): Promise<void> {
  const view = await host.view(id);
  if (view.state === 'failed' && view.error !== null) throw errorOf(view.error);
  if (view.waitingFor === null) return;
  const open = vscode.l10n.t('Open Backtest');
  const text = vscode.l10n.t('Run {0} waits for your review.', id);
  if ((await vscode.window.showInformationMessage(text, open)) === open) await panels.openBacktest(id);
}

export async function resumeAndTell(services: RunServices, id: string): Promise<void> {
  await services.host.resume(id);
  await tellOutcome(services, id);
}
