import { expect, test } from 'vitest';
import { strategyFileName, strategyFilesGlob } from '../../extension/contracts/languageServer.ts';
import { languageOfFile } from '../../extension/contracts/strategyLanguage.ts';

test.each([
  ['/home/ada/cross.strategy.py', 'python'],
  ['cross.strategy.ts', 'javascript'],
  ['cross.strategy.mjs', 'javascript'],
  ['/home/py/cross.strategy.js', 'javascript'],
  ['C:\\strategies\\CROSS.STRATEGY.PY', 'python'],
] as const)('the name %s says %s', (file, language) => {
  expect(languageOfFile(file)).toBe(language);
});

test.each(['py', 'ts', 'js', 'mts', 'mjs'])('a file *.strategy.%s is a strategy', (ending) => {
  expect(strategyFileName.test(`/a/b.strategy.${ending}`)).toBe(true);
  expect(strategyFileName.test(`/a/b.${ending}`)).toBe(false);
  expect(strategyFilesGlob).toContain(ending);
});
