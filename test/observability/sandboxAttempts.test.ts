import { expect, it } from 'vitest';
import type { SagaView } from '../../extension/contracts/saga.ts';
import { sandboxAttempts, totalOf } from '../../extension/observability/sandboxAttempts.ts';

type Run = Pick<SagaView, 'alerts' | 'forensics'>;

function run(reasons: readonly string[], ...reports: readonly (readonly string[])[]): Run {
  return {
    alerts: reasons.map((reason) => ({ reason })),
    forensics: reports.map((kinds) => ({ findings: kinds.map((kind) => ({ kind, count: 9 })) })),
  } as Run;
}

it('counts every alert, and each kind of finding once a run, by reason and in the order of their names', () => {
  const runs = [
    run(['sandbox.protocol', 'sandbox.protocol', 'sandbox.output'], ['network', 'program'], ['network']),
    run([], ['network']),
    run([]),
  ];
  const name = 'sandbox_escape_attempts_total';
  expect(sandboxAttempts(runs)).toEqual([
    { name, labels: { reason: 'forensics.network' }, value: 2 },
    { name, labels: { reason: 'forensics.program' }, value: 1 },
    { name, labels: { reason: 'sandbox.output' }, value: 1 },
    { name, labels: { reason: 'sandbox.protocol' }, value: 2 },
  ]);
  expect(totalOf(sandboxAttempts(runs))).toBe(6);
});

it('has no sample where nothing was attempted', () => {
  expect(sandboxAttempts([run([]), run([], [])])).toEqual([]);
  expect(totalOf([])).toBe(0);
});

it('never falls when more becomes known of a run', () => {
  const before = totalOf(sandboxAttempts([run(['sandbox.output'], ['network'])]));
  const after = totalOf(sandboxAttempts([run(['sandbox.output'], ['network'], [])]));
  expect(after).toBe(before);
});
