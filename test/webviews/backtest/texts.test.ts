import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { backtestTexts } from '../../../webviews/backtest/texts.ts';

const root = join(import.meta.dirname, '../../..');
const sources = globSync(
  [
    'webviews/backtest/**/*.ts',
    'extension/reports/panel/*.ts',
    'extension/reports/validation/*.ts',
    'extension/editor/panels/*.ts',
  ],
  {
    cwd: root,
  },
)
  .filter((file) => !file.endsWith('texts.ts'))
  .map((file) => readFileSync(join(root, file), 'utf8'))
  .join('\n');

test('every text of the panel is used', () => {
  const isUsed = (key: string) => new RegExp(`['.]${key}\\b`).test(sources);
  expect(Object.keys(backtestTexts).filter((key) => !isUsed(key))).toEqual([]);
});
