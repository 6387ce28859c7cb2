import { describe, expect, it } from 'vitest';
import { LabError } from '../../../extension/contracts/errors.ts';
import { defaultLimits } from '../../../sandbox/sandbox.ts';
import { runInSandbox } from '../../../sandbox/session.ts';
import { containersOf, dockerBackend, newOwner, testDocker } from '../support.ts';
import { type HostileStrategy, hostileStrategies } from './hostile.ts';
import { breakOut, pythonOf, pythonRequest } from './support.ts';

/** Little time for what may take all of it, and plenty for the rest, however busy the machine is. */
function limitsFor(ends: HostileStrategy['ends']) {
  const answerMilliseconds = ends.includes('sandbox.timeout') ? 4000 : defaultLimits.answerMilliseconds;
  return { ...defaultLimits, answerMilliseconds, memoryBytes: 192 * 1_048_576 };
}

describe.each(['runc', 'runsc'] as const)(
  'under %s, unseen by Guardian, a strategy in Python that',
  (runtime) => {
    const docker = testDocker();
    const tests = it.concurrent.each(hostileStrategies);

    tests('$name gets nothing out, and no wrong result', async ({ next, ends, log }) => {
      // Of its own, so that what it leaves behind is told from what others have at work.
      const owner = newOwner();
      const backend = dockerBackend(docker, runtime, owner);
      const request = pythonRequest(backend, pythonOf(next, breakOut), { limits: limitsFor(ends) });
      const outcome = await runInSandbox(request).catch((error: unknown) => error);
      if (outcome instanceof Error) {
        if (!LabError.is(outcome)) throw outcome;
        expect(ends, outcome.message).toContain(outcome.reason);
      } else {
        const run = outcome as Awaited<ReturnType<typeof runInSandbox>>;
        expect(ends).toContain('runs');
        // What it did changes nothing of what the host computes: it has given no order.
        const [set] = run.sets;
        expect(set?.fills).toBe(0);
        expect(set?.settled.equity.every((value) => value === request.settings.cash)).toBe(true);
        for (const line of run.log) expect(line).toMatch(log ?? /^$/);
        expect(run.log.join('').length).toBeLessThanOrEqual(65_536);
      }
      expect(await containersOf(docker, owner)).toEqual([]);
    });
  },
);
