import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

const environment: Record<string, string | undefined> = process.env;

/** Where real market data is looked for. */
export const dataFolder =
  environment['STRATEGY_LAB_DATA'] ?? resolve(import.meta.dirname, '../../../shared/data');

export const hasData = existsSync(dataFolder);
