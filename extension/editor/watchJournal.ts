import { watch } from 'node:fs';
import type { Disposable } from 'vscode';
import type { Log } from './log.ts';

/** Another process's writes come in bursts. */
const settleMilliseconds = 150;

/**
 * Calls `onWritten` soon after any process has written to the journal of a lab. Without a watcher, as where the
 * system has none left, the views live on this window's own events.
 */
export function watchJournal(folder: string, log: Log, onWritten: () => void): Disposable {
  let settling: NodeJS.Timeout | undefined;
  try {
    const watcher = watch(folder, (_, name) => {
      if (name !== null && name !== 'journal.sqlite-wal') return;
      settling ??= setTimeout(() => {
        settling = undefined;
        onWritten();
      }, settleMilliseconds);
    });
    watcher.on('error', (error) => log.error('The lab cannot be watched', error));
    return {
      dispose() {
        watcher.close();
        clearTimeout(settling);
      },
    };
  } catch (error) {
    log.error('The lab cannot be watched: what others do is shown after Refresh', error);
    return { dispose: () => undefined };
  }
}
