import { Command, CommanderError } from 'commander';
import { LabError } from '../contracts/errors.ts';
import { orderStates } from '../contracts/orderStates.ts';
import { overlayKinds, scenarioKinds } from '../contracts/scenario.ts';
import { exchangeIds } from '../market/download/exchanges.ts';
import { generateSteps } from '../pipelines/generate/contracts.ts';
import { type BacktestOptions, backtestCommand } from './backtestCommand.ts';
import {
  addCommonOptions,
  addIdentityOptions,
  addMarketOptions,
  addRedisOption,
  addRunOptions,
  type CommonOptions,
  type Verbs,
} from './commonOptions.ts';
import { dataCheckCommand, dataImportCommand, dataListCommand } from './dataCommands.ts';
import {
  dataResampleCommand,
  dataSessionsCommand,
  type ResampleOptions,
  type SessionOptions,
} from './dataDerivedCommands.ts';
import { type DownloadOptions, dataDownloadCommand } from './dataDownloadCommand.ts';
import { doctorCommand } from './doctorCommand.ts';
import { guardCommand } from './guardCommand.ts';
import type { MarketOptions } from './market.ts';
import { addMarketsOptions } from './markets.ts';
import { type GateOptions, gateCommand, type OptimizeOptions, optimizeCommand } from './optimizeCommand.ts';
import { type OrdersOptions, ordersCommand } from './ordersCommand.ts';
import { addQueueOptions, priorityCommand } from './queueOptions.ts';
import { type RegimesOptions, regimesCommand } from './regimesCommand.ts';
import { type ReplayOptions, replayCommand, replayModes } from './replayCommand.ts';
import {
  cancelCommand,
  decideCommand,
  defaultIdea,
  type FixOptions,
  type RunOptions,
  readPatch,
  resumeCommand,
  runCommand,
  showCommand,
  statusCommand,
} from './runCommands.ts';
import { sandboxAuditCommand } from './sandboxAuditCommand.ts';
import { sandboxForensicsCommand } from './sandboxForensicsCommand.ts';
import { type ScenarioOptions, scenarioCommand } from './scenarioCommand.ts';
import { addSearchOptions } from './searchOptions.ts';
import { addServingVerbs } from './servingVerbs.ts';
import { openSession, type Run, type Session, type Surroundings } from './session.ts';
import { sloCommand } from './sloCommand.ts';
import { type StatisticsArguments, statisticsCommand } from './statisticsCommand.ts';
import { addStressOptions, type StressOptions, stressCommand } from './stressCommand.ts';
import { Terminal } from './terminal.ts';
import { usageError } from './usageError.ts';
import { verifyCommand } from './verifyCommand.ts';
import { addWalkForwardOptions, type WalkForwardOptions, walkForwardCommand } from './walkForwardCommand.ts';

declare const __LAB_VERSION__: string;

interface StatusOptions {
  readonly slo?: boolean;
  readonly window?: string;
}

const collect = (value: string, values: readonly string[]): string[] => [...values, value];

/** Runs one command line and answers the exit code: 0 only on success. */
export async function runProgram(args: readonly string[], surroundings: Surroundings): Promise<number> {
  let exitCode = 0;
  // Known before the arguments are parsed, because a wrong argument is reported in this form too.
  const isJson = args.includes('--json');
  const terminal = new Terminal({ ...surroundings, json: isJson });
  const run =
    (work: (session: Session) => Promise<unknown>) =>
    async (options: CommonOptions): Promise<void> => {
      const session = openSession(terminal, options, surroundings);
      try {
        if ((await work(session)) === false) exitCode = 1;
      } finally {
        await session.close();
      }
    };
  try {
    await buildProgram(run, surroundings).parseAsync([...args], { from: 'user' });
  } catch (error) {
    // Help and version were asked for.
    if (error instanceof CommanderError) return error.exitCode;
    terminal.fail(error);
    if (!LabError.is(error) && surroundings.environment['STRATEGY_LAB_DEBUG'] !== undefined) {
      terminal.note(error instanceof Error ? (error.stack ?? '') : String(error));
    }
    return 1;
  }
  return exitCode;
}

/** Makes a command throw what was wrong with its line, in place of ending the process. */
function telling(command: Command, verb: string): Command {
  return command.exitOverride((error) => {
    throw error.exitCode === 0 ? error : usageError(error, verb);
  });
}

/** Makes verbs of a command, with what all of them take; `group` stands before their names. */
function verbsOf(command: Command, group: string): Verbs {
  return (usage, description) => {
    const [name = ''] = usage.split(' ', 1);
    return addCommonOptions(telling(command.command(usage), `${group}${name}`).description(description));
  };
}

function buildProgram(run: Run, { out, err }: Surroundings): Command {
  const program = new Command('strategy-lab')
    .description('From a trading idea to a reviewed, sandboxed, honestly backtested strategy.')
    .version(__LAB_VERSION__)
    .configureOutput({ writeOut: out, writeErr: err, outputError: () => undefined });
  telling(program, '');
  const verb = verbsOf(program, '');

  const runVerb = verb('run', 'take an idea through the pipeline, to the review gate');
  addQueueOptions(addRedisOption(addMarketsOptions(addRunOptions(runVerb))))
    .option('--idea <text>', `the idea, in English or Russian; default: "${defaultIdea}"`)
    .option(
      '--data <data>',
      'file or folder of candles, or hash of a set; default: a seeded synthetic market',
    )
    .option('--gates <steps>', `steps to wait after, of ${generateSteps.join(',')}, or none; default review`)
    .option('--metric <name>', 'metric that the search maximises', 'sharpe')
    .action((options: RunOptions & CommonOptions) =>
      run(async ({ lab, terminal, signal }) => runCommand(await lab(), terminal, options, signal))(options),
    );
  addMarketsOptions(addRunOptions(verb('backtest <strategy>', 'backtest a strategy file')))
    .requiredOption('--data <data>', "file or folder of candles, or the first digits of a set's hash")
    .option('--param <name=value>', 'value of a parameter; may be repeated', collect, [])
    .action((file: string, options: BacktestOptions & CommonOptions) =>
      run(async ({ lab, terminal, signal }) => backtestCommand(await lab(), terminal, file, options, signal))(
        options,
      ),
    );
  const optimize = verb('optimize <strategy>', 'search the parameters of a strategy file');
  addRedisOption(addSearchOptions(addMarketsOptions(addRunOptions(optimize))))
    .requiredOption('--data <file>', 'file of candles')
    .action((file: string, options: OptimizeOptions & CommonOptions) =>
      run(async ({ lab, terminal, signal }) => optimizeCommand(await lab(), terminal, file, options, signal))(
        options,
      ),
    );
  addStressOptions(
    addMarketsOptions(addRunOptions(verb('stress <strategy>', 'run a strategy file in other circumstances'))),
  ).action((file: string, options: StressOptions & CommonOptions) =>
    run(async ({ lab, terminal, signal }) => stressCommand(await lab(), terminal, file, options, signal))(
      options,
    ),
  );
  const walkForward = verb('walk-forward <strategy>', 'search, and judge it out of sample');
  addRedisOption(addWalkForwardOptions(addMarketsOptions(addRunOptions(walkForward)))).action(
    (file: string, options: WalkForwardOptions & CommonOptions) =>
      run(async ({ lab, terminal, signal }) =>
        walkForwardCommand(await lab(), terminal, file, options, signal),
      )(options),
  );
  verb('gate <id>', 'judge a run: is it more than luck, and did it hold on held-back data')
    .option('--least-dsr <probability>', 'least deflated Sharpe ratio; default 0.95')
    .option('--most-pbo <probability>', 'largest probability of overfitting; default 0.2')
    .option('--most-spa <probability>', 'largest p-value of superior predictive ability; default 0.05')
    .option('--median-path-above <ratio>', 'Sharpe ratio that the median path must exceed; default 0')
    .option('--least-trades <number>', 'fewest trades on the held-back part; default 10')
    .option('--least-delay-share <share>', 'least share of the return with a bar of delay; default 0.5')
    .option('--doubled-costs-above <fraction>', 'return to exceed at doubled costs; default 0')
    .action((id: string, options: GateOptions & CommonOptions) =>
      run(async ({ knownLab, terminal }) => gateCommand(await knownLab(), terminal, id, options))(options),
    );
  verb('guard <files...>', 'judge strategy files, and those in folders, by the Guardian rules').action(
    (files: string[], options: CommonOptions) =>
      run(({ terminal }) => guardCommand(terminal, files))(options),
  );
  addDataCommands(program, run);
  verb('statistics <file>', 'tell skill from luck in a CSV of returns, one strategy a column')
    .option('--trials <number>', 'how many strategies were tried in all; default: the columns')
    .option('--blocks <number>', 'blocks of the cross-validation, an even number; default 16')
    .option('--bootstrap <number>', 'resamples of the tests, 0 for none; default 1000')
    .option('--block-length <rows>', 'mean length of a resampled block; default: by the data')
    .option('--seed <number>', 'seed of the resamples; default 1')
    .option('--benchmark <sharpe>', 'Sharpe ratio per period to be above; default 0')
    .option('--against <column>', 'column that the others are compared with; default: cash')
    .action((file: string, options: StatisticsArguments & CommonOptions) =>
      run(({ terminal, signal }) => statisticsCommand(terminal, file, options, signal))(options),
    );
  addScenarioCommands(verb, run);
  verb('status', 'list the runs, or tell how well promises were kept')
    .option('--slo', 'availability, recovery, what was lost or duplicated, and how long steps took')
    .option('--window <time>', 'how far back --slo looks, such as 90m, 24h or 7d; default 24h')
    .action((options: StatusOptions & CommonOptions) =>
      run(async ({ knownLab, passingLab, terminal }) => {
        if (options.slo === true) return sloCommand(await knownLab(), terminal, options);
        if (options.window === undefined) return statusCommand(await passingLab(), terminal);
        throw new LabError('usage', `--window ${options.window} is for --slo alone.`, {
          action: 'Give --slo too, or leave --window out.',
        });
      })(options),
    );
  verb('show <id>', 'show a run with its evidence').action((id: string, options: CommonOptions) =>
    run(async ({ knownLab, terminal }) => showCommand(await knownLab(), terminal, id))(options),
  );
  verb('orders <id>', 'list what became of the orders of a run')
    .option('--state <state>', `one of ${orderStates.join(', ')}`)
    .option('--csv <file>', 'CSV file to write the events to')
    .action((id: string, options: OrdersOptions & CommonOptions) =>
      run(async ({ knownLab, terminal }) => ordersCommand(await knownLab(), terminal, id, options))(options),
    );
  addReplayCommands(verb, run);
  addDecisionCommands(verb, run);
  addRedisOption(verb('resume [id]', 'go on with an interrupted run, or with all')).action(
    (id: string | undefined, options: CommonOptions) =>
      run(async ({ knownLab, terminal, signal }) => resumeCommand(await knownLab(), terminal, id, signal))(
        options,
      ),
  );
  verb('priority <id> <number>', 'change how soon a run that waits in the queue has its turn').action(
    (id: string, number: string, options: CommonOptions) =>
      run(async ({ knownLab, terminal }) => priorityCommand(await knownLab(), terminal, id, number))(options),
  );
  addServingVerbs(verb, run);
  const sandbox = telling(program.command('sandbox'), 'sandbox').description('try what the sandboxes hold');
  const sandboxVerb = verbsOf(sandbox, 'sandbox ');
  sandboxVerb('audit', 'try the abuses of hostile code on the sandboxes of this machine').action(
    (options: CommonOptions) =>
      run(async ({ passingLab, terminal, signal }) =>
        sandboxAuditCommand(await passingLab(), terminal, signal),
      )(options),
  );
  sandboxVerb('forensics <id>', 'run the strategy of a run again under a trace of its system calls').action(
    (id: string, options: CommonOptions) =>
      run(async ({ knownLab, terminal, signal }) =>
        sandboxForensicsCommand(await knownLab(), terminal, id, signal),
      )(options),
  );
  verb('doctor', 'tell what is there, and what to do about what is not').action((options: CommonOptions) =>
    run(async ({ passingLab, terminal, signal }) => doctorCommand(await passingLab(), terminal, signal))(
      options,
    ),
  );
  return program;
}

function addDataCommands(program: Command, run: Run): void {
  const data = telling(program.command('data'), 'data').description('look at, import and list market data');
  const verb = verbsOf(data, 'data ');
  addMarketOptions(verb('check <files...>', 'report the quality of files of candles')).action(
    (files: string[], options: MarketOptions & CommonOptions) =>
      run(({ terminal, clock }) => dataCheckCommand(clock, terminal, files, options))(options),
  );
  addMarketOptions(
    verb('import <files...>', 'take files of candles, or folders of them, into the lab'),
  ).action((files: string[], options: MarketOptions & CommonOptions) =>
    run(async ({ lab, terminal }) => dataImportCommand(await lab(), terminal, files, options))(options),
  );
  verb('download', 'load closed candles of an exchange into the lab')
    .requiredOption('--exchange <name>', `one of ${exchangeIds.join(', ')}`)
    .requiredOption('--symbol <symbol>', 'such as BTC/USDT')
    .requiredOption('--timeframe <timeframe>', 'such as 1h')
    .requiredOption('--from <date>', 'first bar or day, UTC')
    .option('--to <date>', 'last bar or day, included, UTC; default: the last bar that has closed')
    .action((options: DownloadOptions & CommonOptions) =>
      run(async ({ lab, terminal, signal }) => dataDownloadCommand(await lab(), terminal, options, signal))(
        options,
      ),
    );
  addIdentityOptions(verb('resample <data>', 'make bars of a higher timeframe'))
    .requiredOption('--timeframe <timeframe>', 'such as 4h')
    .action((data: string, options: ResampleOptions & CommonOptions) =>
      run(async ({ labFor, terminal }) => dataResampleCommand(await labFor(data), terminal, data, options))(
        options,
      ),
    );
  addIdentityOptions(verb('sessions <data>', 'split bars into sessions'))
    .option('--open <time>', 'when a session opens, such as 09:30')
    .option('--close <time>', 'when it closes; on the next day where that is not after its open')
    .option('--zone <name>', 'time zone of these times, such as America/New_York; default UTC')
    .option('--days <days>', 'days on which sessions open; default mon-fri')
    .option('--every <what>', 'in place of hours: day or week, in UTC')
    .option('--keep', 'keep the bars inside the sessions as a set of their own')
    .action((data: string, options: SessionOptions & CommonOptions) =>
      run(async ({ labFor, terminal }) => dataSessionsCommand(await labFor(data), terminal, data, options))(
        options,
      ),
    );
  verb('list', 'list the data in the lab').action((options: CommonOptions) =>
    run(async ({ passingLab, terminal }) => dataListCommand(await passingLab(), terminal))(options),
  );
}

function addReplayCommands(verb: Verbs, run: Run): void {
  verb('replay <id>', 'run a backtest again and compare every byte, or walk through it bar by bar')
    .option('--mode <mode>', `one of ${replayModes.join(', ')}`, 'fast')
    .option('--speed <factor>', 'market time over real time, for --mode real-time; default 1')
    .option('--from <date>', 'first bar or day to walk through, UTC')
    .option('--to <date>', 'last bar or day, included, UTC')
    .action((id: string, options: ReplayOptions & CommonOptions) =>
      run(async ({ knownLab, terminal, signal, lines }) =>
        replayCommand(await knownLab(), terminal, id, options, { signal, lines }),
      )(options),
    );
  verb('verify <id>', 'tell which inputs of a backtest have changed; runs nothing').action(
    (id: string, options: CommonOptions) =>
      run(async ({ knownLab, terminal }) => verifyCommand(await knownLab(), terminal, id))(options),
  );
}

function addScenarioCommands(verb: Verbs, run: Run): void {
  addMarketOptions(verb('regimes', 'label a market with its regimes, or score the detector'))
    .option('--data <file>', 'file of candles')
    .option('--from <date>', 'first bar or day, UTC')
    .option('--to <date>', 'last bar or day, included, UTC')
    .option('--truth <file>', 'true regimes of the data, as scenario --labels writes them')
    .option('--score [paths]', 'score the detector on so many generated paths of each market; default 10')
    .option('--settle <bars>', 'bars after a switch that the second accuracy leaves out; default 10')
    .action((options: RegimesOptions & CommonOptions) =>
      run(({ terminal, clock }) => regimesCommand(clock, terminal, options))(options),
    );
  addMarketOptions(verb('scenario', 'generate a market, or lay a shock over a recorded one'))
    .requiredOption('--kind <kind>', `${scenarioKinds.join(', ')}; with --data: ${overlayKinds.join(', ')}`)
    .option('--data <file>', 'candles to lay the shock over; default: a generated market')
    .option('--from <date>', 'first bar or day of the data, UTC')
    .option('--to <date>', 'last bar or day of the data, included, UTC')
    .option('--seed <number>', 'seed of its chance; default 1')
    .option('--bars <number>', 'bars to generate; default 2000')
    .option('--price <price>', 'first price; default 100')
    .option('--start <date>', 'open of the first bar, UTC; default 2024-01-01')
    .option('--volatility <fraction>', 'usual volatility a year; default 0.6')
    .option('--drift <number>', 'mean log return a year; default 0')
    .option('--param <name=value>', "value of the kind's own; may be repeated", collect, [])
    .option('--out <file>', 'CSV file to write the candles to')
    .option('--labels <file>', 'CSV file to write the true regimes to')
    .option('--import', 'take the candles into the lab, marked as synthetic')
    .action((options: ScenarioOptions & CommonOptions) =>
      run(({ lab, terminal, clock }) => scenarioCommand(lab, clock, terminal, options))(options),
    );
}

interface DecisionOptions extends CommonOptions {
  readonly comment?: string;
  readonly at?: string;
}

function addDecisionCommands(verb: Verbs, run: Run): void {
  const decision = (usage: string, description: string): Command =>
    verb(usage, description)
      .option('--comment <text>', 'why')
      .option('--at <step>', 'the gate that is meant; refused when the run waits at another');
  const common = ({ comment, at }: DecisionOptions) => ({
    comment: comment ?? null,
    ...(at === undefined ? {} : { at }),
  });
  for (const action of ['approve', 'reject'] as const) {
    const description =
      action === 'approve' ? 'approve a run at its gate' : 'reject a run and undo its steps';
    decision(`${action} <id>`, description).action((id: string, options: DecisionOptions) =>
      run(async ({ knownLab, terminal, signal }) =>
        decideCommand(await knownLab(), terminal, id, { action, ...common(options) }, signal),
      )(options),
    );
  }
  verb('cancel <id>', 'end a run at any time: it stops, and its steps are undone')
    .option('--comment <text>', 'why')
    .action((id: string, options: DecisionOptions) =>
      run(async ({ knownLab, terminal, signal }) =>
        cancelCommand(await knownLab(), terminal, id, { comment: options.comment ?? null }, signal),
      )(options),
    );
  decision('fix <id>', 'change the idea or the strategy of a run at its gate')
    .option('--idea <text>', 'the changed idea')
    .option('--file <file>', 'the edited strategy file')
    .action((id: string, options: FixOptions & DecisionOptions) =>
      run(async ({ knownLab, terminal, signal }) => {
        const patch = await readPatch(options);
        const changed = { action: 'fix', patch, ...common(options) } as const;
        return decideCommand(await knownLab(), terminal, id, changed, signal);
      })(options),
    );
  decision('rollback <id>', 'go back to an earlier step and wait there')
    .requiredOption('--to <step>', `one of ${generateSteps.join(', ')}`)
    .action((id: string, options: DecisionOptions & { readonly to: string }) =>
      run(async ({ knownLab, terminal, signal }) =>
        decideCommand(
          await knownLab(),
          terminal,
          id,
          { action: 'rollback', to: options.to, ...common(options) },
          signal,
        ),
      )(options),
    );
}
