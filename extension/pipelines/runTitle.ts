import { basename } from 'node:path';
import type { SagaView } from '../contracts/saga.ts';
import { assessInputSchema } from './assess/contracts.ts';
import { generateInputSchema } from './generate/contracts.ts';

/** What a run is about, for a list: the idea, or the strategy's file. */
export function runTitle({ name, input }: Pick<SagaView, 'name' | 'input'>): string {
  const idea = generateInputSchema.pick({ idea: true }).safeParse(input);
  if (idea.success) return idea.data.idea;
  const file = assessInputSchema.pick({ file: true }).safeParse(input);
  return file.success ? basename(file.data.file) : name;
}
