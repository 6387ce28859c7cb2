import { expect, test } from 'vitest';
import * as z from 'zod';
import { allowedText, valueProblem } from '../../extension/contracts/schemaTexts.ts';

test.each<[z.ZodType, string]>([
  [z.number(), 'a number'],
  [z.number().int(), 'a whole number'],
  [z.number().int().min(1).max(8), 'a whole number from 1 to 8'],
  [z.number().int().min(0), 'a whole number from 0 on'],
  [z.number().positive().max(5), 'a number above 0 and up to 5'],
  [z.number().gt(0).lt(1), 'a number above 0 and below 1'],
  [z.number().min(-1), 'a number from -1 on'],
  [z.number().max(3).optional(), 'a number up to 3'],
  [z.number().min(0).max(0.2).nullable().default(null), 'a number from 0 to 0.2'],
  [z.enum(['touch', 'through']), 'one of touch, through'],
  [z.boolean(), 'true or false'],
  [z.string().min(2), 'a text'],
  [z.array(z.number()), 'a list'],
])('what a schema takes is said in words: %#', (schema, text) => {
  expect(allowedText(schema)).toBe(text);
});

const schema = z
  .strictObject({
    fee: z.number().min(0).max(0.2),
    tiers: z.array(z.object({ size: z.number().gt(0) })).optional(),
    gap: z.number().refine((gap) => gap !== 0, 'not 0'),
  })
  .refine(({ fee, gap }) => fee < gap, { message: 'the fee must be below the gap', path: ['gap'] });

test.each<[unknown, string]>([
  [{ fee: 7, gap: 1 }, 'fee takes a number from 0 to 0.2, was 7'],
  [{ fee: 'x', gap: 1 }, 'fee takes a number from 0 to 0.2, was "x"'],
  [{ gap: 1 }, 'fee takes a number from 0 to 0.2, was nothing'],
  [{ fee: 0, gap: 1, tiers: [{ size: 1 }, { size: 0 }] }, 'tiers.1.size takes a number above 0, was 0'],
  [{ fee: 0, gap: 1, free: true }, 'there is no "free"'],
  [{ fee: 0.1, gap: 0.1 }, 'the fee must be below the gap (gap is 0.1)'],
  [7, 'it takes fields by their names'],
  [{ fee: 'x'.repeat(500), gap: 1 }, `fee takes a number from 0 to 0.2, was "${'x'.repeat(99)} …`],
])('a value that does not fit is named with its field and what that takes: %j', (value, problem) => {
  const { error } = schema.safeParse(value);
  expect(error && valueProblem(schema, error, value)).toBe(problem);
});

test('of a choice between shapes, the field that tells them apart is named with all that it takes', () => {
  const choice = z.discriminatedUnion('action', [
    z.object({ action: z.literal('approve') }),
    z.object({ action: z.literal('rollback'), to: z.string() }),
  ]);
  const problemOf = (value: unknown) => {
    const { error } = choice.safeParse(value);
    return error && valueProblem(choice, error, value);
  };
  expect(problemOf({ action: 'maybe' })).toBe('action takes approve or rollback, was "maybe"');
  expect(problemOf({ action: 'rollback' })).toBe('to takes a text, was nothing');
});
