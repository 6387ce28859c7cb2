import * as z from 'zod';
import { realmImageSchema } from './realmImage.ts';

/** What the preview worker is started with. */
export const previewWorkerDataSchema = z.object({
  realmSource: z.string(),
  realmHash: z.string(),
  memoryBytes: z.number().int().positive(),
  /** QuickJS. */
  interpreter: z.instanceof(WebAssembly.Module),
});
export type PreviewWorkerData = z.infer<typeof previewWorkerDataSchema>;

/** Said to a worker before the frames of a run: what was said before is of another one. */
export const previewBeginSchema = z.object({
  /** As another worker made it; where a worker has none it makes one, and tells it before all else. */
  image: realmImageSchema.optional(),
});
export type PreviewBegin = z.infer<typeof previewBeginSchema>;

/** Said by a worker behind the last frame of a run that ended well: it is free for another one. */
export const previewFree = 'free';

/** Exit code of a preview worker whose interpreter ran out of memory. */
export const previewMemoryExit = 137;
