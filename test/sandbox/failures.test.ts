import { describe, expect, it } from 'vitest';
import { cleanText, exitError, failError } from '../../sandbox/failures.ts';
import { defaultLimits } from '../../sandbox/sandbox.ts';

describe('text from a sandbox', () => {
  it('is bounded and holds nothing that steers a terminal or hides', () => {
    expect(cleanText('a\u001b[31mb\u0007\r\nc\u202ed\u200be\ud800')).toBe('a [31mb c d e');
    expect(cleanText('x'.repeat(5000))).toHaveLength(503);
  });
});

describe('the end of a sandbox', () => {
  it.each([
    [{ code: 0, memoryExceeded: false, killedBy: null }, 'sandbox.early-exit'],
    [{ code: 134, memoryExceeded: false, killedBy: null }, 'sandbox.crash'],
    [{ code: null, memoryExceeded: false, killedBy: null }, 'sandbox.crash'],
    [{ code: 137, memoryExceeded: true, killedBy: null }, 'sandbox.memory'],
    [{ code: 137, memoryExceeded: false, killedBy: 'output' }, 'sandbox.output'],
    [{ code: 137, memoryExceeded: true, killedBy: 'timeout' }, 'sandbox.timeout'],
  ] as const)('%o is called %s', (facts, reason) => {
    expect(exitError(facts, defaultLimits).reason).toBe(reason);
  });
});

describe('what a runner tells of a strategy', () => {
  const fail = {
    nonce: '',
    phase: 'module',
    isOrder: false,
    message: 'nothing there',
    set: null,
    bar: null,
    time: null,
    line: null,
    column: null,
  } as const;

  it('comes with what to do in the language of the strategy', () => {
    expect(failError(fail, 10).action).toContain('defineStrategy');
    expect(failError(fail, 10, 'python').action).toContain('derives from Strategy of strategy_lab');
  });

  it('names the method that failed', () => {
    const failure = failError({ ...fail, phase: 'signals', line: 7 }, 10, 'python');
    expect(failure).toMatchObject({
      reason: 'strategy.threw',
      message: 'The strategy failed in signals at line 7: nothing there',
    });
  });
});
