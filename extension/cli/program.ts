import { Command, CommanderError } from 'commander';
import { LabError } from '../contracts/errors.ts';
import type { Lab } from '../lab.ts';
import { labFolders } from '../labFolders.ts';
import { exchangeIds } from '../market/download/exchanges.ts';
import { generateSteps } from '../pipelines/generate/contracts.ts';
import { type BacktestOptions, backtestCommand } from './backtestCommand.ts';
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
import {
  decideCommand,
  defaultIdea,
  type FixOptions,
  type RunOptions,
  readPatch,
  resumeCommand,
  runCommand,
  showCommand,
  showNotices,
  statusCommand,
} from './runCommands.ts';
import { Terminal } from './terminal.ts';

declare const __LAB_VERSION__: string;

/** The world outside the program, passed in. */
export interface Surroundings {
  /** Folder of the build, with workers, runner and report assets. */
  readonly assets: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The folder the user stands in. */
  readonly folder: string;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly isScreen: boolean;
  readonly columns: number;
  readonly clock: () => number;
  readonly signal: AbortSignal;
}

interface CommonOptions {
  readonly json?: boolean;
  readonly lab?: string;
}

/** What a command gets; its answer is whether it succeeded, nothing means that it did. */
interface Session {
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
  readonly clock: () => number;
  /** Opens the lab on first use, so that commands without one leave no folder behind. */
  readonly lab: () => Promise<Lab>;
}

const collect = (value: string, values: readonly string[]): string[] => [...values, value];

function addCommonOptions(command: Command): Command {
  return command
    .option('--json', 'print one JSON document on stdout')
    .option('--lab <folder>', "the lab's folder; default .strategy-lab, or STRATEGY_LAB_HOME");
}

function addIdentityOptions(command: Command): Command {
  return command
    .option('--symbol <symbol>', 'symbol of the data, where the file does not tell')
    .option('--venue <venue>', 'venue of the data, where the file does not tell');
}

function addMarketOptions(command: Command): Command {
  return addIdentityOptions(command).option(
    '--timeframe <timeframe>',
    'timeframe of the data, where it cannot be found out',
  );
}

function addRunOptions(command: Command): Command {
  return addIdentityOptions(command)
    .option('--timeframe <timeframe>', 'timeframe to run at; shorter bars are resampled')
    .option('--from <date>', 'first bar or day, UTC')
    .option('--to <date>', 'last bar or day, included, UTC')
    .option('--cash <amount>', 'cash at the start; default 10000')
    .option('--fee <fraction>', 'fee of each fill; default 0.001 (0.1 %)')
    .option('--slippage <fraction>', 'slippage of market and stop orders; default 0.0005')
    .option('--quantity-step <units>', 'smallest step of a quantity; default 0 (any)')
    .option('--minimum-notional <amount>', 'smallest value of an order; default 0')
    .option('--seed <number>', "seed of the strategy's random(); default 1")
    .option('--level <level>', 'lowest isolation that will do: gvisor, container, namespaces or preview');
}

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
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return 0;
      const [message = ''] = error.message.replace(/^error: /, '').split('\n');
      terminal.fail(new LabError('usage', `${message}.`, { action: 'See strategy-lab --help.' }));
    } else {
      terminal.fail(error);
      if (!LabError.is(error) && surroundings.environment['STRATEGY_LAB_DEBUG'] !== undefined) {
        terminal.note(error instanceof Error ? (error.stack ?? '') : String(error));
      }
    }
    return 1;
  }
  return exitCode;
}

function openSession(terminal: Terminal, options: CommonOptions, surroundings: Surroundings) {
  const { environment, folder, clock, signal, assets } = surroundings;
  const folders = labFolders(folder, options.lab ?? environment['STRATEGY_LAB_HOME']);
  const dockerSocket = environment['STRATEGY_LAB_DOCKER_SOCKET'];
  const imageFile = environment['STRATEGY_LAB_IMAGE'];
  let lab: Promise<Lab> | undefined;
  return {
    terminal,
    signal,
    clock,
    lab() {
      // Loaded on first use: commands without a lab start without Docker's client and the rest.
      lab ??= import('../lab.ts').then(({ openLab, newShortId }) =>
        openLab({
          folder: folders.lab,
          strategiesFolder: folders.strategies,
          assets,
          clock,
          newId: newShortId,
          listener: showNotices(terminal),
          ...(dockerSocket === undefined ? {} : { dockerSocket }),
          ...(imageFile === undefined ? {} : { imageFile }),
        }),
      );
      return lab;
    },
    async close(): Promise<void> {
      await (await lab?.catch(() => undefined))?.close();
    },
  };
}

type Run = (work: (session: Session) => Promise<unknown>) => (options: CommonOptions) => Promise<void>;

function buildProgram(run: Run, { out, err }: Surroundings): Command {
  const program = new Command('strategy-lab')
    .description('From a trading idea to a reviewed, sandboxed, honestly backtested strategy.')
    .version(__LAB_VERSION__)
    .exitOverride()
    .configureOutput({ writeOut: out, writeErr: err, outputError: () => undefined });
  const verb = (usage: string, description: string): Command =>
    addCommonOptions(program.command(usage).description(description)).exitOverride();

  addRunOptions(verb('run', 'take an idea through the pipeline, to the review gate'))
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
  addRunOptions(verb('backtest <strategy>', 'backtest a strategy file'))
    .requiredOption('--data <data>', "file or folder of candles, or the first digits of a set's hash")
    .option('--param <name=value>', 'value of a parameter; may be repeated', collect, [])
    .action((file: string, options: BacktestOptions & CommonOptions) =>
      run(async ({ lab, terminal, signal }) => backtestCommand(await lab(), terminal, file, options, signal))(
        options,
      ),
    );
  verb('guard <files...>', 'judge strategy files by the Guardian rules').action(
    (files: string[], options: CommonOptions) =>
      run(({ terminal }) => guardCommand(terminal, files))(options),
  );
  addDataCommands(program, run);
  verb('status', 'list the runs').action((options: CommonOptions) =>
    run(async ({ lab, terminal }) => statusCommand(await lab(), terminal))(options),
  );
  verb('show <id>', 'show a run with its evidence').action((id: string, options: CommonOptions) =>
    run(async ({ lab, terminal }) => showCommand(await lab(), terminal, id))(options),
  );
  addDecisionCommands(verb, run);
  verb('resume [id]', 'go on with an interrupted run, or with all').action(
    (id: string | undefined, options: CommonOptions) =>
      run(async ({ lab, terminal, signal }) => resumeCommand(await lab(), terminal, id, signal))(options),
  );
  verb('doctor', 'tell what is there, and what to do about what is not').action((options: CommonOptions) =>
    run(async ({ lab, terminal, signal }) => doctorCommand(await lab(), terminal, signal))(options),
  );
  return program;
}

function addDataCommands(program: Command, run: Run): void {
  const data = program.command('data').description('look at, import and list market data').exitOverride();
  const verb = (usage: string, description: string): Command =>
    addCommonOptions(data.command(usage).description(description)).exitOverride();
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
      run(async ({ lab, terminal }) => dataResampleCommand(await lab(), terminal, data, options))(options),
    );
  addIdentityOptions(verb('sessions <data>', 'split bars into sessions'))
    .option('--open <time>', 'when a session opens, such as 09:30')
    .option('--close <time>', 'when it closes; on the next day where that is not after its open')
    .option('--zone <name>', 'time zone of these times, such as America/New_York; default UTC')
    .option('--days <days>', 'days on which sessions open; default mon-fri')
    .option('--every <what>', 'in place of hours: day or week, in UTC')
    .option('--keep', 'keep the bars inside the sessions as a set of their own')
    .action((data: string, options: SessionOptions & CommonOptions) =>
      run(async ({ lab, terminal }) => dataSessionsCommand(await lab(), terminal, data, options))(options),
    );
  verb('list', 'list the data in the lab').action((options: CommonOptions) =>
    run(async ({ lab, terminal }) => dataListCommand(await lab(), terminal))(options),
  );
}

interface DecisionOptions extends CommonOptions {
  readonly comment?: string;
  readonly at?: string;
}

function addDecisionCommands(verb: (usage: string, description: string) => Command, run: Run): void {
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
      run(async ({ lab, terminal, signal }) =>
        decideCommand(await lab(), terminal, id, { action, ...common(options) }, signal),
      )(options),
    );
  }
  decision('fix <id>', 'change the idea or the strategy of a run at its gate')
    .option('--idea <text>', 'the changed idea')
    .option('--file <file>', 'the edited strategy file')
    .action((id: string, options: FixOptions & DecisionOptions) =>
      run(async ({ lab, terminal, signal }) => {
        const patch = await readPatch(options);
        return decideCommand(await lab(), terminal, id, { action: 'fix', patch, ...common(options) }, signal);
      })(options),
    );
  decision('rollback <id>', 'go back to an earlier step and wait there')
    .requiredOption('--to <step>', `one of ${generateSteps.join(', ')}`)
    .action((id: string, options: DecisionOptions & { readonly to: string }) =>
      run(async ({ lab, terminal, signal }) =>
        decideCommand(
          await lab(),
          terminal,
          id,
          { action: 'rollback', to: options.to, ...common(options) },
          signal,
        ),
      )(options),
    );
}
