import * as vscode from 'vscode';
import type { ApiServer } from './apiServer.ts';
import { chooseDataCommand } from './commands/chooseData.ts';
import type { ImportServices } from './commands/importData.ts';
import type { RunServices } from './commands/services.ts';
import { type CommandId, commands } from './contributions/commands.ts';
import type { GuardianControl } from './guardianControl.ts';
import { type Log, showError } from './log.ts';
import { dataSetTitle } from './views/dataSetsView.ts';
import { runIdOf } from './views/runsView.ts';
import type { SandboxView } from './views/sandboxView.ts';

export interface CommandParts {
  readonly runs: RunServices;
  readonly importServices: ImportServices;
  readonly guardian: GuardianControl;
  readonly sandboxView: SandboxView;
  readonly api: ApiServer;
  readonly log: Log;
}

type Handler = (...given: unknown[]) => Promise<unknown>;

/** Registers every command of the table; an error of one is shown with its action. */
export function registerCommands(parts: CommandParts): vscode.Disposable {
  const handlers = commandHandlers(parts);
  return vscode.Disposable.from(
    ...Object.entries(handlers).map(([id, handle]) =>
      vscode.commands.registerCommand(id, async (...given: unknown[]) => {
        try {
          await parts.runs.host.reopen();
          return await handle(...given);
        } catch (error) {
          void showError(parts.log, commands[id as CommandId].title, error);
          // A program that calls it by this name needs to know.
          if (id === 'mcp.runTest') throw error;
          return undefined;
        }
      }),
    ),
  );
}

/** Each loads what it needs when it is first called. */
function commandHandlers({
  runs,
  importServices,
  guardian,
  sandboxView,
  api,
  log,
}: CommandParts): Record<CommandId, Handler> {
  const { host } = runs;
  const results = () => import('./commands/openResults.ts');
  const decide = () => import('./commands/decide.ts');
  const setup = () => import('./commands/setup.ts');
  const strategy = () => import('./commands/runStrategy.ts');
  const onRun =
    (work: (id: string | undefined) => Promise<void>): Handler =>
    (argument) =>
      work(runIdOf(argument));
  const test: Handler = async () => (await strategy()).testStrategy(runs);
  return {
    'strategyLab.newStrategy': async (given) =>
      (await import('./commands/newStrategy.ts')).newStrategy(runs, ideaOf(given)),
    'strategyLab.newStrategyFile': async () =>
      (await import('./commands/newStrategyFile.ts')).newStrategyFile(host),
    'strategyLab.runBacktest': async (file) => (await strategy()).runStrategy(runs, 'backtest', uriOf(file)),
    'strategyLab.optimize': async (file) => (await strategy()).runStrategy(runs, 'optimise', uriOf(file)),
    'strategyLab.stress': async (file) => (await strategy()).runStrategy(runs, 'stress', uriOf(file)),
    'strategyLab.walkForward': async (file) =>
      (await strategy()).runStrategy(runs, 'walk-forward', uriOf(file)),
    'strategyLab.chooseData': (file) => chooseDataCommand(runs, uriOf(file)),
    'strategyLab.testStrategy': test,
    'mcp.runTest': test,
    'strategyLab.guardAll': () => guardian.guardAll(),
    'strategyLab.openLastReport': async () => (await results()).openLastReport(runs),
    'strategyLab.openBacktest': onRun(async (id) => (await results()).openBacktest(runs, id)),
    'strategyLab.openRun': onRun(async (id) => (await results()).openRun(runs, id)),
    'strategyLab.openReportPage': onRun(async (id) => (await results()).openReportPage(runs, id)),
    'strategyLab.compareRuns': onRun(async (id) => (await results()).compareRuns(runs, id)),
    'strategyLab.runForensics': onRun(async (id) =>
      (await import('./commands/forensics.ts')).runForensicsOn(runs, id),
    ),
    'strategyLab.approve': onRun(async (id) => (await decide()).decideOnRun(runs, 'approve', id)),
    'strategyLab.fix': onRun(async (id) => (await decide()).decideOnRun(runs, 'fix', id)),
    'strategyLab.reject': onRun(async (id) => (await decide()).decideOnRun(runs, 'reject', id)),
    'strategyLab.rollBack': onRun(async (id) => (await decide()).decideOnRun(runs, 'rollback', id)),
    'strategyLab.giveFeedback': onRun(async (id) => (await decide()).giveFeedback(runs, id)),
    'strategyLab.resume': onRun(async (id) => (await results()).resumeRun(runs, id)),
    'strategyLab.stop': onRun(async (id) => (await results()).stopRun(runs, id)),
    'strategyLab.resumeQueue': () => host.resumeQueue(),
    'strategyLab.importData': async (file) =>
      (await import('./commands/importData.ts')).importData(importServices, uriOf(file)),
    'strategyLab.downloadData': async () =>
      (await import('./commands/downloadData.ts')).downloadData(importServices),
    'strategyLab.addSyntheticMarket': async () => {
      const { addSyntheticMarket } = await import('./commands/chooseData.ts');
      const set = await addSyntheticMarket(host);
      void vscode.window.showInformationMessage(
        vscode.l10n.t('{0} is in the lab; its prices never traded anywhere.', dataSetTitle(set)),
      );
    },
    'strategyLab.showDataQuality': async (set) => {
      const { dataSetSchema } = await import('../market/store/store.ts');
      await importServices.showQuality(dataSetSchema.parse(set));
    },
    'strategyLab.checkSetup': async () => (await setup()).checkSetupCommand(host, sandboxView, log),
    'strategyLab.buildSandboxImage': async () => (await setup()).buildSandboxImage(host, sandboxView),
    'strategyLab.openDashboard': () => runs.panels.openDashboard(),
    'strategyLab.startApiServer': () => api.start(),
    'strategyLab.stopApiServer': () => api.stop(),
    'strategyLab.refresh': async () => host.refresh(),
    'strategyLab.showLog': async () => log.channel.show(),
  };
}

function uriOf(argument: unknown): vscode.Uri | undefined {
  return argument instanceof vscode.Uri ? argument : undefined;
}

function ideaOf(argument: unknown): { idea: string } | undefined {
  if (typeof argument !== 'object' || argument === null || !('idea' in argument)) return undefined;
  return typeof argument.idea === 'string' ? { idea: argument.idea } : undefined;
}
