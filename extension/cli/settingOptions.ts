import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import * as z from 'zod';
import { defaultRunSettings, type RunSettings, runSettingsSchema } from '../contracts/backtest.ts';
import { LabError } from '../contracts/errors.ts';
import { valueProblem } from '../contracts/schemaTexts.ts';
import { readNumber } from './options.ts';

/** A setting of a run as an option of the command line. */
interface SettingOption {
  readonly flag: string;
  readonly value: string;
  readonly text: string;
  /** What it takes, in words. */
  readonly range: string;
}

type SettingName = Exclude<keyof RunSettings, 'feeTiers'>;

/** The options of all settings but the fee tiers, which a file alone can tell. */
export const settingOptions: Readonly<Record<SettingName, SettingOption>> = {
  cash: {
    flag: '--cash',
    value: 'amount',
    text: 'cash at the start; default 10000',
    range: 'an amount above 0',
  },
  fee: {
    flag: '--fee',
    value: 'fraction',
    text: 'fee of what is filled at once; default 0.001 (0.1 %)',
    range: 'a fraction from 0 to 0.2; 0.001 is 0.1 %',
  },
  makerFee: {
    flag: '--maker-fee',
    value: 'fraction',
    text: 'fee of limit orders that waited; default: as --fee',
    range: 'a fraction from 0 to 0.2; 0.001 is 0.1 %',
  },
  fixedFee: {
    flag: '--fixed-fee',
    value: 'amount',
    text: 'paid by each fill besides; default 0',
    range: 'an amount from 0 on',
  },
  spread: {
    flag: '--spread',
    value: 'fraction',
    text: 'distance from bid to ask; default 0',
    range: 'a fraction from 0 to 0.2; 0.0005 is 0.05 %',
  },
  slippage: {
    flag: '--slippage',
    value: 'fraction',
    text: 'slippage of market and stop orders; default 0.0005',
    range: 'a fraction from 0 to 0.2; 0.0005 is 0.05 %',
  },
  volatilitySlippage: {
    flag: '--volatility-slippage',
    value: 'factor',
    text: 'slippage as a multiple of the mean true range; default 0',
    range: 'a factor from 0 to 10',
  },
  volumeSlippage: {
    flag: '--volume-slippage',
    value: 'factor',
    text: "slippage times the squared share in a bar's volume; default 0",
    range: 'a factor from 0 to 10',
  },
  volumeLimit: {
    flag: '--volume-limit',
    value: 'share',
    text: "largest share of a bar's volume to fill; default 0 (any)",
    range: 'a share from 0 to 1, 0 for any',
  },
  latencyBars: {
    flag: '--latency',
    value: 'bars',
    text: 'bars that an order takes besides the next one; default 0',
    range: 'a whole number of bars from 0 to 1000',
  },
  quantityStep: {
    flag: '--quantity-step',
    value: 'units',
    text: 'smallest step of a quantity; default 0 (any)',
    range: 'a number of units, 0 for any',
  },
  priceStep: {
    flag: '--price-step',
    value: 'price',
    text: 'smallest step of a price; default 0 (any)',
    range: 'a price, 0 for any',
  },
  minimumNotional: {
    flag: '--minimum-notional',
    value: 'amount',
    text: 'smallest value of an order; default 0',
    range: 'an amount, 0 for any',
  },
  maximumQuantity: {
    flag: '--maximum-quantity',
    value: 'units',
    text: 'largest quantity of an order; default 0 (any)',
    range: 'a number of units, 0 for any',
  },
  limitFills: {
    flag: '--limit-fills',
    value: 'touch|through',
    text: 'when a waiting limit order is filled; default touch',
    range: 'touch or through',
  },
  positionMode: {
    flag: '--position-mode',
    value: 'reverse|net',
    text: 'what an order against the position does; default reverse',
    range: 'reverse or net',
  },
  market: {
    flag: '--market-kind',
    value: 'spot|perpetual',
    text: 'kind of market; default spot',
    range: 'spot or perpetual',
  },
  leverage: {
    flag: '--leverage',
    value: 'factor',
    text: 'positions as a multiple of the equity, perpetuals only; default 1',
    range: 'a factor from 1 to 125, above 1 with --market-kind perpetual alone',
  },
  maintenanceMargin: {
    flag: '--maintenance-margin',
    value: 'fraction',
    text: "equity as a fraction of the positions' value that liquidates; default 0",
    range: 'a fraction from 0 to 0.5, below 1 / leverage',
  },
  liquidationFee: {
    flag: '--liquidation-fee',
    value: 'fraction',
    text: 'fee of a liquidation besides --fee; default 0',
    range: 'a fraction from 0 to 0.1',
  },
  fundingRate: {
    flag: '--funding-rate',
    value: 'fraction',
    text: 'paid by longs at each funding time, perpetuals only; default 0',
    range: 'a fraction from -0.05 to 0.05, with --market-kind perpetual alone',
  },
  fundingHours: {
    flag: '--funding-hours',
    value: 'hours',
    text: 'hours between funding times; default 8',
    range: 'whole hours from 1 to 24',
  },
  seed: {
    flag: '--seed',
    value: 'number',
    text: "seed of the strategy's random(); default 1",
    range: 'a whole number from 0 to 4294967295',
  },
  periodsPerYear: {
    flag: '--periods-per-year',
    value: 'number',
    text: 'days a year of the market: 365, or 252 with weekends closed; default 365',
    range: 'a whole number from 1 to 366',
  },
  riskFreeRate: {
    flag: '--risk-free-rate',
    value: 'fraction',
    text: 'return a year without risk, for Sharpe and alpha; default 0',
    range: 'a fraction from -0.5 to 1; 0.02 is 2 % a year',
  },
  targetReturn: {
    flag: '--target-return',
    value: 'fraction',
    text: 'return a year that Sortino and Omega ask for; default 0',
    range: 'a fraction from -0.5 to 1; 0.05 is 5 % a year',
  },
  tailConfidence: {
    flag: '--tail-confidence',
    value: 'fraction',
    text: 'confidence of value at risk; default 0.95',
    range: 'a fraction from 0.5 to 0.999',
  },
};

/** Options of the commands that settle orders, as commander names them. */
export interface SettingsOptions {
  /** A JSON file of settings; options given besides win. */
  readonly settings?: string;
  readonly [name: string]: unknown;
}

export function addSettingOptions(command: Command): Command {
  command.option('--settings <file>', 'JSON file of settings, such as fee tiers; other options win over it');
  for (const { flag, value, text } of Object.values(settingOptions)) {
    command.option(`${flag} <${value}>`, text);
  }
  return command;
}

/**
 * The settings of a run from its options, over those of a file, over the defaults.
 * @throws LabError `usage` naming the option
 */
export async function parseSettings(options: SettingsOptions): Promise<RunSettings> {
  let settings: Record<string, unknown> = {
    ...defaultRunSettings,
    ...(options.settings === undefined ? {} : await readSettings(options.settings)),
  };
  // The kind of market first: leverage and funding depend on it, and maintenance on leverage.
  const names = Object.keys(settingOptions) as SettingName[];
  const ordered = ['market' as const, ...names.filter((name) => name !== 'market')];
  for (const name of ordered) {
    const { flag, range } = settingOptions[name];
    const text = options[optionName(flag)];
    if (typeof text !== 'string') continue;
    const value = wordSettings.has(name) ? text : (readNumber(text) ?? text);
    settings = { ...settings, [name]: value };
    const parsed = runSettingsSchema.safeParse(settings);
    if (parsed.success) continue;
    if (!runSettingsSchema.shape[name].safeParse(value).success || options.settings === undefined) {
      throw new LabError('usage', `${flag} takes ${range}, was "${text}".`, {
        action: 'Give a value in that range.',
      });
    }
    const problem = valueProblem(settingsSchema, parsed.error, settings);
    throw new LabError('usage', `${flag} ${text} does not go with ${options.settings}: ${problem}.`, {
      action: 'Change the file, or give an option for that too.',
      place: { file: options.settings },
    });
  }
  return runSettingsSchema.parse(settings);
}

const settingsSchema = z.strictObject(runSettingsSchema.shape);

const wordSettings = new Set<SettingName>(['limitFills', 'positionMode', 'market']);

/** `--maker-fee` becomes `makerFee`, as commander has it. */
function optionName(flag: string): string {
  return flag.slice(2).replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

async function readSettings(file: string): Promise<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    throw new LabError(
      'usage',
      isMissing
        ? `--settings takes a JSON file; there is no file "${file}".`
        : `--settings takes a JSON file, and ${file} is no JSON.`,
      { action: 'Give a file such as { "fee": 0.0004, "makerFee": 0.0002 }.', place: { file }, cause },
    );
  }
  const parsed = settingsSchema.partial().safeParse(value);
  const whole = runSettingsSchema.safeParse({
    ...defaultRunSettings,
    ...(parsed.success ? parsed.data : {}),
  });
  const problem = parsed.error ?? whole.error;
  if (problem !== undefined) {
    throw new LabError(
      'usage',
      `--settings ${file} cannot be used: ${valueProblem(settingsSchema, problem, value)}.`,
      {
        action: `Its names are ${Object.keys(runSettingsSchema.shape).join(', ')}.`,
        place: { file },
      },
    );
  }
  return value as Record<string, unknown>;
}
