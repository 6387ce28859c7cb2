import * as z from 'zod';
import { readIfPresent, writeAtomically } from '../store/files.ts';

/** A range of time that was loaded as a whole, and the set in the store that holds its bars. */
const finishedSchema = z.object({
  from: z.number(),
  to: z.number(),
  hash: z.string(),
});
export type Finished = z.infer<typeof finishedSchema>;

/** What was loaded before of a series. A list that is damaged is no list: all is loaded again. */
export async function readFinished(path: string): Promise<Finished[]> {
  try {
    return z.array(finishedSchema).parse(JSON.parse(new TextDecoder().decode(await readIfPresent(path))));
  } catch {
    return [];
  }
}

/** Adds a range; those inside it are known through it from now on. */
export async function addFinished(path: string, added: Finished): Promise<void> {
  const others = (await readFinished(path)).filter(({ from, to }) => from < added.from || to > added.to);
  const list = [...others, added].sort((a, b) => a.from - b.from);
  await writeAtomically(path, `${JSON.stringify(list, null, 2)}\n`);
}
