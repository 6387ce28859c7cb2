import fc from 'fast-check';
import { expect, test } from 'vitest';
import { guard } from '../../language-server/guardian/guard.ts';
import { runInSandbox } from '../../sandbox/session.ts';
import { quickjsBackend, runRequest } from '../sandbox/support.ts';
import { escapes, hidden } from './corpus/escapes.ts';
import { programs, render } from './corpus/grammar.ts';

function errorsOf(source: string): string[] {
  return guard(source, { author: 'agent' })
    .filter(({ severity }) => severity === 'error')
    .map(({ rule, line, message }) => `${rule} ${line}: ${message}`);
}

test('a random honest strategy has no error', () => {
  fc.assert(
    fc.property(programs, (program) => {
      expect(errorsOf(render(program))).toEqual([]);
    }),
    { numRuns: 200 },
  );
});

test('random honest strategies run in the preview sandbox', async () => {
  await fc.assert(
    fc.asyncProperty(programs, async (program) => {
      await expect(runInSandbox(runRequest(quickjsBackend(), render(program)))).resolves.toBeDefined();
    }),
    { numRuns: 4 },
  );
});

test('an escape put anywhere into a random strategy is a security error', () => {
  expect(Object.keys(escapes).length).toBeGreaterThanOrEqual(25);
  fc.assert(
    fc.property(programs, fc.nat(20), hidden, (program, at, { next, module }) => {
      const errors = errorsOf(render(program, { at, next, module }));
      expect(errors.some((error) => /^(?:SEC|SYN)/.test(error))).toBe(true);
    }),
    { numRuns: 600 },
  );
});
