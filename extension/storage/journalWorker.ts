import { fileURLToPath } from 'node:url';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { asJournalError, openDatabase } from './database.ts';
import { JournalService } from './journalService.ts';
import { thisProcess } from './processIdentity.ts';
import {
  requestSchema,
  type WorkerError,
  type WorkerMessage,
  workerDataSchema,
  workerErrorSchema,
} from './protocol.ts';

/** Serves the database at `location` to the thread behind `port` until that asks to close. */
function serve(port: MessagePort, location: URL): void {
  const post = (message: WorkerMessage) => port.postMessage(message);
  const file = fileURLToPath(location);
  let service: JournalService;
  try {
    service = new JournalService({
      database: openDatabase(location),
      identity: thisProcess(),
      clock: Date.now,
      atEndOfTurn: setImmediate,
      replies: {
        answer: (id, value) => post({ kind: 'answer', id, value }),
        refuse: (id, error) => post({ kind: 'refusal', id, error: describe(error, file) }),
        leaseLost: (name, epoch) => post({ kind: 'lease-lost', name, epoch }),
      },
    });
  } catch (error) {
    post({ kind: 'unusable', error: describe(error, file) });
    port.close();
    return;
  }
  port.on('message', (message: unknown) => {
    const { id, operation, payload } = requestSchema.parse(message);
    if (operation !== 'close') return service.take(id, operation, payload);
    service.close();
    post({ kind: 'answer', id, value: null });
    port.close();
  });
  post({ kind: 'ready' });
}

function describe(error: unknown, file: string): WorkerError {
  if (error instanceof z.ZodError) {
    const message = `The journal cannot take this request: ${z.prettifyError(error)}.`;
    return { reason: 'usage', message, action: null };
  }
  const { reason, message, action } = asJournalError(error, file);
  return workerErrorSchema.parse({ reason, message, action: action ?? null });
}

if (parentPort !== null) serve(parentPort, new URL(workerDataSchema.parse(workerData).location));
