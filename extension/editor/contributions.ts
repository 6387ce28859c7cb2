/**
 * Everything that the extension contributes to the editor, as typed tables: package.json and its texts
 * are made from them (`npm run manifest`), and code names commands, settings, context keys and views by
 * them alone. Text is English here; translations stand beside package.json.
 */

export const viewContainer = { id: 'strategyLab', title: 'Strategy Lab', icon: 'webviews/activity.svg' };

export interface ViewContribution {
  readonly name: string;
  readonly icon: string;
  /** What an empty view says; a line that is one link becomes a button. Each with the `when` it is for. */
  readonly welcome: readonly { readonly when?: string; readonly text: string }[];
}

const restrictedWelcome = {
  when: '!isWorkspaceTrusted',
  text: 'Restricted Mode: nothing is run and no lab is opened until you trust this folder.\n[Manage Workspace Trust](command:workbench.trust.manage)',
};
const noFolderWelcome = {
  when: 'isWorkspaceTrusted && workspaceFolderCount == 0',
  text: 'A lab lives in a folder of yours.\n[Open Folder](command:workbench.action.files.openFolder)',
};
const ready = 'isWorkspaceTrusted && workspaceFolderCount > 0';

/** Views of the container, in their order. */
export const views = {
  'strategyLab.strategies': {
    name: 'Strategies',
    icon: '$(symbol-method)',
    welcome: [
      restrictedWelcome,
      noFolderWelcome,
      {
        when: ready,
        text: 'No strategy yet. Say in a sentence what to trade, or write a file of your own.\n[New Strategy from Idea](command:strategyLab.newStrategy)\n[New Strategy File](command:strategyLab.newStrategyFile)',
      },
    ],
  },
  'strategyLab.runs': {
    name: 'Runs',
    icon: '$(run-all)',
    welcome: [
      restrictedWelcome,
      noFolderWelcome,
      {
        when: ready,
        text: 'No run yet. A run takes a strategy through guard, sandbox and backtest to your review.\n[New Strategy from Idea](command:strategyLab.newStrategy)',
      },
    ],
  },
  'strategyLab.data': {
    name: 'Data',
    icon: '$(database)',
    welcome: [
      restrictedWelcome,
      noFolderWelcome,
      {
        when: ready,
        text: 'No market data yet. Import a CSV or JSON file of candles, or try a synthetic market first.\n[Import Data](command:strategyLab.importData)\n[Add Synthetic Market](command:strategyLab.addSyntheticMarket)',
      },
    ],
  },
  'strategyLab.sandbox': {
    name: 'Sandbox and Agents',
    icon: '$(shield)',
    welcome: [
      restrictedWelcome,
      {
        when: 'isWorkspaceTrusted',
        text: 'What is available on this machine has not been looked at yet.\n[Check Setup](command:strategyLab.checkSetup)',
      },
    ],
  },
} as const satisfies Record<string, ViewContribution>;

export type ViewId = keyof typeof views;

/** What code tells the editor, so that commands show where they work. */
export interface ContextKeys {
  /** Runs that wait for a decision, run, or were interrupted. */
  'strategyLab.waitingRuns': number;
  'strategyLab.runningRuns': number;
  'strategyLab.interruptedRuns': number;
  /** Runs whose backtest is done. */
  'strategyLab.reports': number;
}

export type ContextKey = keyof ContextKeys;

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

const isStrategyFile = 'resourceFilename =~ /\\.strategy\\.(ts|js|mts|mjs)$/';
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
  'strategyLab.importData': {
    title: 'Import Data',
    icon: '$(cloud-download)',
    enablement: `${trusted} && workspaceFolderCount > 0`,
    viewTitle: { when: 'view == strategyLab.data', group: 'navigation@1' },
    explorer: { when: 'resourceExtname =~ /\\.(csv|tsv)$/', group: 'strategyLab@3' },
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
  'strategyLab.refresh': {
    title: 'Refresh',
    icon: '$(refresh)',
    viewTitle: { when: 'view =~ /^strategyLab\\.(strategies|runs|data)$/', group: 'navigation@9' },
  },
  'strategyLab.showLog': { title: 'Show Log', icon: '$(output)' },
} as const satisfies Record<string, CommandContribution>;

export type CommandId = keyof typeof commands;

export interface SettingContribution {
  readonly type: 'boolean' | 'integer' | 'number' | 'string' | 'object';
  readonly default: unknown;
  readonly text: string;
  readonly scope: 'resource' | 'window' | 'machine' | 'machine-overridable';
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly values?: readonly { readonly value: string; readonly text: string }[];
  /** Schema of an object's values. */
  readonly additionalProperties?: Readonly<Record<string, unknown>>;
  /** Not taken from a folder that is not trusted. */
  readonly isRestricted?: true;
}

/** Settings by section, in their order. */
export const settingSections = {
  Backtest: {
    'strategyLab.backtest.cash': {
      type: 'number',
      default: 10_000,
      exclusiveMinimum: 0,
      text: 'Cash at the start of a run.',
      scope: 'resource',
    },
    'strategyLab.backtest.fee': {
      type: 'number',
      default: 0.001,
      minimum: 0,
      maximum: 0.2,
      text: 'Fee of each fill as a fraction of its value: `0.001` is 0.1 %.',
      scope: 'resource',
    },
    'strategyLab.backtest.slippage': {
      type: 'number',
      default: 0.0005,
      minimum: 0,
      maximum: 0.2,
      text: 'Slippage of market and stop orders as a fraction of the price.',
      scope: 'resource',
    },
    'strategyLab.backtest.quantityStep': {
      type: 'number',
      default: 0,
      minimum: 0,
      text: 'Smallest step of a quantity that the venue takes; `0` for any.',
      scope: 'resource',
    },
    'strategyLab.backtest.minimumNotional': {
      type: 'number',
      default: 0,
      minimum: 0,
      text: 'Smallest value of an order that the venue takes; `0` for any.',
      scope: 'resource',
    },
    'strategyLab.backtest.seed': {
      type: 'integer',
      default: 1,
      minimum: 0,
      maximum: 4_294_967_295,
      text: "Seed of the strategy's `random()`.",
      scope: 'resource',
    },
    'strategyLab.backtest.metric': {
      type: 'string',
      default: 'sharpe',
      text: 'What a search of parameters maximises, on the part of the data that is not held back.',
      scope: 'resource',
      values: [
        { value: 'sharpe', text: 'Mean over deviation of daily returns, annual.' },
        { value: 'sortino', text: 'Mean over downside deviation of daily returns, annual.' },
        { value: 'calmar', text: 'Annual growth over the maximum drawdown.' },
        { value: 'totalReturn', text: 'Total return.' },
        { value: 'profitFactor', text: 'Sum of profits over sum of losses.' },
        { value: 'expectancy', text: 'Mean profit of a trade.' },
      ],
    },
  },
  'Sandbox and runs': {
    'strategyLab.sandbox.minimumLevel': {
      type: 'string',
      default: 'preview',
      text: 'Lowest isolation at which strategies may run; a run is refused below it. The strongest level that is there is taken in any case.',
      scope: 'machine-overridable',
      isRestricted: true,
      values: [
        { value: 'gvisor', text: 'Docker with gVisor: a separate kernel.' },
        { value: 'container', text: 'A Docker container: shares your kernel.' },
        {
          value: 'preview',
          text: 'An interpreter in a worker: works everywhere, without limits by the operating system.',
        },
      ],
    },
    'strategyLab.sandbox.dockerSocket': {
      type: 'string',
      default: '',
      text: "Path of the Docker daemon's socket; empty for the system's own. A lab that is busy takes it when the window is reloaded.",
      scope: 'machine',
      isRestricted: true,
    },
    'strategyLab.sandbox.imageFile': {
      type: 'string',
      default: '',
      text: 'A saved sandbox image to load on a machine without a registry; empty to build one.',
      scope: 'machine',
      isRestricted: true,
    },
    'strategyLab.runs.concurrent': {
      type: 'integer',
      default: 1,
      minimum: 1,
      maximum: 8,
      text: 'Runs at the same time. One test that you ask for yourself starts at once besides.',
      scope: 'window',
    },
  },
  Guardian: {
    'strategyLab.guardian.enabled': {
      type: 'boolean',
      default: true,
      text: "Show Guardian's findings as you type. The gate of a run judges the code in any case.",
      scope: 'resource',
    },
    'strategyLab.guardian.delay': {
      type: 'integer',
      default: 150,
      minimum: 0,
      maximum: 5000,
      text: 'Milliseconds of rest after a keystroke before the file is judged.',
      scope: 'resource',
    },
    'strategyLab.guardian.severity': {
      type: 'object',
      default: {},
      text: 'How findings are shown, by rule (`RSK001`), group (`RSK`) or `*`. This hides or recolours them in the editor only: what the gate refuses stays refused.',
      scope: 'resource',
      additionalProperties: { enum: ['error', 'warning', 'information', 'hint', 'off'] },
    },
  },
  Editor: {
    'strategyLab.codeLens.enabled': {
      type: 'boolean',
      default: true,
      text: 'Show backtest, Guardian state, last result and approval above a strategy.',
      scope: 'resource',
    },
    'strategyLab.failureMarks.enabled': {
      type: 'boolean',
      default: true,
      text: 'Mark the line at which the last run of a strategy failed, with the bar and its time.',
      scope: 'resource',
    },
  },
} as const satisfies Record<string, Record<string, SettingContribution>>;

type Sections = typeof settingSections;
export type SettingId = { [S in keyof Sections]: keyof Sections[S] }[keyof Sections] & string;

/** The pages that the user is led through once. */
export const walkthrough = {
  id: 'start',
  title: 'From an idea to a strategy you can trust',
  text: 'Take one idea through code, sandbox and an honest backtest to your own review.',
  steps: [
    {
      id: 'setup',
      title: 'See what is available',
      text: 'Strategies run in a sandbox. Docker with gVisor is the strongest; without Docker an interpreter gives previews.\n[Check Setup](command:strategyLab.checkSetup)',
      media: 'webviews/walkthrough/setup.md',
      completion: ['onCommand:strategyLab.checkSetup'],
    },
    {
      id: 'data',
      title: 'Bring market data',
      text: 'Import candles from a CSV or JSON file and see what is wrong with them, or begin with a synthetic market.\n[Import Data](command:strategyLab.importData)\n[Add Synthetic Market](command:strategyLab.addSyntheticMarket)',
      media: 'webviews/walkthrough/data.md',
      completion: ['onCommand:strategyLab.importData', 'onCommand:strategyLab.addSyntheticMarket'],
    },
    {
      id: 'idea',
      title: 'Say your idea',
      text: 'One sentence in English or Russian is enough: when to buy, when to sell, how to protect.\n[New Strategy from Idea](command:strategyLab.newStrategy)',
      media: 'webviews/walkthrough/idea.md',
      completion: ['onCommand:strategyLab.newStrategy'],
    },
    {
      id: 'review',
      title: 'Review, and decide',
      text: 'Look at the report: warnings first, in-sample beside out-of-sample. Then approve, fix, reject or roll back.\n[Open Last Report](command:strategyLab.openLastReport)',
      media: 'webviews/walkthrough/review.md',
      completion: ['onCommand:strategyLab.openLastReport', 'onCommand:strategyLab.openBacktest'],
    },
    {
      id: 'write',
      title: 'Write your own',
      text: 'A strategy is one file. Guardian judges it as you type; the lenses above it run it.\n[New Strategy File](command:strategyLab.newStrategyFile)',
      media: 'webviews/walkthrough/write.md',
      completion: ['onCommand:strategyLab.newStrategyFile'],
    },
  ],
} as const;

/** Types of panels, for the editor to restore them. */
export const panelTypes = { backtest: 'strategyLab.backtest', saga: 'strategyLab.saga' } as const;
