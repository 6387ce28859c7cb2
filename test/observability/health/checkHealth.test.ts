import { expect, test, vi } from 'vitest';
import { LabError } from '../../../extension/contracts/errors.ts';
import { partHealthSchema } from '../../../extension/contracts/health.ts';
import {
  checkParts,
  type HealthCheck,
  isFine,
  overallState,
} from '../../../extension/observability/health/checkHealth.ts';
import { diskFinding, eventLoopFinding } from '../../../extension/observability/health/machineChecks.ts';

const options = { timeoutMilliseconds: 1000, monotonicClock: () => performance.now() };
const check = (part: string, work: HealthCheck['check']): HealthCheck => ({
  part,
  isEssential: false,
  check: work,
});

test('a part that never answers is down after its time, and told to stop; the others are not held up', async () => {
  vi.useFakeTimers();
  try {
    let stopped: AbortSignal | undefined;
    const parts = checkParts(
      [
        check('hangs', (signal) => {
          stopped = signal;
          return new Promise(() => {});
        }),
        check('answers', async () => isFine('It is there.')),
      ],
      { ...options, monotonicClock: Date.now },
    );
    await vi.advanceTimersByTimeAsync(1000);
    expect(await parts).toEqual([
      {
        part: 'hangs',
        state: 'down',
        reason: 'timeout',
        detail: 'It has not answered within 1000 ms.',
        action: 'Look whether it is overloaded or cannot be reached.',
        latency_ms: 1000,
      },
      { part: 'answers', state: 'ok', reason: null, detail: 'It is there.', action: null, latency_ms: 0 },
    ]);
    expect(stopped?.aborted).toBe(true);
  } finally {
    vi.useRealTimers();
  }
});

test('all parts are asked at the same time', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const waitsForOther = check('first', async () => {
    await promise;
    return isFine('');
  });
  const freesOther = check('second', async () => {
    resolve();
    return isFine('');
  });
  const states = (await checkParts([waitsForOther, freesOther], options)).map(({ state }) => state);
  expect(states).toEqual(['ok', 'ok']);
});

test('what a part throws becomes its finding, with reason and action, without secrets, and bounded', async () => {
  const parts = await checkParts(
    [
      check('lab error', () =>
        Promise.reject(new LabError('journal.unavailable', 'It is locked.', { action: 'Close the other.' })),
      ),
      check('at once', () => {
        throw new Error(`token=abcdef123456 ${'x'.repeat(5000)}`);
      }),
    ],
    options,
  );
  expect(parts[0]).toMatchObject({
    state: 'down',
    reason: 'journal.unavailable',
    detail: 'It is locked.',
    action: 'Close the other.',
  });
  expect(parts[1]?.detail).toMatch(/^token=\*\*\* x+$/);
  for (const part of parts) expect(partHealthSchema.parse(part)).toEqual(part);
});

test.each([
  [{ journal: 'ok', redis: 'ok' }, 'ok'],
  [{ journal: 'ok', redis: 'absent' }, 'ok'],
  [{ journal: 'ok', redis: 'down' }, 'degraded'],
  [{ journal: 'degraded', redis: 'ok' }, 'degraded'],
  [{ journal: 'down', redis: 'ok' }, 'down'],
  [{ journal: 'absent', redis: 'ok' }, 'down'],
] as const)('where only the journal is essential, %j is %s as a whole', (states, whole) => {
  const parts = Object.entries(states).map(([part, state]) => ({ part, state }));
  expect(overallState(parts, new Set(['journal']))).toBe(whole);
});

test.each([
  [null, 'degraded'],
  [1024 ** 3, 'ok'],
  [1024 ** 3 - 1, 'degraded'],
  [200 * 1024 ** 2, 'degraded'],
  [200 * 1024 ** 2 - 1, 'down'],
] as const)('a disk with %j bytes free is %s', (free, state) => {
  const finding = diskFinding(free);
  expect(finding.state).toBe(state);
  expect(finding.action === null).toBe(state === 'ok');
});

test.each([
  [null, 'absent'],
  [0.02, 'ok'],
  [0.3, 'degraded'],
  [2, 'down'],
] as const)('an event loop that is %j s late is %s', (delay, state) => {
  expect(eventLoopFinding(delay).state).toBe(state);
});
