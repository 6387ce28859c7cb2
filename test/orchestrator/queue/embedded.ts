import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { onTestFinished } from 'vitest';
import { openDatabase } from '../../../extension/storage/database.ts';
import { JournalService } from '../../../extension/storage/journalService.ts';
import { thisProcess } from '../../../extension/storage/processIdentity.ts';
import { JournalTasks } from '../../../extension/storage/tasks/taskPort.ts';
import { emptyFolderInMemory } from '../../storage/lab.ts';
import type { TestBackEnd, TestQueue } from './backEnd.ts';

/** The queue in a journal of this thread, so that its clocks are the test's. */
export function openEmbedded(
  folder: string,
  clock: () => number,
  isSteady = () => true,
): { queue: JournalTasks; close: () => void } {
  let nextId = 1;
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  const service = new JournalService({
    database: openDatabase(pathToFileURL(join(folder, 'journal.sqlite'))),
    identity: thisProcess(),
    clock,
    isSteady,
    atEndOfTurn: setImmediate,
    replies: {
      answer: (id, value) => waiting.get(id)?.resolve(value),
      refuse: (id, error) => waiting.get(id)?.reject(error),
      leaseLost: () => {},
      taskLost: (lease) => queue.lost(lease),
    },
  });
  const queue = new JournalTasks(async (operation, answer, payload) => {
    const id = nextId++;
    const settled = Promise.withResolvers<unknown>();
    waiting.set(id, settled);
    service.take(id, operation, payload());
    return answer.parse(await settled.promise);
  });
  return { queue, close: () => service.close() };
}

export const embedded: TestBackEnd = {
  name: 'embedded',
  runs: 300,
  async open(): Promise<TestQueue> {
    const folder = emptyFolderInMemory();
    let now = 1_700_000_000_000;
    const closers: (() => void)[] = [];
    const open = async () => {
      const { queue, close } = openEmbedded(folder, () => now);
      closers.push(close);
      return queue;
    };
    const close = async () => {
      for (const closeOne of closers.splice(0)) closeOne();
    };
    onTestFinished(close);
    return {
      queue: await open(),
      close,
      now: () => now,
      advance: (milliseconds) => {
        now += milliseconds;
      },
      openAgain: open,
    };
  },
};
