import { parentPort, workerData } from 'node:worker_threads';
import releaseVariant from '@jitl/quickjs-wasmfile-release-sync';
import { newQuickJSWASMModuleFromVariant, newVariant } from 'quickjs-emscripten-core';
import { FrameReader } from './frames.ts';
import { previewWorkerDataSchema } from './previewProtocol.ts';
import { QuickJsRealms } from './quickjsRealm.ts';
import { RunnerCore } from './runner/runnerCore.ts';
import { quickJsRuntime } from './runtimes.ts';

/** The program of a preview worker: frames come as messages, and go as messages, until the run is over. */
const longestFrame = 256 * 1024 * 1024;

if (parentPort === null) throw new Error('the preview worker runs as a worker thread only');
const port = parentPort;
const { realmSource, realmHash, memoryBytes, interpreter } = previewWorkerDataSchema.parse(workerData);
const quickjs = await newQuickJSWASMModuleFromVariant(
  newVariant(releaseVariant, { wasmModule: interpreter }),
);
const realms = new QuickJsRealms(quickjs, realmSource, memoryBytes);
const core = new RunnerCore({
  engineHash: realmHash,
  runtime: quickJsRuntime,
  createRealm: (script) => realms.create(script),
});
const reader = new FrameReader(longestFrame);

port.on('message', (bytes: Uint8Array) => {
  for (const { type, payload } of reader.push(bytes)) {
    // The first bars come with the start, and nobody takes them where that failed.
    if (core.isDone) break;
    for (const answer of core.handle(type, payload)) port.postMessage(answer);
  }
  if (core.isDone) port.close();
});
