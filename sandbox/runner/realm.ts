import { readBlock } from '../../extension/backtest/barsBlock.ts';
import { NextError, StrategySession } from '../../extension/backtest/session.ts';
import {
  type AnyStrategy,
  requireStrategy,
  StrategyShapeError,
  strategyModule,
} from '../../extension/backtest/strategyApi.ts';
import type { RunSettings } from '../../extension/contracts/backtest.ts';
import type { ParameterValues } from '../../extension/contracts/strategy.ts';
import type { Timeframe } from '../../extension/contracts/timeframes.ts';
import { hardenRealm } from './harden.ts';
import { placeOf, Refusals } from './refusals.ts';

/**
 * The inside of a sandbox realm: engine, strategy API and strategy live here together. Only numbers,
 * strings and arrays made here cross to the driver, and nothing here throws at it.
 */
export interface Guest {
  /** Takes the strategy's module function; answers `{"ok":true,...}` or a failure as JSON. */
  load(moduleFunction: (lab: typeof strategyModule) => unknown): string;
  /** Starts one run; answers `{"ok":true,"warmUp":n,"plots":[...]}` or a failure as JSON. */
  begin(request: string): string;
  /** Room for a block of bars of `length` numbers, as extension/backtest/barsBlock.ts has it. */
  allocate(length: number): Float64Array;
  /** Runs over the bars just written there; answers the number of intents, or -1 after a failure. */
  feed(): number;
  /** The intents of the last feed. */
  intents(): Float64Array;
  /** The plotted values of the last feed, plot after plot, of a run that records them. */
  plots(): Float64Array;
  fills(): number;
  fillHashHigh(): number;
  fillHashLow(): number;
  failure(): string;
  /** The log as a JSON array of strings. */
  log(): string;
  logDropped(): number;
  /** What the strategy was refused so far, as a JSON array of `Refusal`, and how often in all. */
  refusals(): string;
  refused(): number;
}

interface BeginRequest {
  readonly settings: RunSettings;
  readonly symbols: readonly string[];
  readonly timeframe: Timeframe;
  readonly params: ParameterValues;
  readonly firstBar: number;
  readonly intentsPerBar: number;
  readonly logBytes: number;
  readonly recordPlots: boolean;
}

type Phase = 'module' | 'setup' | 'next';

const maximumMessage = 1000;

/**
 * Letters that a description may have, as JSON. It is counted here, because some hundred megabytes of it
 * bring down the driver that parses them, and in a worker thread the whole host with it.
 */
const longestDescription = 100_000;

/** Hardens the realm and returns what its driver talks to. */
export function createGuest(): Guest {
  const refusals = new Refusals();
  hardenRealm(refusals);
  let strategy: AnyStrategy | undefined;
  let session: StrategySession | undefined;
  let buffer = new Float64Array(0);
  let failure = '';
  let lines: string[] = [];
  let logRoom = 0;
  let dropped = 0;

  const log = (message: unknown): void => {
    const line = textOf(message);
    // One more for the line's end, so that empty lines fill the log too.
    logRoom -= line.length + 1;
    if (logRoom < 0) dropped++;
    else lines.push(line);
  };

  return {
    load(moduleFunction) {
      // A realm may have held a strategy of ours before, for a rehearsal.
      session = undefined;
      failure = '';
      try {
        strategy = requireStrategy(moduleFunction(strategyModule));
        const answer = JSON.stringify({
          ok: true,
          description: { name: strategy.name, params: strategy.params ?? {} },
        });
        if (answer.length > longestDescription) {
          throw new StrategyShapeError('name and params of the strategy are too long');
        }
        return answer;
      } catch (error) {
        return describeFailure('module', error);
      }
    },
    begin(request) {
      const { logBytes, ...options } = JSON.parse(request) as BeginRequest;
      lines = [];
      logRoom = logBytes;
      try {
        if (strategy === undefined) throw new Error('no strategy is loaded');
        session = new StrategySession(strategy, {
          ...options,
          log,
          onRefused: (what) => refusals.note(what),
        });
        return JSON.stringify({ ok: true, warmUp: session.warmUp, plots: session.plots.declarations });
      } catch (error) {
        return describeFailure('setup', error);
      }
    },
    allocate(length) {
      if (buffer.length !== length) buffer = new Float64Array(length);
      return buffer;
    },
    feed() {
      if (session === undefined) {
        failure = describeFailure('next', new Error('the run has not begun'));
        return -1;
      }
      session.intents.clear();
      try {
        session.feed(readBlock(buffer));
        return session.intents.rows;
      } catch (error) {
        failure =
          error instanceof NextError
            ? describeFailure('next', error.cause, error.bar, error.time)
            : describeFailure('next', error);
        return -1;
      }
    },
    intents: () => session?.intents.used ?? new Float64Array(0),
    plots: () => session?.plots.values ?? new Float64Array(0),
    fills: () => session?.portfolio.fills ?? 0,
    fillHashHigh: () => session?.portfolio.hash.high ?? 0,
    fillHashLow: () => session?.portfolio.hash.low ?? 0,
    failure: () => failure,
    log: () => JSON.stringify(lines),
    logDropped: () => dropped,
    refusals: () => JSON.stringify(refusals.list),
    refused: () => refusals.total,
  };
}

/** What a strategy threw or logged may be anything, hostile getters included. */
function textOf(value: unknown): string {
  try {
    return String(value).slice(0, maximumMessage);
  } catch {
    return 'a value that cannot be shown';
  }
}

function describeFailure(
  phase: Phase,
  error: unknown,
  bar: number | null = null,
  time: number | null = null,
) {
  let message = textOf(error);
  let line: number | null = null;
  let column: number | null = null;
  let isOrder = false;
  try {
    if (error instanceof Error) {
      isOrder = error.name === 'OrderError';
      message = textOf(error.message);
      ({ line, column } = placeOf(error));
    }
  } catch {
    // A name, message or stack with a throwing getter: what was read before stands.
  }
  return JSON.stringify({ ok: false, phase, message, line, column, bar, time, isOrder });
}
