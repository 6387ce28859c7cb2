import type { Worker } from 'node:worker_threads';
import { runInSandbox } from '../../sandbox/session.ts';
import { crossStrategy, quickjsBackend, runRequest } from './support.ts';

/* A host that makes one run in the preview, and says whether the run's thread was there when it ended by itself. */
const workers: Worker[] = [];
process.on('worker', (worker) => workers.push(worker));
await runInSandbox(runRequest(quickjsBackend(), crossStrategy));
process.on('exit', () => {
  const isThere = workers.some(({ threadId }) => threadId !== -1);
  process.stdout.write(isThere ? 'ends with its idle thread\n' : 'waits for its idle thread\n');
});
