import { expect, it } from 'vitest';
import { marketRegimes } from '../../../extension/contracts/regimes.ts';
import { regimeCode, regimeOf } from '../../../extension/evaluation/regimes/definition.ts';

it('a label is the place of its regime in the list', () => {
  for (const [code, regime] of marketRegimes.entries()) expect(regimeCode[regime]).toBe(code);
});

it.each([
  // Drift and deviation of the bar, against a usual deviation of 0.01.
  [-0.015, 0.05, 'crash'],
  [-0.0149, 0.05, 'down-trend'],
  [0.05, 0.01, 'up-trend'],
  [0.002, 0.01, 'up-trend'],
  [-0.002, 0.01, 'down-trend'],
  [0.0019, 0.01, 'range'],
  [-0.0019, 0.01, 'range'],
  [0, 0.02, 'high-volatility'],
  [0, 0.0199, 'range'],
  [0, 0, 'range'],
] as const)('a drift of %d with a deviation of %d is called %s', (drift, deviation, regime) => {
  expect(regimeOf({ drift, deviation }, 0.01)).toBe(regime);
});
