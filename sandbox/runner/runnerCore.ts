import * as z from 'zod';
import { firstBars, readBlock } from '../../extension/backtest/barsBlock.ts';
import { intentWidth } from '../../extension/backtest/intents.ts';
import {
  type ParameterDefinitions,
  type ParameterValues,
  strategyDescriptionSchema,
} from '../../extension/contracts/strategy.ts';
import {
  encodeFrame,
  encodeJsonFrame,
  type Fail,
  failSchema,
  frameTypes,
  type Hello,
  helloSchema,
  intentsHeaderBytes,
  nonceBytes,
  type Plot,
  plotsSchema,
  protocolVersion,
  type Refusal,
  refusalsSchema,
  type Start,
  startSchema,
} from '../frames.ts';
import { firstLineShift, prepareSource } from './prepare.ts';

/** One parameter set's world: strategy and engine in one realm of some JavaScript engine. */
export interface Realm {
  load(): string;
  begin(request: string): string;
  /** Runs over a block of bars; answers the number of intents, or -1 after a failure. */
  feed(block: Float64Array): number;
  /** The first `length` numbers of the intents of the last feed, as an array of this side. */
  intents(length: number): Float64Array;
  /** The same of the plotted values of the last feed. */
  plots(length: number): Float64Array;
  fills(): number;
  fillHashHigh(): number;
  fillHashLow(): number;
  failure(): string;
  log(): string;
  logDropped(): number;
  /** What the strategy was refused so far, as JSON, and how often in all. */
  refusals(): string;
  refused(): number;
  dispose(): void;
}

export interface RunnerOptions {
  readonly engineHash: string;
  readonly runtime: string;
  /** Makes a realm and compiles the prepared strategy in it; throws what the engine's parser throws. */
  readonly createRealm: (strategyScript: string) => Realm;
}

const textDecoder = new TextDecoder('utf-8', { fatal: true });

const loadedSchema = z.union([
  z.object({ ok: z.literal(true), description: z.unknown() }),
  z.object({ ok: z.literal(false) }).loose(),
]);
const begunSchema = z.union([
  z.object({ ok: z.literal(true), warmUp: z.number().int().nonnegative(), plots: plotsSchema }),
  z.object({ ok: z.literal(false) }).loose(),
]);

/** Bytes of one intents frame that a strategy may fill, over all sets of a run. */
const maximumIntentBytes = 64 * 1024 * 1024;

const maximumLogLines = 10_000;

/** Thrown for a host that does not keep to the protocol. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
}

/**
 * The runner's side of the frame protocol, whatever carries the frames and whatever engine makes the
 * realms. `handle` takes one frame, keeps nothing of it, and returns the frames to answer with; after
 * `isDone` there is nothing more to say.
 */
export class RunnerCore {
  readonly #options: RunnerOptions;
  #hello: Hello | undefined;
  #script: string | undefined;
  #start: Start | undefined;
  /** What the strategy declares, once it is loaded. */
  #declared: ParameterDefinitions | undefined;
  /** The realm in which the strategy described itself, until a set takes it. */
  #firstRealm: Realm | undefined;
  #realms: Realm[] = [];
  /** What the first set plots, where the host asked. */
  #plots: readonly Plot[] = [];
  #chunk = 0;
  #bars = 0;
  isDone = false;

  constructor(options: RunnerOptions) {
    this.#options = options;
  }

  handle(type: number, payload: Uint8Array): Uint8Array[] {
    if (this.isDone) throw new ProtocolError('a frame after the end');
    if (this.#hello === undefined) {
      if (type !== frameTypes.hello) throw new ProtocolError('the first frame is not hello');
      this.#hello = helloSchema.parse(JSON.parse(textDecoder.decode(payload)));
      return [];
    }
    if (type === frameTypes.source && this.#script === undefined) return [this.#load(payload)];
    if (type === frameTypes.start && this.#declared !== undefined && this.#start === undefined) {
      return [this.#begin(payload)];
    }
    if (type === frameTypes.bars && this.#start !== undefined) return [this.#feed(payload)];
    if (type === frameTypes.end && this.#start !== undefined) return [this.#finish(payload)];
    throw new ProtocolError(`frame type ${type} is out of order`);
  }

  #nonce(): string {
    return this.#hello?.nonce ?? '';
  }

  #fail(fail: Omit<Fail, 'nonce'>): Uint8Array {
    this.isDone = true;
    return encodeJsonFrame(frameTypes.fail, failSchema.parse({ nonce: this.#nonce(), ...fail }));
  }

  /** A failure as the guest wrote it, in the form of a fail frame. */
  #guestFailure(json: string, set: number): Uint8Array {
    const facts = failSchema.omit({ nonce: true, set: true }).safeParse(safeJson(json));
    if (facts.success) return this.#fail({ ...facts.data, column: sourceColumn(facts.data), set });
    return this.#fail({ ...emptyFail, phase: 'next', message: 'the strategy failed unreadably', set });
  }

  #load(payload: Uint8Array): Uint8Array {
    let source: string;
    try {
      source = textDecoder.decode(payload);
    } catch {
      return this.#fail({ ...emptyFail, phase: 'source', message: 'the source is not UTF-8 text' });
    }
    const prepared = prepareSource(source);
    if (!prepared.ok) {
      const { message, line, column } = prepared;
      return this.#fail({ ...emptyFail, phase: 'source', message: message.slice(0, 1000), line, column });
    }
    this.#script = prepared.script;
    let realm: Realm;
    try {
      realm = this.#options.createRealm(prepared.script);
    } catch (error) {
      return this.#fail({ ...emptyFail, phase: 'source', message: messageOf(error) });
    }
    const answer = realm.load();
    const loaded = loadedSchema.safeParse(safeJson(answer));
    if (!loaded.success || !loaded.data.ok) return this.#guestFailure(answer, 0);
    const description = strategyDescriptionSchema.safeParse(loaded.data.description);
    if (!description.success) {
      const message = `the strategy declares something wrong: ${issueText(description.error)}`;
      return this.#fail({ ...emptyFail, phase: 'module', message });
    }
    const ready = {
      nonce: this.#nonce(),
      protocol: protocolVersion,
      engineHash: this.#options.engineHash,
      runtime: this.#options.runtime,
      description: description.data,
    };
    this.#firstRealm = realm;
    this.#declared = description.data.params;
    return encodeJsonFrame(frameTypes.ready, ready);
  }

  #begin(payload: Uint8Array): Uint8Array {
    const start = startSchema.parse(JSON.parse(textDecoder.decode(payload)));
    const { intentsPerBar, logBytes } = this.#hello ?? { intentsPerBar: 1, logBytes: 0 };
    const warmups: number[] = [];
    for (const [set, given] of start.sets.entries()) {
      const params = withDefaults(this.#declared ?? {}, given);
      const realm = this.#firstRealm ?? this.#createRealm();
      this.#firstRealm = undefined;
      this.#realms.push(realm);
      // The log of one run is a help; those of many at once are noise.
      const room = start.sets.length === 1 ? logBytes : 0;
      const recordPlots = start.plots && set === 0;
      const { settings, symbols, timeframe, firstBar } = start;
      const request = {
        settings,
        symbols,
        timeframe,
        params,
        firstBar,
        intentsPerBar,
        logBytes: room,
        recordPlots,
      };
      const answer = realm.begin(JSON.stringify(request));
      const begun = begunSchema.safeParse(safeJson(answer));
      if (!begun.success || !begun.data.ok) return this.#guestFailure(answer, set);
      warmups.push(begun.data.warmUp);
      if (recordPlots) this.#plots = begun.data.plots;
    }
    this.#start = start;
    return encodeJsonFrame(frameTypes.started, { nonce: this.#nonce(), warmups, plots: this.#plots });
  }

  #createRealm(): Realm {
    const realm = this.#options.createRealm(this.#script ?? '');
    realm.load();
    return realm;
  }

  #feed(payload: Uint8Array): Uint8Array {
    if (payload.length % 8 !== 0) throw new ProtocolError('a bars frame of wrong length');
    // The payload may begin anywhere in its buffer, and numbers may not.
    const { buffer, byteOffset } = payload.byteOffset % 8 === 0 ? payload : new Uint8Array(payload);
    const block = new Float64Array(buffer, byteOffset, payload.length / 8);
    if (readBlock(block).length !== this.#start?.symbols.length) {
      throw new ProtocolError('a bars frame of other markets than the run has');
    }
    const sets = this.#realms.length;
    const header = new Uint8Array(intentsHeaderBytes(sets));
    const headerView = new DataView(header.buffer);
    header.set(hexBytes(this.#nonce()), 0);
    headerView.setUint32(nonceBytes, this.#chunk, true);
    headerView.setUint32(nonceBytes + 4, sets, true);
    const parts: Uint8Array[] = [header];
    let bytes = 0;
    for (const [set, realm] of this.#realms.entries()) {
      const intents = realm.feed(block);
      if (!(intents >= 0)) return this.#guestFailure(realm.failure(), set);
      bytes += intents * intentWidth * 8;
      if (bytes > maximumIntentBytes) {
        return this.#fail({
          ...emptyFail,
          phase: 'next',
          message: 'the strategy gives too many orders',
          set,
        });
      }
      const offset = nonceBytes + 8 + set * 16;
      headerView.setUint32(offset, intents, true);
      headerView.setUint32(offset + 4, realm.fills(), true);
      headerView.setUint32(offset + 8, realm.fillHashHigh(), true);
      headerView.setUint32(offset + 12, realm.fillHashLow(), true);
      parts.push(new Uint8Array(realm.intents(intents * intentWidth).buffer));
    }
    const [first] = this.#realms;
    if (first !== undefined && this.#plots.length > 0) {
      parts.push(new Uint8Array(first.plots(this.#plots.length * firstBars(block)).buffer));
    }
    this.#chunk++;
    this.#bars += firstBars(block);
    return encodeFrame(frameTypes.intents, ...parts);
  }

  /** Ends a pass over the bars; where another one follows, its sets get realms of their own. */
  #finish(payload: Uint8Array): Uint8Array {
    this.isDone = payload[0] !== 1;
    const log = z.array(z.string()).safeParse(safeJson(this.#realms[0]?.log() ?? '[]'));
    const lines = log.success ? log.data : [];
    const dropped = this.#realms[0]?.logDropped() ?? 0;
    const refusals = this.#realms[0]?.refusals() ?? '[]';
    const refused = this.#realms.reduce((sum, realm) => sum + realm.refused(), 0);
    const bars = this.#bars;
    for (const realm of this.#realms) realm.dispose();
    this.#realms = [];
    this.#plots = [];
    this.#start = undefined;
    this.#chunk = 0;
    this.#bars = 0;
    return encodeJsonFrame(frameTypes.done, {
      nonce: this.#nonce(),
      bars,
      log: lines.slice(0, maximumLogLines),
      logDropped: dropped + Math.max(0, lines.length - maximumLogLines),
      refusals: sourceRefusals(refusals),
      refused,
    });
  }
}

const emptyFail = { isOrder: false, message: '', set: null, bar: null, time: null, line: null, column: null };

/** The host has the same, and refuses values that the strategy does not take. */
function withDefaults(declared: ParameterDefinitions, given: ParameterValues): ParameterValues {
  return Object.fromEntries(
    Object.entries(declared).map(([name, { default: value }]) => [name, given[name] ?? value]),
  );
}

/** Refusals as the guest wrote them, with the columns of the source as its author wrote it. */
function sourceRefusals(json: string): Refusal[] {
  const list = refusalsSchema.safeParse(safeJson(json));
  return list.success ? list.data.map((refusal) => ({ ...refusal, column: sourceColumn(refusal) })) : [];
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The column in the source as its author wrote it. */
function sourceColumn({ line, column }: { line: number | null; column: number | null }): number | null {
  if (line !== 1 || column === null) return column;
  return column > firstLineShift ? column - firstLineShift : null;
}

function issueText({ issues }: z.ZodError): string {
  const [issue] = issues;
  return issue === undefined ? '' : `${issue.path.join('.')}: ${issue.message}`.slice(0, 500);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message.slice(0, 1000) : 'the source does not compile';
}

function hexBytes(hex: string): Uint8Array {
  const bytes = new Uint8Array(hex.length / 2);
  for (let index = 0; index < bytes.length; index++) {
    bytes[index] = Number.parseInt(hex.slice(index * 2, index * 2 + 2), 16);
  }
  return bytes;
}
