import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** A journal's thread that a test can end as a fault of its own would. */
export const mortalWorkerUrl = new URL('./mortalWorker.ts', import.meta.url);

/** Ends the thread of the journal of a lab's folder, if it is a mortal one. */
export function endThread(folder: string): void {
  const channel = new BroadcastChannel(`end of ${pathToFileURL(join(folder, 'journal.sqlite')).href}`);
  channel.postMessage(null);
  channel.close();
}
