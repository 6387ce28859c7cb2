import { expect, it } from 'vitest';
import { LabError, type LabErrorReason } from '../../extension/contracts/errors.ts';
import { untriedLimits } from '../../extension/contracts/isolation.ts';
import {
  alertReasons,
  type SandboxAlert,
  sandboxAlertSchema,
} from '../../extension/contracts/sandboxEvidence.ts';
import { recordOf, sandboxAlarm } from '../../extension/pipelines/sandboxAlarm.ts';
import type { SandboxSeen } from '../../sandbox/conversation.ts';

const isolation = { level: 'container', backend: 'docker-runc', limits: untriedLimits } as const;

function seen(changes: Partial<SandboxSeen['exit']> = {}): SandboxSeen {
  const exit = { code: 137, memoryExceeded: false, killedBy: 'protocol', ...changes } as const;
  return { receivedBytes: 120, stderrBytes: 7, exit };
}

function raising() {
  const raised: SandboxAlert[] = [];
  const alarm = sandboxAlarm(isolation, async (alert) => {
    raised.push(sandboxAlertSchema.parse(alert));
  });
  return { raised, alarm };
}

it.each(alertReasons)('raises an alert for %s, with all that was seen', async (reason) => {
  const { raised, alarm } = raising();
  await alarm(new LabError(reason, 'What was found.', { place: { bar: 12 } }), seen());
  expect(raised).toEqual([
    {
      reason,
      message: 'What was found.',
      bar: 12,
      isolation,
      exit: { code: 137, signal: 'SIGKILL', memoryExceeded: false, killedBy: 'protocol' },
      receivedBytes: 120,
      stderrBytes: 7,
    },
  ]);
});

it.each([
  'strategy.threw',
  'strategy.order',
  'sandbox.memory',
  'sandbox.timeout',
  'sandbox.crash',
  'sandbox.look-ahead',
  'sandbox.outdated',
  'sandbox.unavailable',
  'cancelled',
] satisfies LabErrorReason[])('takes %s for no attempt to break out', async (reason) => {
  const { raised, alarm } = raising();
  await alarm(new LabError(reason, 'An accident.'), seen());
  expect(raised).toEqual([]);
});

it('raises one alert a run, however many of its sandboxes fail', async () => {
  const { raised, alarm } = raising();
  const error = new LabError('sandbox.protocol', 'It lied.');
  await Promise.all([alarm(error, seen()), alarm(error, seen())]);
  expect(raised).toHaveLength(1);
});

it.each([
  [0, null],
  [1, null],
  [null, null],
  [139, 'SIGSEGV'],
  [134, 'SIGABRT'],
])('reads from exit code %s the signal %s', async (code, signal) => {
  const { raised, alarm } = raising();
  await alarm(new LabError('sandbox.early-exit', 'It left.'), seen({ code, killedBy: null }));
  expect(raised[0]?.exit).toMatchObject({ code, signal });
});

it('sums what was seen of the sandboxes of a run', () => {
  expect(recordOf([seen(), seen()], 3)).toEqual({
    exit: 'finished',
    sandboxes: 2,
    receivedBytes: 240,
    stderrBytes: 14,
    logLinesDropped: 3,
  });
});
