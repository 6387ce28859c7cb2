import { fileURLToPath } from 'node:url';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import * as z from 'zod';
import { recoveryMilliseconds } from '../contracts/tasks.ts';
import { asJournalError, openDatabase } from './database.ts';
import { JournalService } from './journalService.ts';
import { thisProcess } from './processIdentity.ts';
import {
  requestsSchema,
  type WorkerError,
  type WorkerMessage,
  workerDataSchema,
  workerErrorSchema,
} from './protocol.ts';
import { SteadyClock } from './tasks/steadyClock.ts';
import { Wire } from './wire.ts';

/** Serves the database at `location` to the thread behind `port` until that asks to close. */
function serve(port: MessagePort, location: URL, memory: SharedArrayBuffer): void {
  const wire = new Wire({ port, memory, side: 'worker', hear });
  let outbox: WorkerMessage[] = [];
  const sendAll = () => {
    if (outbox.length > 0) wire.send(outbox, outbox.every(isText));
    outbox = [];
  };
  // The port is emptied before its end is told.
  const sendLast = () => {
    wire.send(outbox, false);
    outbox = [];
    port.close();
  };
  // What is told in one go travels in one message.
  const post = (message: WorkerMessage) => {
    if (outbox.push(message) === 1) queueMicrotask(sendAll);
  };
  const file = fileURLToPath(location);
  const steadyClock = new SteadyClock(Date.now, () => performance.now());
  setInterval(() => steadyClock.isSteady(), recoveryMilliseconds.heartbeat).unref();
  let service: JournalService;
  try {
    service = new JournalService({
      database: openDatabase(location),
      identity: thisProcess(),
      clock: Date.now,
      isSteady: () => steadyClock.isSteady(),
      atEndOfTurn: (callback) => wire.atEndOfTurn(callback),
      replies: {
        answer: (id, value) => post({ kind: 'answer', id, value }),
        refuse: (id, error) => post({ kind: 'refusal', id, error: describe(error, file) }),
        leaseLost: (name, epoch) => post({ kind: 'lease-lost', name, epoch }),
        taskLost: (lease) => post({ kind: 'task-lost', lease }),
      },
    });
  } catch (error) {
    post({ kind: 'unusable', error: describe(error, file) });
    sendLast();
    return;
  }
  function hear(message: unknown): void {
    for (const { id, operation, payload } of requestsSchema.parse(message)) {
      if (operation !== 'close') {
        service.take(id, operation, payload);
        continue;
      }
      service.close();
      post({ kind: 'answer', id, value: null });
      sendLast();
      return;
    }
  }
  post({ kind: 'ready' });
}

/** Artefacts alone are bytes. */
function isText(message: WorkerMessage): boolean {
  return message.kind !== 'answer' || !(message.value instanceof Uint8Array);
}

function describe(error: unknown, file: string): WorkerError {
  if (error instanceof z.ZodError) {
    const message = `The journal cannot take this request: ${z.prettifyError(error)}.`;
    return { reason: 'usage', message, action: null };
  }
  const { reason, message, action } = asJournalError(error, file);
  return workerErrorSchema.parse({ reason, message, action: action ?? null });
}

if (parentPort !== null) {
  const { location, memory } = workerDataSchema.parse(workerData);
  serve(parentPort, new URL(location), memory);
}
