import * as z from 'zod';

/** What the preview worker is started with. */
export const previewWorkerDataSchema = z.object({
  realmSource: z.string(),
  realmHash: z.string(),
  memoryBytes: z.number().int().positive(),
  /** QuickJS. */
  interpreter: z.instanceof(WebAssembly.Module),
});
export type PreviewWorkerData = z.infer<typeof previewWorkerDataSchema>;

/** Exit code of a preview worker whose interpreter ran out of memory. */
export const previewMemoryExit = 137;
