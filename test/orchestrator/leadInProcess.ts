import { setTimeout as delay } from 'node:timers/promises';
import { Leadership } from '../../extension/orchestrator/leadership.ts';
import { openJournal } from '../../extension/storage/openJournal.ts';

/** Tries to lead the lab in the folder given, with the lease of milliseconds given, and tells in lines how it goes. */
const [folder = '', milliseconds = ''] = process.argv.slice(2);
const workerUrl = new URL('../../extension/storage/journalWorker.ts', import.meta.url);
const say = (text: string) => process.stdout.write(`${text}\n`);

const sleep = (wait: number, signal: AbortSignal) =>
  delay(wait, undefined, { signal }).catch(() => undefined);

new Leadership({
  journal: await openJournal({ folder, workerUrl }),
  leaseMilliseconds: Number(milliseconds),
  tryMilliseconds: 20,
  clock: Date.now,
  async lead(signal) {
    say('leads');
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    say('follows');
  },
  sleep,
  onFault: (error) => say(String(error)),
});

// A journal alone keeps no process alive.
setInterval(() => undefined, 60_000);
