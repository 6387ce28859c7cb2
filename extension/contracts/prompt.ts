import * as z from 'zod';

/** What a text does that speaks to a model instead of its reader. */
export const promptKindSchema = z.enum([
  /** Sets instructions aside, or gives new ones. */
  'override',
  /** Gives the model another role. */
  'role',
  /** Speaks to a model or a reviewer. */
  'address',
  /** Asks for approval, or says that there was one. */
  'approval',
  /** Asks to keep quiet about findings, or to leave checks out. */
  'suppression',
  /** Asks for the prompt, keys or secrets. */
  'exfiltration',
  /** Asks for commands, transfers or other acts. */
  'action',
  /** Marks of a chat's roles and of control. */
  'template',
  /** Text that a reader does not see. */
  'hidden',
]);
export type PromptKind = z.infer<typeof promptKindSchema>;

/** A place in an outside text that speaks to a model; offsets count UTF-16 units from 0. */
export const promptFindingSchema = z.object({
  kind: promptKindSchema,
  severity: z.enum(['error', 'warning']),
  start: z.number().int().nonnegative(),
  end: z.number().int().nonnegative(),
  /** What it says, made plain and shortened. */
  text: z.string(),
  /** How it was written, where it was not written plainly: base64, hex, rot13, reversed ... */
  encoding: z.string().optional(),
});
export type PromptFinding = z.infer<typeof promptFindingSchema>;
