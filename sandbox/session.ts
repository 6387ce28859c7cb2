import type * as z from 'zod';
import { maximumPlots } from '../extension/backtest/rules.ts';
import { type SettledMarket, type SettledRun, Settlement } from '../extension/backtest/settlement.ts';
import type { Refusals, RunSettings } from '../extension/contracts/backtest.ts';
import { LabError } from '../extension/contracts/errors.ts';
import type { ParameterValues, StrategyDescription, StrategyPlot } from '../extension/contracts/strategy.ts';
import type { StrategyLanguage } from '../extension/contracts/strategyLanguage.ts';
import type { Timeframe } from '../extension/contracts/timeframes.ts';
import { readIntents, readText, requireType, type SetAnswer } from './answers.ts';
import { fewChunks, steadyChunks } from './chunkPlan.ts';
import { Conversation, type SandboxSeen } from './conversation.ts';
import { cleanText, failError, fillsError, protocolError } from './failures.ts';
import {
  doneSchema,
  encodeFrame,
  encodeJsonFrame,
  endPayload,
  type Frame,
  type FrameType,
  failSchema,
  frameTypes,
  type Hello,
  protocolVersion,
  readySchema,
  type Start,
  startedSchema,
} from './frames.ts';
import { cleanDescription, completeParameters } from './parameters.ts';
import { PlotCollection } from './plotCollection.ts';
import { RunBars } from './runBars.ts';
import { longestRefusal } from './runner/refusals.ts';
import { defaultLimits, type SandboxBackend, type SandboxLimits } from './sandbox.ts';
import { SettlementQueue } from './settlementQueue.ts';

const logBytes = 65_536;
const intentsPerBar = 16;
const longestLogLine = 1000;
/** Parameter sets that go over the bars together: each has a realm of some megabytes. */
const setsPerPass = 32;
/** Bytes of a strategy's file. Parsers take some hundred times as much, and V8 ends the process at its own bounds. */
const longestSource = 1_048_576;

export interface RunMarket extends SettledMarket {
  readonly symbol: string;
}

export interface RunRequest {
  readonly backend: SandboxBackend;
  /** SHA-256 of this host's realm bundle, to tell a forged runner from an old one. */
  readonly engineHash: string;
  /** Part of the sandbox's name: lower-case letters, digits and hyphens, at most 40. */
  readonly label: string;
  /** The strategy's file as its author wrote it. */
  readonly source: string;
  /** JavaScript where left out. */
  readonly language?: StrategyLanguage;
  /** At least one, in the order in which the strategy gets them. */
  readonly markets: readonly RunMarket[];
  readonly timeframe: Timeframe;
  readonly settings: RunSettings;
  /** The parameter sets to run, at least one. Values that are left out are the strategy's defaults. */
  readonly sets: readonly ParameterValues[];
  /** Bar before which `next` is not called: the run begins flat there, its indicators warm. 0 if left out. */
  readonly firstBar?: number;
  /**
   * Sizes of the chunks; their sum is the number of times. Equal chunks where none is given. A function gets
   * whether the strategy computes all orders of a chunk at once.
   */
  readonly chunks?: readonly number[] | ((isVectorised: boolean) => readonly number[]);
  /** Whether to bring what the first parameter set plots. */
  readonly plots?: boolean;
  readonly limits?: SandboxLimits;
  /** 16 random bytes: what a frame of this run proves itself with. */
  readonly newNonce: () => Uint8Array;
  readonly signal: AbortSignal;
  /** Hears what the strategy declares, before its orders; throws to end the run. */
  readonly onDescribed?: (description: StrategyDescription) => void;
  readonly onProgress?: (bars: number) => void;
  /** Hears of a failure once its sandbox is gone, before it is thrown. */
  readonly onFailure?: (error: LabError, seen: SandboxSeen) => Promise<void>;
}

/** One parameter set's run, settled by the host. */
export interface SetRun {
  readonly params: ParameterValues;
  /** Bars before the first call of `next`, as the sandbox reports it. */
  readonly warmUp: number;
  readonly settled: SettledRun;
  readonly fills: number;
}

export interface RunOutcome {
  readonly description: StrategyDescription;
  /** Engine that ran the strategy, as the sandbox reports it. */
  readonly runtime: string;
  readonly sets: readonly SetRun[];
  readonly chunks: readonly number[];
  /** The log of the strategy; kept for a run of one set only. */
  readonly log: readonly string[];
  readonly logDropped: number;
  /** What the strategy was refused, in all passes and sets; those of the first set one by one. */
  readonly refusals: Refusals;
  /** What the first set plots; none where it was not asked for. */
  readonly plots: readonly StrategyPlot[];
  /** Names of the plots that were left out for their number of values. */
  readonly plotsLeftOut: readonly string[];
  readonly seen: SandboxSeen;
}

/** Looks at the checked intents of each chunk before they are settled; throws to end the run. */
export type IntentsObserver = (answers: readonly SetAnswer[], from: number, to: number) => void;

/**
 * Runs a strategy in a fresh sandbox over all bars, with commit before reveal, and settles its intents
 * with the host's own engine. The sandbox is gone when this returns or throws.
 * @throws LabError `strategy.*` for what the strategy did, `sandbox.*` for what the sandbox did, `cancelled`
 */
export async function runInSandbox(request: RunRequest, observe?: IntentsObserver): Promise<RunOutcome> {
  if (request.markets.some(({ columns }) => columns.time.length === 0))
    throw new LabError('data.empty', 'There are no bars to run a strategy on.');
  if (Buffer.byteLength(request.source) > longestSource) {
    throw new LabError('strategy.syntax', 'The strategy is longer than 1 MB.', {
      action: 'Keep data out of the source: a strategy gets its bars from the lab.',
    });
  }
  if (request.sets.length === 0) throw new LabError('usage', 'No parameter set was given to run.');
  const { limits = defaultLimits, sets, language = 'javascript', label, signal } = request;
  const options = { limits, label, manySets: sets.length > 1, language, signal };
  const conversation = await Conversation.open(request.backend, options);
  try {
    const outcome = await new Run(request, conversation, observe).complete();
    await conversation.finish();
    await conversation.close();
    return { ...outcome, seen: await conversation.seen() };
  } catch (error) {
    if (LabError.is(error)) conversation.refuse(error);
    // A removal that fails must not hide why the run failed.
    await conversation.close().catch(() => undefined);
    if (LabError.is(error)) await request.onFailure?.(error, await conversation.seen());
    throw error;
  }
}

/** What a strategy is, as its sandbox says, and the parameter sets of the run with its defaults. */
interface Described {
  readonly description: StrategyDescription;
  readonly runtime: string;
  readonly engineHash: string;
  readonly isVectorised: boolean;
  readonly sets: readonly ParameterValues[];
}

interface Started {
  readonly warmups: readonly number[];
  readonly plots: PlotCollection;
}

/** A pass over the bars that was asked for. */
interface Begun {
  readonly chunks: readonly number[];
  readonly started: Promise<Started>;
  readonly firstBars: Promise<Frame>;
}

/** What one pass over the bars gave. */
interface Pass {
  readonly runs: readonly SetRun[];
  readonly chunks: readonly number[];
  readonly log: readonly string[];
  readonly logDropped: number;
  readonly refusals: Refusals;
  readonly plots: PlotCollection;
}

/** The steps of one run, in the order of the protocol. */
class Run {
  readonly #request: RunRequest;
  readonly #conversation: Conversation;
  readonly #observe: IntentsObserver | undefined;
  readonly #bars: RunBars;
  readonly #nonce: string;
  readonly #nonceBytes: Uint8Array;

  constructor(request: RunRequest, conversation: Conversation, observe: IntentsObserver | undefined) {
    this.#request = request;
    this.#conversation = conversation;
    this.#observe = observe;
    this.#bars = new RunBars(request.markets);
    this.#nonceBytes = request.newNonce();
    this.#nonce = Buffer.from(this.#nonceBytes).toString('hex');
  }

  async complete(): Promise<Omit<RunOutcome, 'seen'>> {
    const { sets, language } = this.#request;
    const describing = this.#describe();
    // What strategies in Python declare decides on their chunks. All else goes out with the source.
    let described = language === 'python' ? await describing : undefined;
    const runs: SetRun[] = [];
    let last: Pass | undefined;
    let refused = 0;
    let firstRefusals: Refusals['first'] = [];
    for (let from = 0; from < sets.length; from += setsPerPass) {
      const to = Math.min(from + setsPerPass, sets.length);
      const begun = this.#begin(sets.slice(from, to), described?.isVectorised ?? false, from === 0);
      described ??= await describing;
      last = await this.#pass(begun, described.sets.slice(from, to), described.engineHash, to < sets.length);
      runs.push(...last.runs);
      refused += last.refusals.total;
      if (from === 0) firstRefusals = last.refusals.first;
    }
    const { chunks, log, logDropped, plots } = last as Pass;
    const { description, runtime } = described as Described;
    return {
      description,
      runtime,
      sets: runs,
      chunks,
      log: log.map((line) => cleanText(line, longestLogLine)),
      logDropped,
      refusals: { total: refused, first: firstRefusals },
      plots: plots.plots,
      plotsLeftOut: plots.leftOut,
    };
  }

  /** What a pass over the bars begins with, a realm for each of `sets`; it waits for no answer. */
  #begin(sets: readonly ParameterValues[], isVectorised: boolean, isFirst: boolean): Begun {
    const chunks = this.#chunks(isVectorised, sets.length);
    const started = this.#start(sets, isFirst);
    // Their answer can come in one piece with the one that tells how many plots it holds.
    const mostPlots = isFirst && this.#request.plots === true ? maximumPlots : 0;
    const firstBars = this.#askBars(0, chunks[0] ?? 0, mostPlots);
    // What fails first is told by who waits for it first.
    for (const answer of [started, firstBars]) answer.catch(() => undefined);
    return { chunks, started, firstBars };
  }

  async #pass(
    { chunks, started, firstBars }: Begun,
    sets: readonly ParameterValues[],
    engineHash: string,
    hasMore: boolean,
  ): Promise<Pass> {
    const { settings, markets, timeframe } = this.#request;
    const settlements = sets.map(() => new Settlement(settings, markets, timeframe, this.#bars.timeline));
    const { warmups, plots } = await started;
    await this.#feedAll(firstBars, chunks, settlements, plots, engineHash);
    const { log, logDropped, refusals, refused } = await this.#end(hasMore);
    const runs = sets.map((params, set): SetRun => {
      const settlement = settlements[set] as Settlement;
      return { params, warmUp: warmups[set] ?? 0, settled: settlement.finish(), fills: settlement.fills };
    });
    const first = refusals.map((refusal) => ({ ...refusal, what: cleanText(refusal.what, longestRefusal) }));
    return { runs, chunks, log, logDropped, refusals: { total: refused, first }, plots };
  }

  #chunks(isVectorised: boolean, sets: number): readonly number[] {
    const { chunks } = this.#request;
    const chosen =
      typeof chunks === 'function'
        ? chunks(isVectorised)
        : (chunks ?? (isVectorised ? fewChunks(this.#bars.times) : steadyChunks(this.#bars.times, sets)));
    if (chosen.reduce((sum, size) => sum + size, 0) !== this.#bars.times) {
      throw new RangeError(`the chunks do not add up to ${this.#bars.times} times`);
    }
    return chosen;
  }

  async #describe(): Promise<Described> {
    const hello: Hello = { protocol: protocolVersion, nonce: this.#nonce, logBytes, intentsPerBar };
    const { source, sets, language, onDescribed } = this.#request;
    const frames = Buffer.concat([
      encodeJsonFrame(frameTypes.hello, hello),
      encodeFrame(frameTypes.source, new TextEncoder().encode(source)),
    ]);
    const ready = readText(await this.#ask(frameTypes.ready, frames), readySchema, this.#nonce);
    const description = cleanDescription(ready.description);
    onDescribed?.(description);
    return {
      description,
      runtime: cleanText(ready.runtime, 100),
      engineHash: ready.engineHash,
      // One that goes bar by bar gains nothing from the look of another kind.
      isVectorised: language === 'python' && ready.isVectorised,
      sets: sets.map((given) => completeParameters(description.params, given)),
    };
  }

  async #start(sets: readonly ParameterValues[], isFirst: boolean): Promise<Started> {
    const { settings, markets, timeframe, firstBar = 0 } = this.#request;
    const wanted = isFirst && (this.#request.plots ?? false);
    const symbols = markets.map(({ symbol }) => symbol);
    const start: Start = { sets: [...sets], settings, symbols, timeframe, firstBar, plots: wanted };
    const frame = await this.#ask(frameTypes.started, encodeJsonFrame(frameTypes.start, start));
    const { warmups, plots } = readText(frame, startedSchema, this.#nonce);
    if (warmups.length !== sets.length) {
      throw protocolError('answered for another number of parameter sets');
    }
    if (plots.length > 0 && !wanted) throw protocolError('plots what it was not asked for');
    return { warmups, plots: new PlotCollection(plots, this.#bars.ofFirst(0, this.#bars.times)) };
  }

  async #feedAll(
    firstBars: Promise<Frame>,
    chunks: readonly number[],
    settlements: readonly Settlement[],
    plots: PlotCollection,
    engineHash: string,
  ): Promise<void> {
    const { onProgress } = this.#request;
    const conversation = this.#conversation;
    const queue = new SettlementQueue({
      settlements,
      compare: (settlement, answer, from, to) => this.#compare(settlement, answer, engineHash, from, to),
      requireSound: () => conversation.requireSound(),
      fail: (error) => {
        if (LabError.is(error)) conversation.refuse(error);
      },
    });
    const lastIds = new Float64Array(settlements.length);
    let from = 0;
    let waiting = firstBars;
    for (const [chunk, count] of chunks.entries()) {
      const to = from + count;
      const { payload } = await waiting;
      const { sets: answers, plotted } = readIntents(payload, {
        nonce: this.#nonceBytes,
        chunk,
        from,
        to,
        firstBar: this.#request.firstBar ?? 0,
        intentsPerBar,
        markets: this.#request.markets.length,
        plotted: plots.declared * this.#bars.ofFirst(from, to),
        lastIds,
      });
      // The answer is committed; the sandbox works on the next chunk meanwhile.
      waiting = this.#askBars(to, to + (chunks[chunk + 1] ?? 0), plots.declared);
      waiting.catch(() => undefined);
      this.#observe?.(answers, from, to);
      plots.add(plotted, this.#bars.ofFirst(0, from), this.#bars.ofFirst(0, to));
      await queue.add(answers, from, to);
      onProgress?.(to);
      from = to;
    }
    await queue.finish();
  }

  /** The answer to bars `from` to `to`; an empty frame without asking where there are none. */
  #askBars(from: number, to: number, plots: number): Promise<Frame> {
    if (from === to) return Promise.resolve({ type: frameTypes.intents, payload: new Uint8Array(0) });
    this.#conversation.allow(plots * this.#bars.ofFirst(from, to) * 8);
    return this.#ask(frameTypes.intents, encodeFrame(frameTypes.bars, ...this.#bars.blockOf(from, to)));
  }

  #compare(settlement: Settlement, answer: SetAnswer, engineHash: string, from: number, to: number): void {
    if (
      settlement.fills === answer.fills &&
      settlement.fillHashHigh === answer.fillHashHigh &&
      settlement.fillHashLow === answer.fillHashLow
    ) {
      return;
    }
    throw fillsError(engineHash === this.#request.engineHash, from, to);
  }

  async #end(hasMore: boolean): Promise<z.infer<typeof doneSchema>> {
    const frame = await this.#ask(
      frameTypes.done,
      encodeFrame(frameTypes.end, hasMore ? endPayload.more : endPayload.last),
    );
    const done = readText(frame, doneSchema, this.#nonce);
    if (done.bars !== this.#bars.ofFirst(0, this.#bars.times))
      throw protocolError('counted other bars than it was given');
    return done;
  }

  /** Asks for a frame of one type; a fail frame in its place is thrown as what it tells. */
  async #ask(wanted: FrameType, frames: Uint8Array): Promise<Frame> {
    const frame = await this.#conversation.ask(frames);
    if (frame.type === frameTypes.fail) {
      throw failError(readText(frame, failSchema, this.#nonce), this.#bars.times, this.#request.language);
    }
    requireType(frame, wanted);
    return frame;
  }
}
