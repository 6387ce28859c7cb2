import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { chartTexts } from '../../../webviews/backtest/texts/charts.ts';
import { figureTexts } from '../../../webviews/backtest/texts/figures.ts';
import { headTexts } from '../../../webviews/backtest/texts/head.ts';
import { recordTexts } from '../../../webviews/backtest/texts/record.ts';
import { stressTexts } from '../../../webviews/backtest/texts/stress.ts';
import { tradeTexts } from '../../../webviews/backtest/texts/trades.ts';
import { backtestTexts } from '../../../webviews/backtest/texts.ts';
import { validationTexts } from '../../../webviews/shared/validationTexts.ts';

const root = join(import.meta.dirname, '../../..');
const sources = globSync(
  [
    'webviews/backtest/**/*.ts',
    'extension/reports/panel/*.ts',
    'extension/reports/stress/*.ts',
    'extension/reports/validation/*.ts',
    'extension/editor/panels/*.ts',
  ],
  {
    cwd: root,
  },
)
  .filter((file) => !/texts(\.ts$|[\\/])/.test(file))
  .map((file) => readFileSync(join(root, file), 'utf8'))
  .join('\n');

test('every text of the panel is used', () => {
  const isUsed = (key: string) => new RegExp(`['.]${key}\\b`).test(sources);
  expect(Object.keys(backtestTexts).filter((key) => !isUsed(key))).toEqual([]);
});

test('no name stands for two texts', () => {
  const tables = [headTexts, chartTexts, figureTexts, validationTexts, stressTexts, tradeTexts, recordTexts];
  const names = tables.flatMap((table) => Object.keys(table));
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  expect(Object.keys(backtestTexts).sort()).toEqual(names.sort());
});
