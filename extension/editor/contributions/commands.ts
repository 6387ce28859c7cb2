import { strategyEndings } from '../../contracts/strategyLanguage.ts';

interface MenuPlace {
  readonly when: string;
  readonly group?: string;
}

export interface CommandContribution {
  readonly title: string;
  readonly icon?: string;
  /** When it can be used at all. */
  readonly enablement?: string;
  /** False: only from menus and code, never in the palette. */
  readonly palette?: false | string;
  readonly viewTitle?: MenuPlace;
  readonly viewItem?: MenuPlace & { readonly inline?: boolean };
  readonly editorTitle?: MenuPlace;
  readonly explorer?: MenuPlace;
}

const isStrategyFile = `resourceFilename =~ /\\.strategy\\.(${strategyEndings.join('|')})$/`;
const trusted = 'isWorkspaceTrusted';
const inRuns = 'view == strategyLab.runs';
const runIs = (flag: string): string => `${inRuns} && viewItem =~ /\\b${flag}\\b/`;
const inStrategies = 'view == strategyLab.strategies';

export const commands = {
  'strategyLab.newStrategy': {
    title: 'New Strategy from Idea',
    icon: '$(lightbulb)',
    enablement: trusted,
    viewTitle: { when: inStrategies, group: 'navigation@1' },
  },
  'strategyLab.newStrategyFile': {
    title: 'New Strategy File',
    icon: '$(new-file)',
    enablement: `${trusted} && workspaceFolderCount > 0`,
    viewTitle: { when: inStrategies, group: 'navigation@2' },
  },
  'strategyLab.runBacktest': {
    title: 'Run Backtest',
    icon: '$(play)',
    enablement: trusted,
    viewItem: { when: `${inStrategies} && viewItem == strategy`, inline: true, group: 'inline@1' },
    editorTitle: { when: isStrategyFile, group: 'navigation@1' },
    explorer: { when: isStrategyFile, group: 'strategyLab@1' },
  },
  'strategyLab.optimize': {
    title: 'Optimize',
    icon: '$(settings)',
    enablement: trusted,
    viewItem: { when: `${inStrategies} && viewItem == strategy`, inline: true, group: 'inline@2' },
    editorTitle: { when: isStrategyFile, group: 'navigation@2' },
    explorer: { when: isStrategyFile, group: 'strategyLab@2' },
  },
  'strategyLab.walkForward': {
    title: 'Walk-Forward',
    icon: '$(debug-step-over)',
    enablement: trusted,
    viewItem: { when: `${inStrategies} && viewItem == strategy`, group: 'strategyLab@1' },
    editorTitle: { when: isStrategyFile, group: 'strategyLab@2' },
    explorer: { when: isStrategyFile, group: 'strategyLab@3' },
  },
  'strategyLab.stress': {
    title: 'Stress',
    icon: '$(flame)',
    enablement: trusted,
    viewItem: { when: `${inStrategies} && viewItem == strategy`, group: 'strategyLab@2' },
    editorTitle: { when: isStrategyFile, group: 'strategyLab@3' },
    explorer: { when: isStrategyFile, group: 'strategyLab@4' },
  },
  'strategyLab.chooseData': {
    title: 'Choose Data for Backtests',
    icon: '$(database)',
    enablement: `${trusted} && workspaceFolderCount > 0`,
  },
  'strategyLab.testStrategy': {
    title: 'Test This Strategy',
    icon: '$(beaker)',
    enablement: trusted,
    palette: 'editorIsOpen',
    editorTitle: { when: isStrategyFile, group: 'strategyLab@1' },
  },
  'mcp.runTest': { title: 'Test This Strategy (mcp.runTest)', enablement: trusted, palette: false },
  'strategyLab.guardAll': {
    title: 'Guard All Strategies',
    icon: '$(shield)',
    enablement: 'workspaceFolderCount > 0',
    viewTitle: { when: inStrategies, group: 'navigation@3' },
  },
  'strategyLab.openLastReport': {
    title: 'Open Last Report',
    icon: '$(graph-line)',
    enablement: `${trusted} && strategyLab.reports > 0`,
    viewTitle: { when: inRuns, group: 'navigation@1' },
  },
  'strategyLab.openBacktest': {
    title: 'Open Backtest',
    icon: '$(graph-line)',
    enablement: trusted,
    palette: 'strategyLab.reports > 0',
    viewItem: { when: runIs('tested'), inline: true, group: 'inline@1' },
  },
  'strategyLab.openRun': {
    title: 'Open Run Graph',
    icon: '$(type-hierarchy-sub)',
    enablement: trusted,
    viewItem: { when: runIs('run'), inline: true, group: 'inline@2' },
  },
  'strategyLab.openReportPage': {
    title: 'Open Report Page in Browser',
    icon: '$(link-external)',
    enablement: `${trusted} && strategyLab.reports > 0`,
    viewItem: { when: runIs('tested'), group: '2_open@1' },
  },
  'strategyLab.compareRuns': {
    title: 'Compare Runs',
    icon: '$(diff)',
    enablement: `${trusted} && strategyLab.reports > 1`,
    viewItem: { when: runIs('tested'), group: '2_open@2' },
  },
  'strategyLab.runForensics': {
    title: 'Run Forensics',
    icon: '$(search)',
    enablement: trusted,
    viewItem: { when: runIs('run'), group: '2_open@3' },
  },
  'strategyLab.approve': {
    title: 'Approve',
    icon: '$(check)',
    enablement: `${trusted} && strategyLab.waitingRuns > 0`,
    viewItem: { when: runIs('waiting'), group: '1_gate@1' },
  },
  'strategyLab.fix': {
    title: 'Fix',
    icon: '$(edit)',
    enablement: `${trusted} && strategyLab.waitingRuns > 0`,
    viewItem: { when: runIs('waiting'), group: '1_gate@2' },
  },
  'strategyLab.reject': {
    title: 'Reject',
    icon: '$(close)',
    enablement: `${trusted} && strategyLab.waitingRuns > 0`,
    viewItem: { when: runIs('waiting'), group: '1_gate@3' },
  },
  'strategyLab.rollBack': {
    title: 'Roll Back',
    icon: '$(discard)',
    enablement: `${trusted} && strategyLab.waitingRuns > 0`,
    viewItem: { when: runIs('waiting'), group: '1_gate@4' },
  },
  'strategyLab.giveFeedback': {
    title: 'Give Feedback on a Run',
    icon: '$(feedback)',
    enablement: `${trusted} && strategyLab.waitingRuns > 0`,
    viewItem: { when: runIs('waiting'), inline: true, group: 'inline@3' },
  },
  'strategyLab.resume': {
    title: 'Resume Run',
    icon: '$(debug-continue)',
    enablement: `${trusted} && strategyLab.interruptedRuns > 0`,
    viewItem: { when: runIs('interrupted'), inline: true, group: 'inline@3' },
  },
  'strategyLab.stop': {
    title: 'Stop Run',
    icon: '$(debug-stop)',
    enablement: `${trusted} && strategyLab.runningRuns > 0`,
    viewItem: { when: runIs('(running|queued)'), inline: true, group: 'inline@3' },
  },
  'strategyLab.resumeQueue': {
    title: 'Resume Queue',
    icon: '$(debug-continue)',
    enablement: `${trusted} && strategyLab.queuePaused`,
    viewTitle: { when: `${inRuns} && strategyLab.queuePaused`, group: 'navigation@3' },
  },
  'strategyLab.importData': {
    title: 'Import Data',
    icon: '$(cloud-download)',
    enablement: `${trusted} && workspaceFolderCount > 0`,
    viewTitle: { when: 'view == strategyLab.data', group: 'navigation@1' },
    explorer: {
      when: 'resourceExtname =~ /\\.(csv|tsv|zip|parquet|feather|arrow)$/',
      group: 'strategyLab@3',
    },
  },
  'strategyLab.downloadData': {
    title: 'Download Data',
    icon: '$(globe)',
    enablement: `${trusted} && workspaceFolderCount > 0`,
    viewTitle: { when: 'view == strategyLab.data', group: 'navigation@2' },
  },
  'strategyLab.addSyntheticMarket': {
    title: 'Add Synthetic Market',
    icon: '$(wand)',
    enablement: `${trusted} && workspaceFolderCount > 0`,
    viewTitle: { when: 'view == strategyLab.data', group: '1_data@1' },
  },
  'strategyLab.showDataQuality': {
    title: 'Show Data Quality',
    icon: '$(checklist)',
    enablement: trusted,
    palette: false,
    viewItem: { when: 'view == strategyLab.data && viewItem == dataSet', inline: true, group: 'inline@1' },
  },
  'strategyLab.checkSetup': {
    title: 'Check Setup',
    icon: '$(pulse)',
    enablement: trusted,
    viewTitle: { when: 'view == strategyLab.sandbox', group: 'navigation@1' },
  },
  'strategyLab.buildSandboxImage': {
    title: 'Build Sandbox Image',
    icon: '$(package)',
    enablement: trusted,
    viewItem: {
      when: 'view == strategyLab.sandbox && viewItem == unprepared',
      inline: true,
      group: 'inline@1',
    },
  },
  'strategyLab.openDashboard': {
    title: 'Open Dashboard',
    icon: '$(dashboard)',
    enablement: `${trusted} && workspaceFolderCount > 0`,
    viewTitle: { when: inRuns, group: 'navigation@2' },
  },
  'strategyLab.startApiServer': {
    title: 'Start API Server',
    icon: '$(broadcast)',
    enablement: `${trusted} && workspaceFolderCount > 0 && !strategyLab.apiServer`,
    viewTitle: { when: 'view == strategyLab.sandbox', group: '1_api@1' },
  },
  'strategyLab.stopApiServer': {
    title: 'Stop API Server',
    icon: '$(circle-slash)',
    enablement: 'strategyLab.apiServer',
    viewTitle: { when: 'view == strategyLab.sandbox', group: '1_api@2' },
  },
  'strategyLab.refresh': {
    title: 'Refresh',
    icon: '$(refresh)',
    viewTitle: { when: 'view =~ /^strategyLab\\.(strategies|runs|data)$/', group: 'navigation@9' },
  },
  'strategyLab.showLog': { title: 'Show Log', icon: '$(output)' },
} as const satisfies Record<string, CommandContribution>;

export type CommandId = keyof typeof commands;
