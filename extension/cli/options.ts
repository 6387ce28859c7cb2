import type * as z from 'zod';
import { timeframeSchema } from '../contracts/candles.ts';
import { LabError } from '../contracts/errors.ts';
import {
  type IsolationLevel,
  isolationLevelSchema,
  isolationLevels,
  type LimitName,
  limitNameSchema,
  limitNames,
} from '../contracts/isolation.ts';
import { type LogLevel, logLevelSchema, logLevels } from '../contracts/logRecord.ts';
import { namesSchema, redisUrlSchema, runtimeNameSchema } from '../contracts/names.ts';
import type { ParameterValues } from '../contracts/strategy.ts';
import type { Timeframe } from '../contracts/timeframes.ts';
import { generateSteps, searchMetricSchema } from '../pipelines/generate/contracts.ts';

/** A number as a person types it: plain or with an exponent, nothing before or behind; undefined for anything else. */
export function readNumber(text: string): number | undefined {
  const value = Number(text);
  const isNumber = /^\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?\s*$/i.test(text);
  return isNumber && Number.isFinite(value) ? value : undefined;
}

/** As `readNumber`. @throws LabError `usage` naming the option */
export function parseNumber(text: string, option: string): number {
  const value = readNumber(text);
  if (value !== undefined) return value;
  throw new LabError('usage', `${option} takes a number, was "${text}".`, {
    action: 'Write it with digits and a point, such as 0.001.',
  });
}

/** `name=value` pairs of repeated --param options. */
export function parseParameters(pairs: readonly string[]): ParameterValues {
  const values: ParameterValues = {};
  for (const pair of pairs) {
    const [, name, value] = /^([A-Za-z][A-Za-z0-9_]*)=(.+)$/.exec(pair) ?? [];
    if (name === undefined || value === undefined) {
      throw new LabError('usage', `--param takes name=value, was "${pair}".`, {
        action: 'Write for example --param fast=10.',
      });
    }
    if (Object.hasOwn(values, name)) {
      throw new LabError('usage', `--param ${name} is given twice.`, { action: 'Give each parameter once.' });
    }
    values[name] = parseNumber(value, `--param ${name}`);
  }
  return values;
}

const dayMilliseconds = 86_400_000;
const unitMilliseconds: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: dayMilliseconds };

/** Milliseconds of `90m`, `24h` or `7d`. @throws LabError `usage` naming the option */
export function parseSpan(text: string, option: string): number {
  const [, count = '', unit = ''] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  const milliseconds = Number(count) * (unitMilliseconds[unit] ?? 0);
  if (milliseconds > 0) return milliseconds;
  throw new LabError('usage', `${option} takes minutes, hours or days, was "${text}".`, {
    action: 'Give it as 90m, 24h or 7d.',
  });
}

/** The end of a range that includes the bar at the given time, or the whole of a given day. */
export function parseEnd(text: string | undefined, option: string): number | undefined {
  const time = parseTime(text, option);
  if (time === undefined) return undefined;
  return time + (text?.length === 10 ? dayMilliseconds : 1);
}

/** A date or time in UTC; `undefined` stays. */
export function parseTime(text: string | undefined, option: string): number | undefined {
  if (text === undefined) return undefined;
  const isDate = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const isTime = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2})?Z?$/.test(text);
  const time =
    isDate || isTime ? Date.parse(isDate ? text : `${text.replace(' ', 'T').replace(/Z$/, '')}Z`) : NaN;
  // A day that its month does not have would slip into the next month.
  if (!Number.isNaN(time) && new Date(time).toISOString().startsWith(text.slice(0, 10))) return time;
  throw new LabError(
    'usage',
    `${option} takes a date such as 2020-01-31 or 2020-01-31T12:00, was "${text}".`,
    {
      action: 'Times are UTC.',
    },
  );
}

/** @throws LabError `usage` */
export function parseTimeframe(text: string): Timeframe {
  const parsed = timeframeSchema.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new LabError('usage', `--timeframe knows no "${text}".`, {
    action: `Choose one of ${timeframeSchema.options.join(', ')}.`,
  });
}

export function parseLevel(text: string): IsolationLevel {
  const parsed = isolationLevelSchema.safeParse(text);
  if (parsed.success && parsed.data !== 'none') return parsed.data;
  throw new LabError('usage', `--level knows no "${text}".`, {
    action: `Choose one of ${isolationLevels.filter((level) => level !== 'none').join(', ')}.`,
  });
}

/** Limits that a sandbox may lack, by their names. @throws LabError `usage` */
export function parseLimits(text: string): LimitName[] {
  const parsed = namesSchema(limitNameSchema).safeParse(text);
  if (parsed.success) return parsed.data;
  throw new LabError('usage', `--accept-missing-limits knows no limit in "${text}".`, {
    action: `Choose from ${limitNames.join(', ')}, separated by commas.`,
  });
}

/** The level of `--log`; undefined where there is none. @throws LabError `usage` */
export function parseLogLevel(text: string | undefined): LogLevel | undefined {
  if (text === undefined) return undefined;
  const parsed = logLevelSchema.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new LabError('usage', `--log knows no level "${text}".`, {
    action: `Choose one of ${logLevels.join(', ')}.`,
  });
}

/** @throws LabError `usage` */
export function parseRuntimes(text: string): string[] {
  const parsed = namesSchema(runtimeNameSchema).safeParse(text);
  if (parsed.success) return parsed.data;
  throw new LabError('usage', `STRATEGY_LAB_RUNTIMES names no runtimes in "${text}".`, {
    action: 'Give the names that Docker knows its runtimes by, separated by commas: crun,kata.',
  });
}

export function parseMetric(text: string): z.infer<typeof searchMetricSchema> {
  const parsed = searchMetricSchema.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new LabError('usage', `--metric knows no "${text}".`, {
    action: `Choose one of ${searchMetricSchema.options.join(', ')}.`,
  });
}

/** Gates as a comma-separated list of steps; `none` for a run that waits nowhere. */
export function parseGates(text: string | undefined): string[] | undefined {
  if (text === undefined) return undefined;
  if (text === 'none') return [];
  const gates = text.split(',').map((gate) => gate.trim());
  const unknown = gates.find((gate) => !generateSteps.some((step) => step === gate));
  if (unknown === undefined) return gates;
  throw new LabError('usage', `--gates knows no step "${unknown}".`, {
    action: `Name some of ${generateSteps.join(', ')}, parted by commas, or none alone.`,
  });
}

/** @throws LabError `usage` for what is no whole number in the bounds */
export function wholeNumber(text: string, option: string, least: number, most: number): number {
  const value = readNumber(text);
  if (value !== undefined && Number.isInteger(value) && value >= least && value <= most) return value;
  throw new LabError('usage', `${option} takes a whole number from ${least} to ${most}, was "${text}".`, {
    action: 'Leave it out for the usual one.',
  });
}

const mostWorkers = 16;

/** Tasks at work at one time; as the load asks for where left out. @throws LabError `usage` */
export function parseWorkers(workers: string | undefined): number | undefined {
  return workers === undefined ? undefined : wholeNumber(workers, '--workers', 1, mostWorkers);
}

/**
 * The address of a Redis server: of the option, or else of the environment, where a password shows in no list of
 * processes. @throws LabError `usage` that does not repeat it
 */
export function parseRedis(
  option: string | true | undefined,
  environment: string | undefined,
): string | undefined {
  const url = typeof option === 'string' ? option : environment || undefined;
  if (url === undefined && option === undefined) return undefined;
  const parsed = redisUrlSchema.safeParse(url);
  if (parsed.success) return parsed.data;
  const problem =
    url === undefined
      ? '--redis came without an address, and STRATEGY_LAB_REDIS has none.'
      : `${typeof option === 'string' ? '--redis' : 'STRATEGY_LAB_REDIS'} is no address of a Redis server.`;
  throw new LabError('usage', problem, {
    action: 'Write for example redis://127.0.0.1:6379, or rediss:// for one with TLS.',
  });
}
