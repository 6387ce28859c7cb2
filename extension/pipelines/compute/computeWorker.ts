import { parentPort, workerData } from 'node:worker_threads';
import { jobSchema, runJob, workerDataSchema } from './jobs.ts';
import { matrixOf } from './matrix.ts';

const port = parentPort;
if (port !== null) {
  const matrix = matrixOf(workerDataSchema.parse(workerData).matrix);
  port.on('message', (message: unknown) => port.postMessage(runJob(matrix, jobSchema.parse(message))));
}
