import { expect, test } from 'vitest';
import type { Fragility } from '../../extension/contracts/fragility.ts';
import { gatePolicySchema } from '../../extension/contracts/gate.ts';
import { findingOfFailure, findingsOfRun } from '../../extension/evaluation/runFindings.ts';

const policy = gatePolicySchema.parse({});
const nothingRefused = { refusals: { total: 0, first: [] } };
const figures = (totalReturn: number) => ({ totalReturn, sharpe: 1, maxDrawdown: 0.1, trades: 30 });
const difference = { bar: 700, time: 1_700_000_000_000 };
const same = { at: 500, from: 0, to: 1000, compared: 40, difference: null, problem: null };

function fragility(changes: Partial<Fragility> = {}): Fragility {
  return {
    base: figures(0.5),
    fills: 60,
    delay: { figures: figures(0.45), problem: null, bars: 1, twoFills: 0.002 },
    doubledCosts: null,
    shiftedStart: [same],
    cutData: [same],
    noiseFuture: [same],
    ...changes,
  };
}

test('a sound run shows nothing of its strategy', () => {
  expect(findingsOfRun(nothingRefused, null, policy)).toEqual([]);
  expect(findingsOfRun(nothingRefused, fragility(), policy)).toEqual([]);
});

test('each refused access is an error at its line, with how often', () => {
  const first = [
    { what: 'process', line: 7, column: 3, count: 1000 },
    { what: 'the clock', line: null, column: null, count: 1 },
  ];
  expect(findingsOfRun({ refusals: { total: 1001, first } }, null, policy)).toMatchObject([
    {
      rule: 'D4',
      severity: 'error',
      line: 7,
      column: 3,
      message: expect.stringContaining('process 1000 times'),
    },
    { rule: 'D4', severity: 'error', line: null, message: expect.stringContaining('the clock') },
  ]);
});

test('orders that change with the future, with the start or with a bar of delay each speak by their rule', () => {
  const other = [{ ...same, difference }];
  const rules = (changes: Partial<Fragility>) =>
    findingsOfRun(nothingRefused, fragility(changes), policy).map(
      ({ rule, severity }) => `${rule} ${severity}`,
    );
  expect(rules({ cutData: other })).toEqual(['D1 error']);
  expect(rules({ noiseFuture: other })).toEqual(['D1 error']);
  expect(rules({ shiftedStart: other })).toEqual(['D2 warning']);
  expect(rules({ delay: { figures: figures(0.05), problem: null, bars: 1, twoFills: 0.002 } })).toEqual([
    'D3 warning',
  ]);
});

test('a double run that differs is a finding; other failures have marks of their own', () => {
  const failure = (reason: string) => ({ reason, message: 'It differs.', action: null, place: { bar: 9 } });
  expect(findingOfFailure(failure('sandbox.look-ahead'))).toMatchObject({
    rule: 'D1',
    line: null,
    message: 'It differs.',
  });
  expect(findingOfFailure(failure('strategy.threw'))).toBe(null);
});
