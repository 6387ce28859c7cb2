import * as z from 'zod';
import { gateCheckSchema, gateVerdictSchema } from './gate.ts';

const text = z.string();

/** The gate's verdict as a panel shows it: all texts are in the person's language. */
export const gateViewSchema = z.object({
  verdict: gateVerdictSchema.shape.verdict,
  /** The verdict in sentences: what it is, and which checks stand in the way. */
  sentences: z.array(text),
  /** How to come to what is missing; null where nothing is. */
  advice: text.nullable(),
  note: text,
  checks: z.array(
    z.object({
      label: text,
      state: gateCheckSchema.shape.state,
      stateText: text,
      value: text,
      bound: text,
      why: text,
    }),
  ),
  /** What the search's returns tell of luck; empty where there was no search. */
  figures: z.array(
    z.object({ label: text, definition: text, text, isAvailable: z.boolean(), why: text.nullable() }),
  ),
});
export type GateView = z.infer<typeof gateViewSchema>;
