import { randomUUID } from 'node:crypto';

/**
 * A new id for a task. It begins with the time, so that neighbours in time are neighbours in an index: with
 * ids at random, each insert into a large table would touch another page.
 */
export function newTaskId(now: number): string {
  return `${now.toString(36).padStart(9, '0')}-${randomUUID().slice(0, 18)}`;
}
