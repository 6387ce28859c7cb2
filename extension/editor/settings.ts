import * as vscode from 'vscode';
import * as z from 'zod';
import { defaultRunSettings, type RunSettings, runSettingsSchema } from '../contracts/backtest.ts';
import { LabError } from '../contracts/errors.ts';
import { isolationLevelSchema, limitNameSchema } from '../contracts/isolation.ts';
import { namesSchema, redisUrlSchema, runtimeNameSchema } from '../contracts/names.ts';
import { valueProblem } from '../contracts/schemaTexts.ts';
import { searchMetricSchema } from '../pipelines/generate/contracts.ts';
import type { SettingId } from './contributions/settings.ts';

const ownSettings = {
  cash: true,
  fee: true,
  slippage: true,
  quantityStep: true,
  minimumNotional: true,
  seed: true,
  periodsPerYear: true,
  riskFreeRate: true,
  targetReturn: true,
  tailConfidence: true,
} as const;

/** What has no setting of its own, by the names of the run's settings. */
const venueSchema = z
  .strictObject(runSettingsSchema.shape)
  .omit(ownSettings)
  .partial()
  .refine((venue) => runSettingsSchema.safeParse({ ...defaultRunSettings, ...venue }).success, {
    message: 'leverage and funding need market perpetual, and the maintenance margin is below 1 / leverage',
  });

/** A Redis server; settings are no place for a password. */
const redisAddressSchema = z
  .string()
  .refine((text) => text === '' || redisUrlSchema.safeParse(text).success, {
    message: 'write for example redis://127.0.0.1:6379',
  })
  .refine((text) => !URL.canParse(text) || new URL(text).password === '', {
    message: 'give an address with a password by the environment variable STRATEGY_LAB_REDIS',
  });

const settingSchemas = {
  'strategyLab.backtest.cash': runSettingsSchema.shape.cash,
  'strategyLab.backtest.fee': runSettingsSchema.shape.fee,
  'strategyLab.backtest.slippage': runSettingsSchema.shape.slippage,
  'strategyLab.backtest.quantityStep': runSettingsSchema.shape.quantityStep,
  'strategyLab.backtest.minimumNotional': runSettingsSchema.shape.minimumNotional,
  'strategyLab.backtest.venue': venueSchema,
  'strategyLab.backtest.seed': runSettingsSchema.shape.seed,
  'strategyLab.backtest.periodsPerYear': runSettingsSchema.shape.periodsPerYear,
  'strategyLab.backtest.riskFreeRate': runSettingsSchema.shape.riskFreeRate,
  'strategyLab.backtest.targetReturn': runSettingsSchema.shape.targetReturn,
  'strategyLab.backtest.tailConfidence': runSettingsSchema.shape.tailConfidence,
  'strategyLab.backtest.metric': searchMetricSchema,
  'strategyLab.sandbox.minimumLevel': isolationLevelSchema.exclude(['none']),
  'strategyLab.sandbox.dockerSocket': z.string(),
  'strategyLab.sandbox.runtimes': namesSchema(runtimeNameSchema),
  'strategyLab.sandbox.acceptMissingLimits': namesSchema(limitNameSchema),
  'strategyLab.sandbox.imageFile': z.string(),
  'strategyLab.runs.concurrent': z.number().int().min(1).max(8),
  'strategyLab.runs.redis': redisAddressSchema,
  'strategyLab.api.port': z.number().int().min(0).max(65_535),
  'strategyLab.guardian.enabled': z.boolean(),
  'strategyLab.guardian.delay': z.number().int().min(0).max(5000),
  'strategyLab.guardian.severity': z.record(z.string(), z.string()),
  'strategyLab.tracing.endpoint': z.string(),
  'strategyLab.codeLens.enabled': z.boolean(),
  'strategyLab.failureMarks.enabled': z.boolean(),
} as const satisfies Record<SettingId, z.ZodType>;

type SettingValue<Id extends SettingId> = z.infer<(typeof settingSchemas)[Id]>;

/** The value of a setting. @throws LabError `usage` for one that does not fit, naming it */
export function readSetting<Id extends SettingId>(id: Id, resource?: vscode.Uri): SettingValue<Id> {
  const value: unknown = vscode.workspace.getConfiguration(undefined, resource).get(id);
  const parsed = settingSchemas[id].safeParse(value);
  if (parsed.success) return parsed.data as SettingValue<Id>;
  throw new LabError(
    'usage',
    vscode.l10n.t('The setting {0} cannot be {1}.', id, JSON.stringify(value) ?? 'undefined'),
    {
      action: vscode.l10n.t(
        'Mend it in the settings: {0}',
        valueProblem(settingSchemas[id], parsed.error, value),
      ),
    },
  );
}

/** The settings of a run for a file or folder. @throws LabError `usage` naming the setting */
export function readRunSettings(resource: vscode.Uri | undefined): RunSettings {
  return runSettingsSchema.parse({
    ...defaultRunSettings,
    ...readSetting('strategyLab.backtest.venue', resource),
    cash: readSetting('strategyLab.backtest.cash', resource),
    fee: readSetting('strategyLab.backtest.fee', resource),
    slippage: readSetting('strategyLab.backtest.slippage', resource),
    quantityStep: readSetting('strategyLab.backtest.quantityStep', resource),
    minimumNotional: readSetting('strategyLab.backtest.minimumNotional', resource),
    seed: readSetting('strategyLab.backtest.seed', resource),
    periodsPerYear: readSetting('strategyLab.backtest.periodsPerYear', resource),
    riskFreeRate: readSetting('strategyLab.backtest.riskFreeRate', resource),
    targetReturn: readSetting('strategyLab.backtest.targetReturn', resource),
    tailConfidence: readSetting('strategyLab.backtest.tailConfidence', resource),
  });
}
