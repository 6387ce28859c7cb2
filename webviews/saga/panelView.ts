import * as z from 'zod';

/** How the panel was looked at. */
export const panelViewSchema = z.object({
  /** The place whose details are shown; null while they follow the run. */
  selected: z.string().nullable(),
  /** Sections that were closed, and those closed at first that were opened. */
  toggled: z.array(z.string()),
  scrollTop: z.number(),
  graphLeft: z.number(),
  draft: z.object({ gate: z.string(), comment: z.string(), idea: z.string().nullable() }).nullable(),
});
export type PanelView = z.infer<typeof panelViewSchema>;

export const freshView: PanelView = {
  selected: null,
  toggled: [],
  scrollTop: 0,
  graphLeft: 0,
  draft: null,
};
