import { readSync, writeSync } from 'node:fs';
import { realmHash, realmSource } from 'virtual:realm';
import { headerBytes } from '../frames.ts';
import { nodeRuntime } from '../runtimes.ts';
import { RunnerCore } from './runnerCore.ts';
import { createVmRealms } from './vmRealm.ts';

/**
 * The program inside a container: reads frames from stdin and answers on stdout until the run is over.
 * Synchronous throughout: there is nothing else to do while a frame is on its way.
 */
const maximumPayload = 256 * 1024 * 1024;

function retryWhileBusy(transfer: () => number): number {
  for (;;) {
    try {
      return transfer();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      Atomics.wait(idle, 0, 0, 1);
    }
  }
}

const idle = new Int32Array(new SharedArrayBuffer(4));

function readExactly(length: number): Uint8Array | undefined {
  const bytes = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const count = retryWhileBusy(() => readSync(0, bytes, filled, length - filled, null));
    if (count === 0) return undefined;
    filled += count;
  }
  return bytes;
}

function writeAll(bytes: Uint8Array): void {
  let written = 0;
  while (written < bytes.length) {
    written += retryWhileBusy(() => writeSync(1, bytes, written, bytes.length - written));
  }
}

const core = new RunnerCore({
  engineHash: realmHash,
  runtime: nodeRuntime(process.versions),
  createRealm: createVmRealms(realmSource),
});

// A strategy's rejected promise concerns nobody: its next and setup are not async.
process.on('unhandledRejection', () => undefined);

while (!core.isDone) {
  const header = readExactly(headerBytes);
  if (header === undefined) break;
  const length = new DataView(header.buffer).getUint32(0, true);
  if (length > maximumPayload) throw new RangeError(`a frame of ${length} bytes is too long`);
  const payload = readExactly(length);
  if (payload === undefined) break;
  for (const answer of core.handle(header[4] ?? 0, payload)) writeAll(answer);
}
