import type * as z from 'zod';
import { offsetInBar } from '../backtest/barGrid.ts';
import type { CandleColumns, CandlesMeta } from '../contracts/candles.ts';
import { LabError } from '../contracts/errors.ts';
import {
  type Overlay,
  overlaySchema,
  type Scenario,
  type ScenarioEvent,
  scenarioSchema,
} from '../contracts/scenario.ts';
import { type RegimeSummary, regimeSummary } from '../evaluation/regimes/summary.ts';
import { generateScenario } from '../evaluation/scenarios/generate.ts';
import { overlayCandles } from '../evaluation/scenarios/overlay.ts';
import type { Lab } from '../lab.ts';
import { makeCandles, sliceCandles } from '../market/candles.ts';
import { candlesCsv } from '../market/csvText.ts';
import { importCandles } from '../market/import/import.ts';
import { parseBounded, refusal } from './allowed.ts';
import { writeText } from './files.ts';
import { importOptions, type MarketOptions, requireFile } from './market.ts';
import { parseEnd, parseParameters, parseTime } from './options.ts';
import { regimesCsv } from './regimeFile.ts';
import { formatTime, type Terminal, table } from './terminal.ts';

export interface ScenarioOptions extends MarketOptions {
  readonly kind: string;
  readonly param: readonly string[];
  readonly seed?: string;
  readonly bars?: string;
  readonly price?: string;
  readonly start?: string;
  readonly volatility?: string;
  readonly drift?: string;
  readonly out?: string;
  readonly labels?: string;
  readonly import?: true;
}

/** What was made: candles that traded nowhere. */
interface Made {
  readonly meta: Omit<CandlesMeta, 'hash' | 'synthetic'>;
  readonly columns: CandleColumns;
  readonly document: { readonly scenario: Scenario } | { readonly overlay: Overlay };
  readonly truth?: { readonly labels: Uint8Array; readonly events: readonly ScenarioEvent[] };
}

/** Generates a market, or lays a shock over a recorded one, and keeps it as a file or in the lab. */
export async function scenarioCommand(
  lab: () => Promise<Lab>,
  clock: () => number,
  terminal: Terminal,
  options: ScenarioOptions,
): Promise<void> {
  const made = options.data === undefined ? generated(options) : await overlaid(options.data, options, clock);
  if (options.labels !== undefined && made.truth === undefined) {
    throw new LabError('usage', 'Nobody knows the true regimes of a recorded market.', {
      action: 'Leave out --labels, or leave out --data to generate a market.',
    });
  }
  const candles = makeCandles({ ...made.meta, synthetic: true }, made.columns);
  if (options.out !== undefined) await writeText(options.out, candlesCsv(candles), '--out');
  if (options.labels !== undefined && made.truth !== undefined) {
    await writeText(options.labels, regimesCsv(candles.time, made.truth.labels), '--labels');
  }
  if (options.import) await (await lab()).candles.save(candles);

  const { venue, symbol, timeframe, synthetic, hash } = candles;
  const summary = made.truth === undefined ? undefined : regimeSummary(made.truth.labels);
  terminal.document({
    data: { venue, symbol, timeframe, synthetic, hash, bars: candles.time.length },
    ...made.document,
    ...(made.truth === undefined ? {} : { events: made.truth.events, summary }),
    files: { candles: options.out ?? null, labels: options.labels ?? null },
    imported: options.import ?? false,
  });
  const last = formatTime(candles.time.at(-1) as number);
  terminal.say(
    `${symbol} ${timeframe}, ${candles.time.length} bars, ${formatTime(candles.time[0] as number)} to ${last} UTC, hash ${hash.slice(0, 12)}.`,
  );
  terminal.say('These prices were generated and never traded anywhere.');
  if (made.truth !== undefined) sayTruth(terminal, made.truth.events, summary, candles.time);
  const kept = [options.out, options.labels, options.import ? "the lab's data" : undefined].filter(
    (place) => place !== undefined,
  );
  terminal.say(
    kept.length === 0
      ? 'Nothing was kept: add --out FILE or --import.'
      : `Kept: ${kept.join(', ')}.${options.out === undefined ? '' : ' A file does not tell that it is synthetic; --import does.'}`,
  );
}

/** The options that are fields of a scenario, by the names of these. */
const commonFields = {
  seed: ['--seed', 'seed'],
  bars: ['--bars', 'bars'],
  startPrice: ['--price', 'price'],
  volatility: ['--volatility', 'volatility'],
  drift: ['--drift', 'drift'],
} as const;

/** A field of a scenario as a person gives it. */
interface GivenField {
  readonly flag: string;
  readonly name: string;
  readonly text: string;
}

function givenFields(options: ScenarioOptions): GivenField[] {
  const own = Object.entries(parseParameters(options.param)).map(([name, value]) => ({
    flag: `--param ${name}`,
    name,
    text: String(value),
  }));
  const common = Object.entries(commonFields).flatMap(([name, [flag, option]]) => {
    const text = options[option];
    return text === undefined ? [] : [{ flag, name, text }];
  });
  return [...own, ...common];
}

const latestStart = Date.UTC(2090, 0, 1);

function parseStart(text: string): number {
  const time = parseTime(text, '--start') ?? 0;
  if (time >= 0 && time <= latestStart) return time;
  throw refusal('--start', text, 'a date from 1970-01-01 to 2090-01-01', 'scenario');
}

function generated(options: ScenarioOptions): Made {
  const { timeframe } = importOptions(options);
  const scenario = parseKind(scenarioSchema, options, {
    ...(timeframe !== undefined && { timeframe }),
    ...(options.start !== undefined && { startTime: parseStart(options.start) }),
  });
  if (offsetInBar(scenario.startTime, scenario.timeframe) !== 0) {
    throw new LabError(
      'usage',
      `No bar of ${scenario.timeframe} opens at ${formatTime(scenario.startTime)}.`,
      {
        action: 'Give a --start at which a bar opens; weeks begin on Monday.',
      },
    );
  }
  const { columns, ...truth } = generateScenario(scenario);
  const meta = {
    venue: 'synthetic',
    symbol: options.symbol ?? 'SYNTHETIC/USD',
    timeframe: scenario.timeframe,
  };
  return { meta, columns, document: { scenario }, truth };
}

async function overlaid(file: string, options: ScenarioOptions, clock: () => number): Promise<Made> {
  if (options.start !== undefined) throw misplaced('--start', options.start, options, overlaySchema);
  const overlay = parseKind(overlaySchema, options, {});
  requireFile(file, '--data', 'a file of candles');
  const { candles } = await importCandles(file, { now: clock(), ...importOptions(options) });
  const recorded = sliceCandles(candles, parseTime(options.from, '--from'), parseEnd(options.to, '--to'));
  const { symbol, timeframe } = recorded;
  return {
    meta: { venue: 'synthetic', symbol, timeframe },
    columns: overlayCandles(recorded, overlay),
    document: { overlay },
  };
}

type Kinds = typeof scenarioSchema | typeof overlaySchema;

/** Parses by kind, and tells in words what does not fit. @throws LabError `usage` naming the option */
function parseKind<Schema extends Kinds>(
  schema: Schema,
  options: ScenarioOptions,
  more: Readonly<Record<string, unknown>>,
): z.infer<Schema> {
  const { shape } = optionOf(schema, options.kind);
  const fields: Record<string, unknown> = { kind: options.kind, ...more };
  for (const { flag, name, text } of givenFields(options)) {
    const field = Object.hasOwn(shape, name) && name !== 'kind' ? shape[name] : undefined;
    if (field === undefined) throw misplaced(flag, text, options, schema);
    fields[name] = parseBounded(text, flag, field as z.ZodType, 'scenario');
  }
  return schema.parse(fields) as z.infer<Schema>;
}

function optionOf(schema: Kinds, kind: string): z.ZodObject {
  const kinds = new Map<string, z.ZodObject>(
    schema.options.map((option) => [option.shape.kind.value, option] as const),
  );
  const option = kinds.get(kind);
  if (option !== undefined) return option;
  throw new LabError('usage', `--kind knows no "${kind}" here.`, {
    action: `Choose one of ${[...kinds.keys()].join(', ')}.`,
  });
}

function misplaced(flag: string, text: string, { kind, data }: ScenarioOptions, schema: Kinds): LabError {
  const { shape } = optionOf(schema, kind);
  const common: Readonly<Record<string, readonly string[]>> = commonFields;
  const own = Object.keys(shape).filter((name) => !['kind', 'timeframe', 'startTime'].includes(name));
  const flags = own.map((name) => common[name]?.[0] ?? `--param ${name}=...`);
  const where = data === undefined ? '' : ' that is laid over data';
  return new LabError('usage', `${flag} "${text}" is not for a "${kind}"${where}.`, {
    action: `It takes ${flags.join(', ')}.`,
  });
}

function sayTruth(
  terminal: Terminal,
  events: readonly ScenarioEvent[],
  summary: RegimeSummary | undefined,
  time: Float64Array,
): void {
  const rows = events
    .slice(0, 10)
    .map(({ kind, from, to, size }) => [
      kind,
      formatTime(time[from] as number),
      String(from),
      String(to - from),
      size.toFixed(3),
    ]);
  if (rows.length > 0) terminal.say(table(['event', 'begins (UTC)', 'bar', 'bars', 'size'], rows));
  if (events.length > rows.length) terminal.say(`... and ${events.length - rows.length} more`);
  const parts = (summary?.regimes ?? [])
    .filter(({ bars }) => bars > 0)
    .map(({ regime, share }) => `${regime} ${(100 * (share ?? 0)).toFixed(1)} %`);
  terminal.say(`Regimes: ${parts.join(', ')}.`);
}
