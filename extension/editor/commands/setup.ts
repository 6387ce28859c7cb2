import * as vscode from 'vscode';
import { checkSetup, type SetupReport } from '../../checkSetup.ts';
import { LabError } from '../../contracts/errors.ts';
import type { LabHost } from '../labHost.ts';
import type { Log } from '../log.ts';
import { levelText, type SandboxView } from '../views/sandboxView.ts';

/** Finds out what this machine has, shows it, and says plainly at which level strategies run. */
export async function checkSetupCommand(host: LabHost, view: SandboxView, log: Log): Promise<SetupReport> {
  const lab = await host.lab();
  const report = await withStop(vscode.l10n.t('Checking the setup'), (signal) => checkSetup(lab, signal));
  for (const { name, state, detail, action } of report.checks) {
    log.info(`${name}: ${state}. ${detail}${action === null ? '' : ` ${action}`}`);
  }
  view.show(report);
  await vscode.commands.executeCommand('strategyLab.sandbox.focus');
  const text = vscode.l10n.t('Strategies run at: {0}', levelText(report.level));
  const broken = report.checks.find(({ state }) => state === 'problem');
  if (broken !== undefined) {
    void vscode.window.showErrorMessage(`${broken.detail} ${broken.action ?? ''}`.trim());
  } else if (report.level === 'gvisor' || report.level === 'container') {
    void vscode.window.showInformationMessage(text);
  } else {
    const why = report.checks.find(({ state, action }) => state === 'missing' && action !== null);
    void vscode.window.showWarningMessage(`${text}. ${why?.action ?? ''}`.trim());
  }
  return report;
}

/** Makes the images that sandboxes start from, of each language, on every Docker runtime that lacks them. */
export async function buildSandboxImage(host: LabHost, view: SandboxView): Promise<void> {
  const lab = await host.lab();
  let withoutPython: LabError | undefined;
  await withStop(vscode.l10n.t('Building the sandbox image'), async (signal) => {
    const { probeBackends } = await import('../../../sandbox/probe.ts');
    const statuses = await probeBackends(lab.backends, signal);
    const docker = lab.backends.filter(({ name, level }) => {
      const status = statuses.find((each) => each.name === name);
      return level !== 'preview' && status?.state !== 'unavailable';
    });
    const [unavailable] = statuses.filter(({ level }) => level !== 'preview');
    if (docker.length === 0) {
      throw new LabError(
        'sandbox.unavailable',
        unavailable?.problem ?? vscode.l10n.t('There is no Docker daemon.'),
        {
          action: unavailable?.action ?? vscode.l10n.t('Start Docker, then try again.'),
        },
      );
    }
    for (const backend of docker) {
      await backend.prepare(signal);
      if (!backend.languages?.includes('python')) continue;
      // Without Python strategies in TypeScript run all the same.
      await backend.prepare(signal, 'python').catch((error: unknown) => {
        if (!LabError.is(error, 'sandbox.unavailable')) throw error;
        withoutPython = error;
      });
    }
    view.show(await checkSetup(lab, signal));
  });
  void vscode.window.showInformationMessage(vscode.l10n.t('The sandbox image is ready.'));
  if (withoutPython !== undefined) {
    void vscode.window.showWarningMessage(`${withoutPython.message} ${withoutPython.action ?? ''}`.trim());
  }
}

function withStop<T>(title: string, work: (signal: AbortSignal) => Promise<T>): Thenable<T> {
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    async (_progress, token) => {
      const stop = new AbortController();
      token.onCancellationRequested(() => stop.abort());
      const outcome = await work(stop.signal).then(
        (value) => ({ value }),
        (error: unknown) => ({ error }),
      );
      // What is found out while it is given up says nothing of the machine.
      if (stop.signal.aborted) throw new vscode.CancellationError();
      if ('error' in outcome) throw outcome.error;
      return outcome.value;
    },
  );
}
