import type { TaskQueue } from '../../../extension/contracts/tasks.ts';
import { openRedisQueue } from '../../../extension/orchestrator/queue/redis/redisQueue.ts';
import { openJournal } from '../../../extension/storage/openJournal.ts';

const heartbeatUrl = new URL(
  '../../../extension/orchestrator/queue/redis/heartbeatWorker.ts',
  import.meta.url,
);
const workerUrl = new URL('../../../extension/storage/journalWorker.ts', import.meta.url);

/** A queue as programs open it, with its threads and the real clock: of a lab's folder, or of a Redis server. */
export async function openReal(
  kind: string,
  place: string,
): Promise<{ queue: TaskQueue; close(): Promise<void> }> {
  if (kind === 'redis') {
    const queue = await openRedisQueue({ url: place, prefix: 'real', heartbeatUrl });
    return { queue, close: () => queue.close() };
  }
  const journal = await openJournal({ folder: place, workerUrl });
  return { queue: journal.tasks, close: () => journal.close() };
}
