import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { hasRedis, startRedis } from '../../setup/redis.ts';
import { emptyFolder } from '../../storage/lab.ts';
import { claimOne, work } from '../queue/claims.ts';
import { openReal } from '../queue/realQueue.ts';

const script = fileURLToPath(new URL('./stalledChild.ts', import.meta.url));

async function placeOf(kind: string): Promise<string> {
  if (kind === 'embedded') return emptyFolder();
  const server = await startRedis();
  onTestFinished(() => server.stop());
  return server.url;
}

test.each(hasRedis ? ['embedded', 'redis'] : ['embedded'])(
  '%s: a worker that is stopped past its lease is taken over, and its late result is refused',
  async (kind) => {
    const place = await placeOf(kind);
    const { queue, close } = await openReal(kind, place);
    onTestFinished(close);
    const [task] = await queue.enqueue(work(['task']));
    const child = spawn(process.execPath, [script, kind, place], { stdio: ['pipe', 'pipe', 'inherit'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
    expect((await lines.next()).value).toBe('claimed 1');
    // It lives, and its heartbeats keep its lease.
    expect(await queue.recover()).toBe(0);
    child.kill('SIGSTOP');
    while ((await queue.recover()) === 0) await delay(20);
    const again = await claimOne(queue);
    expect(again).toMatchObject({ id: task?.id, attempt: 2 });
    child.stdin.write('go\n');
    child.kill('SIGCONT');
    expect((await lines.next()).value).toBe('task.stale');
    await queue.complete(again, 'in time');
    expect(await queue.get(again.id)).toMatchObject({ state: 'done', result: 'in time', epoch: again.epoch });
  },
);
