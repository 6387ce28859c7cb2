import { LabError } from '../../../contracts/errors.ts';
import { mostEnqueued } from '../../../contracts/tasks.ts';
import type { TaskMessage } from '../../../storage/tasks/taskProtocol.ts';

/** What calls that share a script may bring to it together. */
const sharedTasks = 500;
const sharedCharacters = 1_000_000;

/** The share of a script's room that so many characters take. */
export function textShare(characters: number): number {
  return characters / sharedCharacters;
}

/** The share of a script's room that the tasks of one call take. */
export function enqueueShare(tasks: readonly TaskMessage[]): number {
  return Math.max(tasks.length / sharedTasks, textShare(charactersOf(tasks)));
}

/** Answers the tasks of one call. Throws `usage` for more than one script takes, as it takes all or none. */
export function checkGroup(tasks: readonly TaskMessage[]): readonly TaskMessage[] {
  const { tasks: most, millionCharacters } = mostEnqueued;
  if (tasks.length > most) {
    throw new LabError(
      'usage',
      `${tasks.length} tasks are too many for one call: a queue on Redis takes up to ${most}.`,
      { action: 'Enqueue them in several calls.' },
    );
  }
  if (charactersOf(tasks) > 1e6 * millionCharacters) {
    throw new LabError(
      'usage',
      `The payloads of these ${tasks.length} tasks have more than the ${millionCharacters} million characters that one call takes.`,
      { action: 'Enqueue them in several calls.' },
    );
  }
  return tasks;
}

function charactersOf(tasks: readonly TaskMessage[]): number {
  return tasks.reduce((sum, { payload }) => sum + payload.length, 0);
}
