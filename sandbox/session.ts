import type * as z from 'zod';
import { blockParts } from '../extension/backtest/barsBlock.ts';
import { type SettledMarket, type SettledRun, Settlement } from '../extension/backtest/settlement.ts';
import { finerRanges, type MarketPiece, type Timeline, timelineOf } from '../extension/backtest/timeline.ts';
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
  type Ready,
  readySchema,
  type Start,
  startedSchema,
} from './frames.ts';
import { cleanDescription, completeParameters } from './parameters.ts';
import { PlotCollection } from './plotCollection.ts';
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
  /**
   * Called once with what the strategy declares: the parameter sets to run, at least one. Values that
   * are left out are filled with the strategy's defaults.
   */
  readonly chooseSets: (description: StrategyDescription) => readonly ParameterValues[];
  /** Bar before which `next` is not called: the run begins flat there, its indicators warm. 0 if left out. */
  readonly firstBar?: number;
  /**
   * Sizes of the chunks; their sum is the number of times. Equal chunks where none is given. A function gets
   * whether the strategy computes all orders of a chunk at once.
   */
  readonly chunks?: readonly number[] | ((isVectorised: boolean) => readonly number[]);
  /** Whether to bring what the first parameter set plots. */
  readonly plots?: boolean;
  /** Whether `chooseSets` will choose many, which a sandbox is made ready for. */
  readonly manySets?: boolean;
  readonly limits?: SandboxLimits;
  /** 16 random bytes: what a frame of this run proves itself with. */
  readonly newNonce: () => Uint8Array;
  readonly signal: AbortSignal;
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
  const { limits = defaultLimits, manySets = false, language = 'javascript', label, signal } = request;
  const options = { limits, label, manySets, language, signal };
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
  /** Times of the run: bars, with one market. */
  readonly #times: number;
  /** Alignment of several markets. */
  readonly #timeline: Timeline | undefined;
  /** Finer bars of each market up to each of its bars. */
  readonly #finer: readonly (Uint32Array | undefined)[];
  readonly #nonce: string;
  readonly #nonceBytes: Uint8Array;

  constructor(request: RunRequest, conversation: Conversation, observe: IntentsObserver | undefined) {
    this.#request = request;
    this.#conversation = conversation;
    this.#observe = observe;
    const columns = request.markets.map((market) => market.columns);
    this.#timeline = columns.length > 1 ? timelineOf(columns) : undefined;
    this.#times = (this.#timeline?.times ?? columns[0]?.time ?? []).length;
    this.#finer = request.markets.map(
      ({ columns: { time }, finer }) => finer && finerRanges(time, finer.time),
    );
    this.#nonceBytes = request.newNonce();
    this.#nonce = Buffer.from(this.#nonceBytes).toString('hex');
  }

  async complete(): Promise<Omit<RunOutcome, 'seen'>> {
    const request = this.#request;
    const ready = await this.#describe();
    const description = cleanDescription(ready.description);
    const sets = request
      .chooseSets(description)
      .map((given) => completeParameters(description.params, given));
    if (sets.length === 0) throw new LabError('usage', 'No parameter set was given to run.');
    const runs: SetRun[] = [];
    let last: Pass | undefined;
    let refused = 0;
    let firstRefusals: Refusals['first'] = [];
    for (let from = 0; from < sets.length; from += setsPerPass) {
      const part = sets.slice(from, from + setsPerPass);
      last = await this.#pass(part, ready, from + setsPerPass < sets.length, from === 0);
      runs.push(...last.runs);
      refused += last.refusals.total;
      if (from === 0) firstRefusals = last.refusals.first;
    }
    const { chunks, log, logDropped, plots } = last as Pass;
    return {
      description,
      runtime: cleanText(ready.runtime, 100),
      sets: runs,
      chunks,
      log: log.map((line) => cleanText(line, longestLogLine)),
      logDropped,
      refusals: { total: refused, first: firstRefusals },
      plots: plots.plots,
      plotsLeftOut: plots.leftOut,
    };
  }

  /** One pass over the bars with a realm for each of `sets`. */
  async #pass(
    sets: readonly ParameterValues[],
    ready: Ready,
    hasMore: boolean,
    isFirst: boolean,
  ): Promise<Pass> {
    const { settings, markets, timeframe } = this.#request;
    const chunks = this.#chunks(ready, sets.length);
    const settlements = sets.map(() => new Settlement(settings, markets, timeframe, this.#timeline));
    const begun = this.#begin(sets, isFirst);
    // Nothing of them depends on the answer to the start, and no way to a sandbox and back is for free.
    const firstBars = this.#askBars(0, chunks[0] ?? 0, 0);
    firstBars.catch(() => undefined);
    const { warmups, plots } = await begun;
    await this.#feedAll(firstBars, chunks, settlements, plots, ready);
    const { log, logDropped, refusals, refused } = await this.#end(hasMore);
    const runs = sets.map((params, set): SetRun => {
      const settlement = settlements[set] as Settlement;
      return { params, warmUp: warmups[set] ?? 0, settled: settlement.finish(), fills: settlement.fills };
    });
    const first = refusals.map((refusal) => ({ ...refusal, what: cleanText(refusal.what, longestRefusal) }));
    return { runs, chunks, log, logDropped, refusals: { total: refused, first }, plots };
  }

  #chunks(ready: Ready, sets: number): readonly number[] {
    const { chunks, language = 'javascript' } = this.#request;
    // A strategy that goes bar by bar gains nothing from the look of another kind.
    const isVectorised = language === 'python' && ready.isVectorised;
    const chosen =
      typeof chunks === 'function'
        ? chunks(isVectorised)
        : (chunks ?? (isVectorised ? fewChunks(this.#times) : steadyChunks(this.#times, sets)));
    if (chosen.reduce((sum, size) => sum + size, 0) !== this.#times) {
      throw new RangeError(`the chunks do not add up to ${this.#times} times`);
    }
    return chosen;
  }

  async #describe(): Promise<Ready> {
    const hello: Hello = { protocol: protocolVersion, nonce: this.#nonce, logBytes, intentsPerBar };
    // In one piece, because each piece has a way through the daemon of its own.
    const frames = Buffer.concat([
      encodeJsonFrame(frameTypes.hello, hello),
      encodeFrame(frameTypes.source, new TextEncoder().encode(this.#request.source)),
    ]);
    const frame = await this.#ask(frameTypes.ready, frames);
    return readText(frame, readySchema, this.#nonce);
  }

  async #begin(
    sets: readonly ParameterValues[],
    isFirst: boolean,
  ): Promise<{ warmups: readonly number[]; plots: PlotCollection }> {
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
    return { warmups, plots: new PlotCollection(plots, this.#firstMarketBars(0, this.#times)) };
  }

  async #feedAll(
    firstBars: Promise<Frame>,
    chunks: readonly number[],
    settlements: readonly Settlement[],
    plots: PlotCollection,
    ready: Ready,
  ): Promise<void> {
    const { onProgress } = this.#request;
    const conversation = this.#conversation;
    const queue = new SettlementQueue({
      settlements,
      compare: (settlement, answer, from, to) => this.#compare(settlement, answer, ready, from, to),
      requireSound: () => conversation.requireSound(),
      fail: (error) => {
        if (LabError.is(error)) conversation.refuse(error);
      },
    });
    const lastIds = new Float64Array(settlements.length);
    let from = 0;
    let waiting = firstBars;
    conversation.allow(plots.declared * this.#firstMarketBars(0, chunks[0] ?? 0) * 8);
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
        plotted: plots.declared * this.#firstMarketBars(from, to),
        lastIds,
      });
      // The answer is committed; the sandbox works on the next chunk meanwhile.
      waiting = this.#askBars(to, to + (chunks[chunk + 1] ?? 0), plots.declared);
      waiting.catch(() => undefined);
      this.#observe?.(answers, from, to);
      plots.add(plotted, this.#firstMarketBars(0, from), this.#firstMarketBars(0, to));
      await queue.add(answers, from, to);
      onProgress?.(to);
      from = to;
    }
    await queue.finish();
  }

  /** The answer to bars `from` to `to`; an empty frame without asking where there are none. */
  #askBars(from: number, to: number, plots: number): Promise<Frame> {
    if (from === to) return Promise.resolve({ type: frameTypes.intents, payload: new Uint8Array(0) });
    const parts = blockParts(this.#pieces(from, to)).map(
      ({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength),
    );
    this.#conversation.allow(plots * this.#firstMarketBars(from, to) * 8);
    return this.#ask(frameTypes.intents, encodeFrame(frameTypes.bars, ...parts));
  }

  /** Bars of each market, and their finer ones, between two times of the run. */
  #pieces(from: number, to: number): MarketPiece[] {
    return this.#request.markets.map(({ columns, finer, funding }, market) => {
      const first = this.#barsBefore(market, from);
      const end = this.#barsBefore(market, to);
      const piece = { columns, from: first, to: end, ...(funding === undefined ? {} : { funding }) };
      const ranges = this.#finer[market];
      if (finer === undefined || ranges === undefined) return piece;
      return {
        ...piece,
        finer: { columns: finer, from: ranges[first] as number, to: ranges[end] as number },
      };
    });
  }

  /** Bars of a market before a time of the run, given by its number. */
  #barsBefore(market: number, time: number): number {
    return this.#timeline?.barsBefore[market]?.[time] ?? time;
  }

  #firstMarketBars(from: number, to: number): number {
    return this.#barsBefore(0, to) - this.#barsBefore(0, from);
  }

  #compare(settlement: Settlement, answer: SetAnswer, ready: Ready, from: number, to: number): void {
    if (
      settlement.fills === answer.fills &&
      settlement.fillHashHigh === answer.fillHashHigh &&
      settlement.fillHashLow === answer.fillHashLow
    ) {
      return;
    }
    throw fillsError(ready.engineHash === this.#request.engineHash, from, to);
  }

  async #end(hasMore: boolean): Promise<z.infer<typeof doneSchema>> {
    const frame = await this.#ask(
      frameTypes.done,
      encodeFrame(frameTypes.end, hasMore ? endPayload.more : endPayload.last),
    );
    const done = readText(frame, doneSchema, this.#nonce);
    if (done.bars !== this.#firstMarketBars(0, this.#times))
      throw protocolError('counted other bars than it was given');
    return done;
  }

  /** Asks for a frame of one type; a fail frame in its place is thrown as what it tells. */
  async #ask(wanted: FrameType, frames: Uint8Array): Promise<Frame> {
    const frame = await this.#conversation.ask(frames);
    if (frame.type === frameTypes.fail) {
      throw failError(readText(frame, failSchema, this.#nonce), this.#times, this.#request.language);
    }
    requireType(frame, wanted);
    return frame;
  }
}
