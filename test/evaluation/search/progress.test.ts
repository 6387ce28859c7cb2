import { expect, test } from 'vitest';
import { estimateProgress } from '../../../extension/evaluation/search/progress.ts';

test('the rest takes as long for each part as what was done', () => {
  expect(estimateProgress(25, 100, 5000)).toEqual({ fraction: 0.25, remaining: 15_000 });
});

test('nothing is foretold before anything is done, nor of what an earlier process did', () => {
  expect(estimateProgress(0, 100, 5000)).toEqual({ fraction: 0, remaining: null });
  expect(estimateProgress(60, 100, 0, 60)).toEqual({ fraction: 0.6, remaining: null });
  expect(estimateProgress(70, 100, 1000, 60)).toEqual({ fraction: 0.7, remaining: 3000 });
});

test('what is done takes no more time', () => {
  expect(estimateProgress(100, 100, 5000)).toEqual({ fraction: 1, remaining: 0 });
  expect(estimateProgress(0, 0, 0)).toEqual({ fraction: 1, remaining: 0 });
});
