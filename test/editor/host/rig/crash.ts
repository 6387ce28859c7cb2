import { test } from '../harness.ts';

test('before the crash', () => undefined);

test('the crash', async () => {
  process.kill(process.pid, 'SIGKILL');
  await new Promise(() => undefined);
});

test('after the crash', () => undefined);
