import { workerData } from 'node:worker_threads';
import '../../extension/storage/journalWorker.ts';

const channel = new BroadcastChannel(`end of ${workerData.location}`);
channel.onmessage = () => {
  throw new Error('the disk is gone');
};
channel.unref();
