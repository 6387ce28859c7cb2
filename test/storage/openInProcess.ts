import { LabError } from '../../extension/contracts/errors.ts';
import { openJournal } from '../../extension/storage/openJournal.ts';

/** Opens the journal of the folder given and prints, as JSON, how many note streams it has or why it cannot. */
const workerUrl = new URL('../../extension/storage/journalWorker.ts', import.meta.url);
const print = (value: unknown) => process.stdout.write(JSON.stringify(value));
try {
  const journal = await openJournal({ folder: process.argv[2] ?? '', workerUrl });
  print({ streams: (await journal.streams('note')).length });
  await journal.close();
} catch (error) {
  if (!LabError.is(error)) throw error;
  print({ reason: error.reason, message: error.message, action: error.action });
}
