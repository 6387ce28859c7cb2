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
    'strategyLab.backtest.venue': {
      type: 'object',
      default: {},
      text: 'Further rules of the venue, by name: `makerFee`, `fixedFee`, `feeTiers`, `spread`, `volatilitySlippage`, `volumeSlippage`, `volumeLimit`, `latencyBars`, `priceStep`, `maximumQuantity`, `limitFills`, `positionMode`, `market`, `leverage`, `maintenanceMargin`, `liquidationFee`, `fundingRate`, `fundingHours`.',
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
    'strategyLab.backtest.periodsPerYear': {
      type: 'integer',
      default: 365,
      minimum: 1,
      maximum: 366,
      text: 'Days a year on which the market trades, for annual figures: `365`, or `252` where weekends are closed.',
      scope: 'resource',
    },
    'strategyLab.backtest.riskFreeRate': {
      type: 'number',
      default: 0,
      minimum: -0.5,
      maximum: 1,
      text: 'Return a year without risk, for Sharpe and alpha: `0.02` is 2 %.',
      scope: 'resource',
    },
    'strategyLab.backtest.targetReturn': {
      type: 'number',
      default: 0,
      minimum: -0.5,
      maximum: 1,
      text: 'Return a year that Sortino and Omega ask for: `0.05` is 5 %.',
      scope: 'resource',
    },
    'strategyLab.backtest.tailConfidence': {
      type: 'number',
      default: 0.95,
      minimum: 0.5,
      maximum: 0.999,
      text: 'Confidence of value at risk and expected shortfall: `0.95` looks at the worst 5 % of days.',
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
        { value: 'namespaces', text: 'Linux namespaces (bubblewrap): shares your kernel.' },
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
    'strategyLab.sandbox.runtimes': {
      type: 'string',
      default: '',
      text: 'OCI runtimes of Docker or Podman besides runsc and runc, by the names the daemon knows them by, separated by commas: `crun, kata`. What each isolates is found out, not believed.',
      scope: 'machine',
      isRestricted: true,
    },
    'strategyLab.sandbox.acceptMissingLimits': {
      type: 'string',
      default: '',
      text: 'Limits without which a sandbox is taken all the same, separated by commas: memory, processes, processor, network, files, time. The report of each run warns of them.',
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
      text: 'Runs at the same time. One test that you ask for yourself starts at once, besides one run or in place of one of several, which then goes on after it.',
      scope: 'window',
    },
    'strategyLab.runs.redis': {
      type: 'string',
      default: '',
      text: 'Address of a Redis server on which searches are shared with the machines that work for it (`strategy-lab worker --redis`), such as `redis://host:6379`; empty for none. One with a password goes into the environment variable STRATEGY_LAB_REDIS. Strategies and candles go over it, and this machine works on the searches of others, in containers. A lab that is busy takes it when the window is reloaded.',
      scope: 'machine',
      isRestricted: true,
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
  Instruments: {
    'strategyLab.tracing.endpoint': {
      type: 'string',
      default: '',
      text: 'Address of a collector of OpenTelemetry traces (OTLP over HTTP), such as `http://127.0.0.1:4318`; empty for no traces. A lab that is open takes it when the window is reloaded.',
      scope: 'machine',
      isRestricted: true,
    },
  },
  'Other Programs': {
    'strategyLab.api.port': {
      type: 'integer',
      default: 0,
      minimum: 0,
      maximum: 65_535,
      text: 'Port on which *Start API Server* listens to programs of this machine; `0` for a free one.',
      scope: 'machine',
      isRestricted: true,
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
