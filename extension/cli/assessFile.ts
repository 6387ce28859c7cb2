import { resolve } from 'node:path';
import type * as z from 'zod';
import { guard } from '../../language-server/guardian/guard.ts';
import type { RunCandles } from '../contracts/candles.ts';
import { LabError } from '../contracts/errors.ts';
import { languageOfFile } from '../contracts/strategyLanguage.ts';
import type { Lab } from '../lab.ts';
import { errorOf } from '../orchestrator/saga/errorRecord.ts';
import type { assessInputSchema, walkForwardInputSchema } from '../pipelines/assess/contracts.ts';
import { refuseErrors } from '../pipelines/generate/design.ts';
import { readStrategy } from './guardCommand.ts';
import { loadMarkets, type MarketsOptions } from './markets.ts';
import { parseLevel } from './options.ts';
import { parseSettings, type SettingsOptions } from './settingOptions.ts';

type AssessedInput = z.input<typeof assessInputSchema> &
  Partial<Pick<z.input<typeof walkForwardInputSchema>, 'validation'>>;

export interface AssessedFileOptions extends MarketsOptions, SettingsOptions {
  readonly level?: string;
}

export interface AssessedFile {
  /** Name of the pipeline. */
  readonly pipeline: string;
  readonly file: string;
  /** What the pipeline's input has besides what the options say. */
  readonly more: Readonly<Partial<AssessedInput>>;
  /** Refuses bars on which the pipeline could not do what is asked, before there is a run. */
  readonly check?: (candles: RunCandles) => void;
}

/**
 * Takes a strategy file through a pipeline to the review gate.
 * @throws LabError of whatever the run failed with, `cancelled` where it was stopped
 */
export async function assessFile(
  lab: Lab,
  { pipeline, file, more, check }: AssessedFile,
  options: AssessedFileOptions,
  signal: AbortSignal,
): Promise<{ readonly id: string; readonly results: Readonly<Record<string, unknown>> }> {
  const settings = await parseSettings(options);
  const minimumLevel = parseLevel(options.level ?? 'preview');
  const source = await readStrategy(file);
  refuseErrors(guard(source, { author: 'person', language: languageOfFile(file) }));
  const markets = await loadMarkets(lab, options, settings);
  check?.(markets.candles);
  const input: AssessedInput = {
    source,
    file: resolve(file),
    author: 'person',
    params: {},
    ...markets.input,
    settings,
    metric: 'sharpe',
    minimumLevel,
    ...more,
  };
  const sagas = await lab.sagas();
  const id = await sagas.create({ name: pipeline, input });
  const view = await sagas.run(id, signal);
  if (view.error !== null) throw errorOf(view.error);
  if (view.state === 'interrupted') {
    throw new LabError('cancelled', `Run ${id} was stopped before its end.`, {
      action: `Go on with it: strategy-lab resume ${id}.`,
    });
  }
  return { id, results: await sagas.results(id) };
}
