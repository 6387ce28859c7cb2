import { openReal } from './realQueue.ts';

/* A process that claims a task, says so, and does nothing more until it is killed. */
const [, , kind = '', place = ''] = process.argv;
const { queue } = await openReal(kind, place);
const [task] = await queue.claim({ worker: 'child', types: ['work'], leaseMilliseconds: 3_600_000 });
process.stdout.write(`${JSON.stringify(task === undefined ? null : { id: task.id, epoch: task.epoch })}\n`);
setInterval(() => {}, 1000);
