import { parentPort, workerData } from 'node:worker_threads';
import releaseVariant from '@jitl/quickjs-wasmfile-release-sync';
import { newVariant } from 'quickjs-emscripten-core';
import { FrameReader, frameTypes } from './frames.ts';
import {
  type PreviewBegin,
  previewBeginSchema,
  previewFree,
  previewWorkerDataSchema,
} from './previewProtocol.ts';
import { newMemory, QuickJsRealms } from './quickjsRealm.ts';
import type { RealmImage } from './realmImage.ts';
import { RunnerCore } from './runner/runnerCore.ts';
import { quickJsRuntime } from './runtimes.ts';

/**
 * The program of a preview worker: frames come as messages, and go as messages, one run after the other. Each run
 * has an interpreter of its own; nothing of it stays behind but compiled code of the lab.
 */
const longestFrame = 256 * 1024 * 1024;
/** An interpreter that has grown beyond this is given back with its thread: garbage may wait long for its collector. */
const longestKeptBytes = 64 * 1024 * 1024;

if (parentPort === null) throw new Error('the preview worker runs as a worker thread only');
const port = parentPort;
const { realmSource, realmHash, memoryBytes, interpreter } = previewWorkerDataSchema.parse(workerData);
const variant = newVariant(releaseVariant, {
  wasmModule: interpreter,
  wasmMemory: async () => newMemory(memoryBytes),
});

interface Run {
  readonly realms: QuickJsRealms;
  readonly core: RunnerCore;
  readonly reader: FrameReader;
}

let image: RealmImage | undefined;
let run: Run | undefined;

async function begin(given: PreviewBegin): Promise<void> {
  image ??= given.image;
  const realms = await QuickJsRealms.open({ variant, image, realmSource, memoryBytes });
  if (image === undefined) {
    image = realms.image();
    port.postMessage(image);
  }
  const core = new RunnerCore({
    engineHash: realmHash,
    runtime: quickJsRuntime,
    createRealm: (script) => realms.create(script),
  });
  run = { realms, core, reader: new FrameReader(longestFrame) };
}

function take(bytes: Uint8Array): void {
  // The first bars come with the start, and nobody takes them where that failed.
  if (run === undefined) return;
  const { realms, core, reader } = run;
  let last = 0;
  for (const { type, payload } of reader.push(bytes)) {
    if (core.isDone) break;
    for (const answer of core.handle(type, payload)) {
      last = answer[4] ?? 0;
      port.postMessage(answer);
    }
  }
  if (!core.isDone) return;
  run = undefined;
  if (last === frameTypes.done && realms.memorySize <= longestKeptBytes) port.postMessage(previewFree);
  else port.close();
}

// One after the other: an interpreter is made while the frames for it come.
let turn = Promise.resolve();
port.on('message', (message: unknown) => {
  turn = turn.then(() =>
    message instanceof Uint8Array ? take(message) : begin(previewBeginSchema.parse(message)),
  );
});
