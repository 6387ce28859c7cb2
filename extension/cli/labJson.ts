import type * as z from 'zod';
import type { Lab } from '../lab.ts';

/** Content of the journal that is JSON. @throws LabError `not-found`, `journal.corrupt` */
export async function readJson<T>(
  lab: Pick<Lab, 'readArtefact'>,
  hash: string,
  schema: z.ZodType<T>,
): Promise<T> {
  return schema.parse(JSON.parse(new TextDecoder().decode(await lab.readArtefact(hash))));
}
