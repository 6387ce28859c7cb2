import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import * as z from 'zod';
import type { TaskLease } from '../../../contracts/tasks.ts';
import { HeldTasks } from '../../../storage/tasks/heldTasks.ts';
import { RedisConnection } from './connection.ts';
import { heartbeatDataSchema, heartbeatOrdersSchema } from './heartbeatProtocol.ts';
import { OrderBox } from './orderBox.ts';
import { isGone } from './redisErrors.ts';

/** Renews leases over a connection of this thread's own, whatever the other threads are busy with. */
function serve(port: MessagePort, data: z.infer<typeof heartbeatDataSchema>): void {
  const connecting = RedisConnection.openLater(data).then((connection) => {
    connection.expect(data.made);
    return connection;
  });
  const renew = async (leases: readonly TaskLease[], milliseconds: number) => {
    const connection = await connecting;
    const args = leases.flatMap(({ id, epoch }) => [id, epoch]);
    let kept: readonly number[] = [];
    try {
      const reply = await connection.run('extend', null, [data.consumer, milliseconds, ...args]);
      kept = z.array(z.number()).parse(reply);
    } catch (error) {
      if (!isGone(error)) throw error;
    }
    const lost = leases.filter((lease, index) => kept[index] !== 1 && held.drop(lease));
    if (lost.length > 0) port.postMessage(lost);
  };
  const box = new OrderBox(data.memory);
  const held = new HeldTasks({
    // A beat that failed is made again with the next.
    renew: (leases, milliseconds) => void renew(leases, milliseconds).catch(() => {}),
    beforeBeat: () => void follow(box.take()),
    onPeriod(milliseconds) {
      box.looksEvery(milliseconds);
      if (milliseconds === null) void follow(box.take());
    },
  });
  // What is in the box was put in before what is sent.
  port.on('message', async (message: unknown) => {
    await follow(box.take());
    await follow(message);
  });
  async function follow(orders: unknown): Promise<void> {
    for (const order of heartbeatOrdersSchema.parse(orders)) {
      if (order.kind === 'hold') held.add(order.lease, order.milliseconds);
      else if (order.kind === 'drop') held.drop(order.lease);
      else {
        held.stop();
        port.close();
        await connecting.then((connection) => connection.close()).catch(() => {});
      }
    }
  }
}

if (parentPort !== null) serve(parentPort, heartbeatDataSchema.parse(workerData));
