import { describe, expect, it } from 'vitest';
import { runInSandbox } from '../../sandbox/session.ts';
import { failureOf, quickjsBackend, runRequest, strategyOf } from './support.ts';

describe('what would end the process of the host', () => {
  it('is refused before a sandbox starts: a source beyond 1 MB, whose parser ends the process', async () => {
    const source = `${strategyOf('')}${'\n'.repeat(1_048_576)}`;
    const failure = await failureOf(runInSandbox(runRequest(quickjsBackend(), source)));
    expect(failure.reason).toBe('strategy.syntax');
    expect(failure.message).toContain('longer than 1 MB');
    const fitting = runRequest(quickjsBackend(), `${strategyOf('')}${'\n'.repeat(1_000_000)}`);
    await expect(runInSandbox(fitting)).resolves.toBeDefined();
  });

  it('does not leave the realm: a description that its reader has no memory for', async () => {
    const source = strategyOf('').replace(
      "name: 'Test',",
      `name: 'Test',
      params: Object.fromEntries(
        Array.from({ length: 2000 }, (_, i) => ['p' + i, { type: 'number', default: 0, min: 0, max: 1e9 }]),
      ),`,
    );
    const failure = await failureOf(runInSandbox(runRequest(quickjsBackend(), source)));
    expect(failure.reason).toBe('strategy.shape');
    expect(failure.message).toContain('too long');
  });
});

describe('a realm', () => {
  it('has nothing that a strategy could change in the built-ins of asynchronous code', async () => {
    const source = strategyOf(`
      const made = (async () => {})();
      const isOpen = (value: unknown) => !Object.isFrozen(value);
      if ([made.constructor, Object.getPrototypeOf(made)].some(isOpen)) throw new Error('open');
    `);
    await expect(runInSandbox(runRequest(quickjsBackend(), source))).resolves.toBeDefined();
  });
});
