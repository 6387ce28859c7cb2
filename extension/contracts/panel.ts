import * as z from 'zod';

/*
 * What all panels have in common: how a page starts, what it says on its own, and what it leaves for the
 * next start. What else it says and hears is its own contract.
 */

/** Texts by their key, in the person's language, with `{0}`, `{1}` ... to fill in. */
export const panelTextsSchema = z.record(z.string(), z.string());
export type PanelTexts = z.infer<typeof panelTextsSchema>;

/** What stands in a panel's page when it starts. `subject` is what the panel is for, such as a run's id. */
export const panelBootstrapSchema = z.object({ texts: panelTextsSchema, subject: z.unknown() });
export type PanelBootstrap = z.infer<typeof panelBootstrapSchema>;

/** What every panel's page may say besides its own messages. */
export const panelNoticeSchema = z.discriminatedUnion('type', [
  /** It listens now; what it was sent before is lost. */
  z.object({ type: z.literal('ready') }),
  /** It dropped a message or could not do its work. */
  z.object({ type: z.literal('fault'), text: z.string().max(4000) }),
]);
export type PanelNotice = z.infer<typeof panelNoticeSchema>;

/** What a panel leaves for its next start: what it is for, and how it was looked at. */
export const panelStateSchema = z.object({
  subject: z.unknown(),
  /** Absent in what was kept of a panel that nobody has touched: as JSON, undefined is left out. */
  view: z.unknown().optional(),
});
export type PanelState = z.infer<typeof panelStateSchema>;
