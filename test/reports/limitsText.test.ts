import { expect, test } from 'vitest';
import { isolationSchema, untriedLimits } from '../../extension/contracts/isolation.ts';
import { limitsText } from '../../extension/reports/limitsText.ts';
import { collectWarnings } from '../../extension/reports/warnings.ts';
import { heldLimits } from './heldLimits.ts';
import { makeInput } from './sample.ts';

test('a report warns of each limit of the sandbox that does not hold, and of none that does', () => {
  const input = makeInput();
  const warningsWith = (limits: typeof heldLimits) => {
    const isolation = { ...input.result.isolation, limits };
    return collectWarnings({ ...input, result: { ...input.result, isolation } });
  };
  const without = warningsWith(heldLimits);
  const broken = warningsWith({ ...heldLimits, memory: false, network: false });
  expect(broken.filter((warning) => !without.includes(warning))).toEqual([
    'A limit of the sandbox was seen not to hold, and the run was made all the same: memory.',
    'A limit of the sandbox was seen not to hold, and the run was made all the same: network.',
  ]);
});

test('what was not tried is never told as held', () => {
  expect(limitsText(untriedLimits)).toBe('no limit was tried');
  expect(limitsText(heldLimits)).toBe('every limit holds');
  expect(limitsText({ ...heldLimits, processor: null })).toBe(
    'the limits that were tried hold; not tried: processor',
  );
  expect(limitsText({ ...untriedLimits, files: false })).toMatch(
    /^these limits do not hold: files; not tried: memory/,
  );
});

test('a result that was stored before every limit was tried is still read, and claims none', () => {
  const stored = { level: 'gvisor', backend: 'docker-runsc', memoryLimitHolds: true };
  expect(isolationSchema.parse(stored).limits).toEqual(untriedLimits);
});
