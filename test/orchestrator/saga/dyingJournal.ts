import { LabError } from '../../../extension/contracts/errors.ts';
import type { Lease } from '../../../extension/contracts/journal.ts';
import type { LabJournal } from '../../../extension/storage/openJournal.ts';

/**
 * The journal as a process sees it that dies at its write number `at`: just before that write reaches
 * the disk, or just after. From then on nothing it does has any effect.
 */
export function dyingJournal(journal: LabJournal, at: number, moment: 'before' | 'after') {
  let writes = 0;
  let died = false;
  const leases: Lease[] = [];
  const guarded =
    <Arguments extends unknown[], Value>(write: (...values: Arguments) => Promise<Value>) =>
    async (...values: Arguments): Promise<Value> => {
      writes += 1;
      if (writes === at && moment === 'after') await write(...values);
      if (writes >= at) {
        died = true;
        throw new LabError('journal.unavailable', 'the process is dead');
      }
      return write(...values);
    };
  const dying: LabJournal = {
    append: guarded((request) => journal.append(request)),
    putArtefact: guarded((content) => journal.putArtefact(content)),
    acquireLease: guarded(async (name, milliseconds) => {
      const outcome = await journal.acquireLease(name, milliseconds);
      if (outcome.held) leases.push(outcome.lease);
      return outcome;
    }),
    releaseLease: guarded((lease) => journal.releaseLease(lease)),
    trials: {
      record: guarded((evaluation, time) => journal.trials.record(evaluation, time)),
      count: (query) => journal.trials.count(query),
      verify: () => journal.trials.verify(),
    },
    tasks: journal.tasks,
    events: journal.events,
    read: (stream, from) => journal.read(stream, from),
    streams: (kind) => journal.streams(kind),
    snapshots: (kind) => journal.snapshots(kind),
    getArtefact: (hash) => journal.getArtefact(hash),
    leaseHolder: (name) => journal.leaseHolder(name),
    verifyChain: (stream) => journal.verifyChain(stream),
    died: journal.died,
    close: () => journal.close(),
  };
  return { dying, died: () => died, leases };
}
