import { describe, expect, it } from 'vitest';
import { cleanText, exitError } from '../../sandbox/failures.ts';
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
