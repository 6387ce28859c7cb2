import { basename } from 'node:path';
import type { SagaView } from '../contracts/saga.ts';
import { assessInputSchema } from './assess/contracts.ts';
import { generateInputSchema } from './generate/contracts.ts';

const ideaSchema = generateInputSchema.pick({ idea: true });
const fileSchema = assessInputSchema.pick({ file: true });

/** What a run is about, for a list: the idea, or the strategy's file. */
export function runTitle({ name, input }: Pick<SagaView, 'name' | 'input'>): string {
  const idea = ideaSchema.safeParse(input);
  if (idea.success) return idea.data.idea;
  const file = fileSchema.safeParse(input);
  return file.success ? basename(file.data.file) : name;
}
