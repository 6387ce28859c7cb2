import { readSync, writeSync } from 'node:fs';
import { startupSnapshot } from 'node:v8';
import { realmHash, realmSource } from 'virtual:realm';
import { aheadArgument, headerBytes } from '../frames.ts';
import { nodeRuntime } from '../runtimes.ts';
import { prepareSource } from './prepare.ts';
import { rehearse, sampleStrategy } from './rehearsal.ts';
import { RunnerCore } from './runnerCore.ts';
import { createVmRealms } from './vmRealm.ts';

/**
 * The program inside a container: reads frames from stdin and answers on stdout until the run is over.
 * Synchronous throughout: there is nothing else to do while a frame is on its way. An image holds it as a
 * startup snapshot, which starts in half the time.
 */
const maximumPayload = 256 * 1024 * 1024;
/** Turns after which more of them make the first answer no faster. */
const rehearsals = 10;

function retryWhileBusy(transfer: () => number): number {
  for (;;) {
    try {
      return transfer();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}

/** Fills `bytes`; false where the input ends before. */
function fill(bytes: Uint8Array): boolean {
  let filled = 0;
  while (filled < bytes.length) {
    const count = retryWhileBusy(() => readSync(0, bytes, filled, bytes.length - filled, null));
    if (count === 0) return false;
    filled += count;
  }
  return true;
}

function writeAll(bytes: Uint8Array): void {
  let written = 0;
  while (written < bytes.length) {
    written += retryWhileBusy(() => writeSync(1, bytes, written, bytes.length - written));
  }
}

function main(): void {
  const { create, createForRehearsal } = createVmRealms(realmSource);
  const newRunner = (createRealm: typeof create): RunnerCore =>
    new RunnerCore({ engineHash: realmHash, runtime: nodeRuntime(process.versions), createRealm });
  if (process.argv.includes(aheadArgument)) {
    for (let turn = 0; turn < rehearsals; turn++) rehearse(newRunner(createForRehearsal));
  }
  const core = newRunner(create);

  // A strategy's rejected promise concerns nobody: its next and setup are not async.
  process.on('unhandledRejection', () => undefined);

  const header = new Uint8Array(headerBytes);
  // One for all frames: memory that is new costs a fault for each of its pages.
  let room = new Uint8Array(0);
  while (!core.isDone && fill(header)) {
    const length = new DataView(header.buffer).getUint32(0, true);
    if (length > maximumPayload) throw new RangeError(`a frame of ${length} bytes is too long`);
    if (room.length < length) room = new Uint8Array(length);
    const payload = room.subarray(0, length);
    if (!fill(payload)) break;
    for (const answer of core.handle(header[4] ?? 0, payload)) writeAll(answer);
  }
}

if (startupSnapshot.isBuildingSnapshot()) {
  // What has run once is in the snapshot as compiled code.
  prepareSource(sampleStrategy);
  startupSnapshot.setDeserializeMainFunction(main);
} else {
  main();
}
