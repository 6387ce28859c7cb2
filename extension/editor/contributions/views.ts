/*
 * What the extension contributes to the editor, as typed tables: package.json and its texts are made from
 * the tables of this folder (`npm run manifest`), and code names commands, settings, context keys and views
 * by them alone. Text is English here; translations stand beside package.json.
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
        text: 'No market data yet. Import candles from CSV, JSON, Parquet, Feather or ZIP, or try a synthetic market first.\n[Import Data](command:strategyLab.importData)\n[Add Synthetic Market](command:strategyLab.addSyntheticMarket)',
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
  /** Whether somebody holds back what waits in the queue. */
  'strategyLab.queuePaused': boolean;
  /** Runs whose backtest is done. */
  'strategyLab.reports': number;
  /** Whether this window serves programs. */
  'strategyLab.apiServer': boolean;
}

export type ContextKey = keyof ContextKeys;

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
      text: 'Import candles from CSV, JSON, Parquet, Feather or ZIP, and see what is wrong with them, or begin with a synthetic market.\n[Import Data](command:strategyLab.importData)\n[Add Synthetic Market](command:strategyLab.addSyntheticMarket)',
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
export const panelTypes = {
  backtest: 'strategyLab.backtest',
  saga: 'strategyLab.saga',
  dashboard: 'strategyLab.dashboard',
} as const;
