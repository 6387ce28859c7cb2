import * as z from 'zod';
import { maximumCurvePoints } from './validation.ts';

const text = z.string();
const twin = z.object({ inSample: text, outOfSample: text });
const curve = z.array(z.number()).max(maximumCurvePoints);

/** A validation as it is shown, on a page and in a panel: all but the chart in words. */
export const validationViewSchema = z.object({
  /** How it was done, and what it came to, in sentences. */
  how: z.array(text),
  conclusion: z.array(text),
  twins: z.array(twin.extend({ name: text })),
  /** Figures of both sides together, each with its meaning. */
  ratios: z.array(z.object({ name: text, value: text, note: text })),
  chart: z.object({
    time: curve,
    /** The first is that of the folds. */
    lines: z.array(
      z.object({ kind: z.enum(['equity', 'hold', 'lowest', 'highest']), name: text, values: curve }),
    ),
    summary: text,
    table: z.object({ columns: z.array(text), rows: z.array(z.array(text)) }),
  }),
  folds: z.object({
    scoreName: text,
    left: text.nullable(),
    rows: z.array(
      z.object({
        number: text,
        train: text,
        test: text,
        chosen: text,
        score: twin,
        meanReturn: twin,
        trades: twin,
      }),
    ),
  }),
  /** Null where there is one path. */
  paths: z
    .object({
      left: text.nullable(),
      rows: z.array(
        z.object({
          name: text,
          isShown: z.boolean(),
          score: text,
          totalReturn: text,
          maxDrawdown: text,
          trades: text,
        }),
      ),
    })
    .nullable(),
  stability: z
    .object({
      note: text,
      /** Names of the parameters along the columns and down the rows. */
      x: text,
      y: text.nullable(),
      columns: z.array(text),
      rows: z.array(
        z.object({
          head: text,
          cells: z.array(
            twin.extend({
              isChosen: z.boolean(),
              /** From 1 to 3 by the size of the in-sample score, below 0 for a loss; 0 for none. */
              level: z.number().int().min(-3).max(3),
            }),
          ),
        }),
      ),
    })
    .nullable(),
});
export type ValidationView = z.infer<typeof validationViewSchema>;
