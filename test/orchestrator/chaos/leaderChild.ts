import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { LabError } from '../../../extension/contracts/errors.ts';
import type { Journal } from '../../../extension/contracts/journal.ts';
import { Leadership } from '../../../extension/orchestrator/leadership.ts';
import { openJournal } from '../../../extension/storage/openJournal.ts';

/**
 * Tries to lead the lab in the folder given, with the times of the product. While it leads it writes under its lease
 * who writes, and again at each line that it is told. Says `ready`, `leads`, `wrote`, and `refused` with the reason.
 */
const [folder = ''] = process.argv.slice(2);
const workerUrl = new URL('../../../extension/storage/journalWorker.ts', import.meta.url);
const say = (text: string) => process.stdout.write(`${text}\n`);
const sleep = (wait: number, signal: AbortSignal) =>
  delay(wait, undefined, { signal }).catch(() => undefined);

const journal = await openJournal({ folder, workerUrl });
let epoch = 0;
say('ready');
const watched: Pick<Journal, 'acquireLease' | 'releaseLease'> = {
  async acquireLease(name, milliseconds) {
    const outcome = await journal.acquireLease(name, milliseconds);
    if (outcome.held) epoch = outcome.lease.epoch;
    return outcome;
  },
  releaseLease: (lease) => journal.releaseLease(lease),
};

new Leadership({
  journal: watched,
  async lead() {
    say('leads');
    const lease = { name: 'leader', epoch };
    // Deaf to the loss of its lease, as a leader is that has not heard of it yet.
    const write = async () => {
      const event = { type: 'test.led', version: 1, time: 0, traceId: '', data: { pid: process.pid, epoch } };
      await journal.append({ stream: 'test/leaders', lease, events: [event] });
      say('wrote');
    };
    try {
      await write();
      for await (const _ of createInterface(process.stdin)) await write();
    } catch (error) {
      say(`refused ${LabError.is(error) ? error.reason : error}`);
    }
  },
  clock: Date.now,
  sleep,
  onFault: (error) => say(String(error)),
});

// A journal alone keeps no process alive.
setInterval(() => undefined, 60_000);
