import type { SandboxSeen } from '../../sandbox/conversation.ts';
import { runTwice } from '../../sandbox/doubleRun.ts';
import { type PoolOptions, SandboxPool } from '../../sandbox/pool.ts';
import { type BackendChoice, type ChosenBackend, chooseBackend } from '../../sandbox/probe.ts';
import type { SandboxBackend, SandboxLimits } from '../../sandbox/sandbox.ts';
import { type RunOutcome, type RunRequest, runInSandbox } from '../../sandbox/session.ts';
import { ratesByBar } from '../backtest/funding.ts';
import type { SettledRun } from '../backtest/settlement.ts';
import { timesOf } from '../backtest/timeline.ts';
import type { BacktestResult, Refusals, RunSettings } from '../contracts/backtest.ts';
import type { RunCandles } from '../contracts/candles.ts';
import { LabError } from '../contracts/errors.ts';
import type { IsolationLevel, LimitName } from '../contracts/isolation.ts';
import type { SandboxReading } from '../contracts/observation.ts';
import type { SandboxAlert, SandboxRecord } from '../contracts/sandboxEvidence.ts';
import type { ParameterValues, StrategyDescription, StrategyPlot } from '../contracts/strategy.ts';
import type { StrategyLanguage, StrategySource } from '../contracts/strategyLanguage.ts';
import { checkFunding, marketsOf } from '../market/runCandles.ts';
import { recordOf, sandboxAlarm } from './sandboxAlarm.ts';

export interface StrategyRunRequest {
  readonly source: StrategySource;
  readonly candles: RunCandles;
  readonly settings: RunSettings;
  /** The parameter sets to run, at least one. Values that are left out are the strategy's defaults. */
  readonly sets: readonly ParameterValues[];
  /** Lowest level of isolation that will do; the strongest that is there is taken. */
  readonly minimumLevel: IsolationLevel;
  /** Name of the backend to take where it is there, also where a stronger one is. */
  readonly backend?: string;
  /** Whether to run again with other chunk borders and demand the same intents. */
  readonly twice: boolean;
  /** Bar before which `next` is not called: the run begins flat there, its indicators warm. 0 if left out. */
  readonly firstBar?: number;
  /** Whether to bring what the strategy plots; of a run of many parameter sets, that of the first. */
  readonly plots?: boolean;
  /** Whether to bring what a run that is made once asks for; of one that is made twice it comes anyway. */
  readonly intents?: boolean;
  /** Hears at once of a sandbox that did what no honest strategy does, before the run fails for it. */
  readonly alert: (alert: SandboxAlert) => Promise<void>;
  readonly signal: AbortSignal;
  /** `fraction` from 0 to 1. */
  readonly progress: (fraction: number, text: string) => void;
}

/** What came of running a strategy in a sandbox, one settled run a parameter set. */
export interface StrategyRun {
  readonly description: StrategyDescription;
  readonly sets: readonly ParameterValues[];
  readonly runs: readonly SettledRun[];
  /** What the first set asked for, rows of intents in their order; none where the request did not ask. */
  readonly intents: readonly Float64Array[];
  /** Bars each set waited before its first `next`. */
  readonly warmUps: readonly number[];
  readonly isolation: BacktestResult['isolation'];
  readonly sandbox: SandboxRecord;
  readonly doubleRun: BacktestResult['doubleRun'];
  readonly engineHash: string;
  readonly runtime: string;
  readonly log: readonly string[];
  /** What the strategy was refused by the sandbox. */
  readonly refusals: Refusals;
  /** What the strategy plots with the first parameter set, in its order; empty where the request did not ask. */
  readonly plots: readonly StrategyPlot[];
  /** Names of the plots that are left out because the run has too many bars to keep them all. */
  readonly plotsLeftOut: readonly string[];
}

export interface StrategyRunnerOptions {
  readonly backends: readonly SandboxBackend[];
  readonly limits: SandboxLimits;
  /** SHA-256 of what the runner of each language holds, as this lab was built. */
  readonly engineHashes: Readonly<Record<StrategyLanguage, string>>;
  readonly newNonce: () => Uint8Array;
  /** Sandboxes that a search may have at work at one time; 1 if left out. */
  readonly sandboxesAtOnce?: number;
  /** How long sandboxes are kept ready for the next run, in milliseconds; not at all if left out. */
  readonly keepSandboxesMilliseconds?: number;
  /** Limits without which a sandbox is taken all the same; none if left out. */
  readonly acceptMissingLimits?: readonly LimitName[];
  /** Hears of each sandbox that a run got, as the pool does. */
  readonly onSandboxStarted?: PoolOptions['onServed'];
}

/** Borders of the check run: mixed by a fixed seed, so that a result names no chance of its own. */
const checkSeed = 1;
const label = 'strategy';
const sandboxesOfDoubleRun = 2;

interface ChosenAhead {
  readonly minimumLevel: IsolationLevel;
  readonly language: StrategyLanguage;
  readonly chosen: Promise<ChosenBackend>;
  /** What has been said of the making so far, and who is to hear of it from now on. */
  announced?: string;
  announce?: (text: string) => void;
}

/** Runs strategies in the strongest sandbox that is there. */
export class StrategyRunner {
  readonly #options: StrategyRunnerOptions;
  readonly #pool: SandboxPool;
  readonly #closing = new AbortController();
  /** The backend that was chosen ahead of a run, for the first run that asks for its level. */
  #ahead: ChosenAhead | undefined;

  constructor(options: StrategyRunnerOptions) {
    this.#options = options;
    this.#pool = new SandboxPool({
      limits: options.limits,
      label,
      keepMilliseconds: options.keepSandboxesMilliseconds ?? 0,
      mostReady: Math.max(sandboxesOfDoubleRun, options.sandboxesAtOnce ?? 1),
      ...(options.onSandboxStarted && { onServed: options.onSandboxStarted }),
    });
  }

  /**
   * Starts the two sandboxes of a double run, so that they are there when its data has been read. What goes
   * wrong is left for the run to meet.
   */
  startAhead(minimumLevel: IsolationLevel, language: StrategyLanguage, signal: AbortSignal): void {
    const stop = AbortSignal.any([signal, this.#closing.signal]);
    const announce = (text: string): void => {
      ahead.announced = text;
      ahead.announce?.(text);
    };
    const ahead: ChosenAhead = {
      minimumLevel,
      language,
      chosen: this.#chooseOf(this.#options.backends, {
        minimum: minimumLevel,
        language,
        signal: stop,
        announce,
      }),
    };
    this.#ahead = ahead;
    ahead.chosen.then(
      ({ backend }) => {
        if (!stop.aborted) this.#pool.start(backend, { language }, sandboxesOfDoubleRun);
      },
      () => undefined,
    );
  }

  /** Sandboxes that a search may have at work at one time. */
  get sandboxesAtOnce(): number {
    return this.#options.sandboxesAtOnce ?? 1;
  }

  /** Sandboxes that serve a run, and those that wait for one. */
  get sandboxes(): SandboxReading {
    return { active: this.#pool.inUse, pooled: this.#pool.ready };
  }

  /** Removes the sandboxes that stand ready and served no run. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#ahead?.chosen.catch(() => undefined);
    await this.#pool.close();
  }

  /** @throws LabError `sandbox.*`, `strategy.*`, `cancelled` */
  async run(request: StrategyRunRequest): Promise<StrategyRun> {
    const { limits, engineHashes, newNonce } = this.#options;
    const { text, language } = request.source;
    const engineHash = engineHashes[language];
    const { backend, status } = await this.#choose(request);
    const { timeframe } = request.candles;
    const markets = marketsOf(request.candles).map((columns) => {
      const { symbol, finer, funding } = columns;
      return {
        symbol,
        columns,
        ...(finer !== undefined && { finer }),
        ...(funding !== undefined && { funding: ratesByBar(columns.time, funding) }),
      };
    });
    const isolation = { level: status.level, backend: backend.name, limits: status.limits };
    checkFunding(request.candles, request.settings);
    const bars = timesOf(markets);
    const sandboxed: RunRequest = {
      backend: this.#pool.over(backend),
      engineHash,
      label,
      source: text,
      language,
      markets,
      timeframe,
      settings: request.settings,
      sets: request.sets,
      plots: request.plots ?? false,
      firstBar: request.firstBar ?? 0,
      limits,
      newNonce,
      signal: request.signal,
      onFailure: sandboxAlarm(isolation, request.alert),
      onProgress: (done) => request.progress(done / bars, `${done} of ${bars} bars`),
    };
    let outcome: RunOutcome;
    let doubleRun: BacktestResult['doubleRun'];
    let intents: readonly Float64Array[] = [];
    let seen: readonly SandboxSeen[];
    try {
      if (request.twice) {
        const twice = await runTwice(sandboxed, checkSeed);
        outcome = twice;
        seen = twice.bothSeen;
        intents = twice.intents;
        doubleRun = { verdict: 'identical', chunks: [...twice.chunkCounts] };
      } else {
        const collected: Float64Array[] = [];
        outcome = await runInSandbox(
          sandboxed,
          request.intents
            ? ([answer]) => collected.push(...(answer === undefined ? [] : [answer.rows]))
            : undefined,
        );
        intents = collected;
        seen = [outcome.seen];
        doubleRun = { verdict: 'not-run', chunks: [outcome.chunks.length] };
      }
    } catch (error) {
      throw missesMarket(error, text) ? withMarketsHint(error, markets.length) : error;
    }
    const { description, runtime, sets, log, logDropped, refusals, plots, plotsLeftOut } = outcome;
    return {
      description,
      sets: sets.map(({ params }) => params),
      runs: sets.map(({ settled }) => settled),
      intents,
      warmUps: sets.map(({ warmUp }) => warmUp),
      isolation,
      sandbox: recordOf(seen, logDropped),
      doubleRun,
      engineHash,
      runtime,
      log,
      refusals,
      plots,
      plotsLeftOut,
    };
  }

  async #choose(request: StrategyRunRequest): Promise<ChosenBackend> {
    const { backend, minimumLevel, signal, progress } = request;
    const { language } = request.source;
    const { backends } = this.#options;
    const announce = (text: string): void => progress(0, text);
    const ahead = this.#ahead;
    if (backend === undefined && ahead?.minimumLevel === minimumLevel && ahead.language === language) {
      this.#ahead = undefined;
      ahead.announce = announce;
      if (ahead.announced !== undefined) announce(ahead.announced);
      const chosen = await ahead.chosen.catch(() => null);
      if (chosen !== null) return chosen;
    }
    const wish = { minimum: minimumLevel, language, signal, announce };
    const wanted = backends.filter(({ name }) => name === backend);
    if (wanted.length > 0) {
      try {
        return await this.#chooseOf(wanted, wish);
      } catch (error) {
        if (!LabError.is(error, 'sandbox.level')) throw error;
      }
    }
    return this.#chooseOf(backends, wish);
  }

  #chooseOf(
    backends: readonly SandboxBackend[],
    wish: Omit<BackendChoice, 'backends' | 'acceptMissingLimits'>,
  ): Promise<ChosenBackend> {
    const { acceptMissingLimits = [] } = this.#options;
    return chooseBackend({ ...wish, backends, acceptMissingLimits });
  }
}

/** Whether a strategy that deals with several markets stumbled over something that is not there. */
function missesMarket(error: unknown, source: string): error is LabError {
  return (
    LabError.is(error, 'strategy.threw') &&
    /\b(undefined|IndexError)\b/.test(error.message) &&
    /\bmarkets\b/.test(source)
  );
}

function withMarketsHint({ message, action = '', place, cause }: LabError, markets: number): LabError {
  const has = markets === 1 ? 'one market' : `${markets} markets`;
  return new LabError('strategy.threw', message, {
    action: `${action} The run has ${has}: a strategy for more needs the data of each (--also FILE, or Choose Data in the editor).`,
    ...(place === undefined ? {} : { place }),
    cause,
  });
}
