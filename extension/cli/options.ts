import type { z } from 'zod';
import { defaultRunSettings, type RunSettings, runSettingsSchema } from '../contracts/backtest.ts';
import { LabError } from '../contracts/errors.ts';
import { type IsolationLevel, isolationLevelSchema, isolationLevels } from '../contracts/isolation.ts';
import type { ParameterValues } from '../contracts/strategy.ts';
import { searchMetricSchema } from '../pipelines/generate/contracts.ts';

/** Options of the commands that settle orders, as they come from the command line. */
export interface MoneyOptions {
  readonly cash?: string;
  readonly fee?: string;
  readonly slippage?: string;
  readonly quantityStep?: string;
  readonly minimumNotional?: string;
  readonly seed?: string;
}

/**
 * A number as a person types it: plain or with an exponent, nothing before or behind.
 * @throws LabError `usage` naming the option
 */
export function parseNumber(text: string, option: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) {
    throw new LabError('usage', `${option} takes a number, was "${text}".`, {
      action: 'Write it with digits and a point, such as 0.001.',
    });
  }
  return value;
}

const names: Record<string, string> = {
  cash: '--cash',
  fee: '--fee',
  slippage: '--slippage',
  quantityStep: '--quantity-step',
  minimumNotional: '--minimum-notional',
  seed: '--seed',
};

/** The settings of a run from its options over the defaults. */
export function parseSettings(options: MoneyOptions): RunSettings {
  const settings: Record<string, unknown> = { ...defaultRunSettings };
  for (const [name, flag] of Object.entries(names)) {
    const text = options[name as keyof MoneyOptions];
    if (text !== undefined) settings[name] = parseNumber(text, flag);
  }
  const parsed = runSettingsSchema.safeParse(settings);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const name = String(issue?.path[0] ?? '');
  throw new LabError('usage', `${names[name] ?? name} is out of range: ${issue?.message ?? ''}.`, {
    action: 'Cash is above 0; fee and slippage are fractions from 0 to 0.2, so that 0.001 is 0.1 %.',
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
    values[name] = parseNumber(value, `--param ${name}`);
  }
  return values;
}

const dayMilliseconds = 86_400_000;

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
  if (!Number.isNaN(time)) return time;
  throw new LabError(
    'usage',
    `${option} takes a date such as 2020-01-31 or 2020-01-31T12:00, was "${text}".`,
    {
      action: 'Times are UTC.',
    },
  );
}

export function parseLevel(text: string): IsolationLevel {
  const parsed = isolationLevelSchema.safeParse(text);
  if (parsed.success && parsed.data !== 'none') return parsed.data;
  throw new LabError('usage', `--level knows no "${text}".`, {
    action: `Choose one of ${isolationLevels.filter((level) => level !== 'none').join(', ')}.`,
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
  return text.split(',').map((gate) => gate.trim());
}
