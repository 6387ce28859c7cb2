import * as z from 'zod';
import { gateCheckSchema } from './gate.ts';

const text = z.string();

/** A column of a table: words, or numbers that stand to the right. */
const columnSchema = z.object({ title: text, kind: z.enum(['text', 'number']) });

export const stressTableSchema = z.object({
  id: z.string().regex(/^[a-z-]+$/),
  title: text,
  note: text,
  columns: z.array(columnSchema),
  /** A cell a column; the first one names the row. */
  rows: z.array(z.array(text)),
});
export type StressTable = z.infer<typeof stressTableSchema>;

/** How often a value fell into each of some ranges side by side. */
export const distributionSchema = z.object({
  title: text,
  note: text,
  /** The same in a sentence, for who does not see it. */
  summary: text,
  /** Names of the lowest and the highest border, and of the value that is marked. */
  low: text,
  high: text,
  marked: text,
  counts: z.array(z.number().int().nonnegative()).min(1),
  /** Where the marked value lies between the borders, from 0 to 1; null where it lies outside. */
  mark: z.number().min(0).max(1).nullable(),
});
export type Distribution = z.infer<typeof distributionSchema>;

/** How fragile a run is, and how the strategy fared in other circumstances: all as it is shown. */
export const stressViewSchema = z.object({
  verdicts: z.array(z.object({ name: text, state: gateCheckSchema.shape.state, stateText: text, why: text })),
  tables: z.array(stressTableSchema),
  drawdowns: distributionSchema.nullable(),
});
export type StressView = z.infer<typeof stressViewSchema>;
