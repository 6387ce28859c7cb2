import { readSync, writeSync } from 'node:fs';
import { startupSnapshot } from 'node:v8';
import { realmHash, realmSource } from 'virtual:realm';
import { aheadArgument, headerBytes } from '../frames.ts';
import { nodeRuntime } from '../runtimes.ts';
import { garbageCollector } from './garbage.ts';
import { prepareSource } from './prepare.ts';
import { rehearsals, sampleStrategy } from './rehearsal.ts';
import { RunnerCore } from './runnerCore.ts';
import { createVmRealms } from './vmRealm.ts';

/**
 * The program inside a container: reads frames from stdin and answers on stdout until the run is over.
 * Synchronous throughout: there is nothing else to do while a frame is on its way. An image holds it as a
 * startup snapshot, which starts in half the time.
 */
const maximumPayload = 256 * 1024 * 1024;

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

/** Fills `bytes`, of which the first `filled` are there; false where the input ends before. */
function fill(bytes: Uint8Array, filled = 0): boolean {
  let end = filled;
  while (end < bytes.length) {
    const count = retryWhileBusy(() => readSync(0, bytes, end, bytes.length - end, null));
    if (count === 0) return false;
    end += count;
  }
  return true;
}

function writeAll(bytes: Uint8Array): void {
  let written = 0;
  while (written < bytes.length) {
    written += retryWhileBusy(() => writeSync(1, bytes, written, bytes.length - written));
  }
}

/** Answers frames until the run is over or the input ends; `filled` bytes of the first header are there. */
function serve(core: RunnerCore, header: Uint8Array, filled: number): void {
  // One for all frames: memory that is new costs a fault for each of its pages.
  let room = new Uint8Array(0);
  let isThere = fill(header, filled);
  while (isThere) {
    const length = new DataView(header.buffer).getUint32(0, true);
    if (length > maximumPayload) throw new RangeError(`a frame of ${length} bytes is too long`);
    if (room.length < length) room = new Uint8Array(length);
    const payload = room.subarray(0, length);
    if (!fill(payload)) return;
    for (const answer of core.handle(header[4] ?? 0, payload)) writeAll(answer);
    isThere = !core.isDone && fill(header);
  }
}

/** Bytes of the input that are there already, as many as go into `bytes`; 0 at its end, null for none yet. */
function peek(bytes: Uint8Array): number | null {
  try {
    return readSync(0, bytes, 0, bytes.length, null);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    return null;
  }
}

/** Rehearses until somebody asks, and returns how many bytes of the first header are there. */
function rehearseUntilAsked(newRunner: () => RunnerCore, header: Uint8Array): number {
  // Node makes a pipe's reads not wait as soon as it makes a stream of it, and the frames are to be waited for.
  const { _handle: pipe } = process.stdin as { _handle?: { setBlocking(isBlocking: boolean): void } };
  const steps = rehearsals(newRunner, garbageCollector());
  let filled: number | null;
  do filled = peek(header);
  while (filled === null && steps.next().done !== true);
  pipe?.setBlocking(true);
  return filled ?? 0;
}

function main(): void {
  const { create, createForRehearsal } = createVmRealms(realmSource);
  const newRunner = (createRealm: typeof create): RunnerCore =>
    new RunnerCore({ engineHash: realmHash, runtime: nodeRuntime(process.versions), createRealm });
  const header = new Uint8Array(headerBytes);
  const filled = process.argv.includes(aheadArgument)
    ? rehearseUntilAsked(() => newRunner(createForRehearsal), header)
    : 0;

  // A strategy's rejected promise concerns nobody: its next and setup are not async.
  process.on('unhandledRejection', () => undefined);

  serve(newRunner(create), header, filled);
}

if (startupSnapshot.isBuildingSnapshot()) {
  // What has run once is in the snapshot as compiled code.
  prepareSource(sampleStrategy);
  startupSnapshot.setDeserializeMainFunction(main);
} else {
  main();
}
