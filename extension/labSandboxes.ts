import { join } from 'node:path';
import type { AuditedBackend } from '../sandbox/audit/abuse.ts';
import { BubblewrapBackend } from '../sandbox/bubblewrap/backend.ts';
import { RootFolder, sandboxFolder } from '../sandbox/bubblewrap/rootFolder.ts';
import type { DockerClient } from '../sandbox/dockerApi.ts';
import { DockerBackend } from '../sandbox/dockerBackend.ts';
import { nodeRecipe } from '../sandbox/image/nodeRecipe.ts';
import { pythonImage } from '../sandbox/image/pythonImage.ts';
import { pythonRecipe } from '../sandbox/image/pythonRecipe.ts';
import { RunnerImage } from '../sandbox/image/runnerImage.ts';
import { currentOwner } from '../sandbox/owner.ts';
import { ProbeCache } from '../sandbox/probeCache.ts';
import { QuickJsBackend } from '../sandbox/quickjsBackend.ts';
import type { LabOptions } from './lab.ts';

/** The sandboxes of a lab, the highest level first, and what they share. */
export function labSandboxes(options: LabOptions, docker: DockerClient) {
  const { folder, assets, clock, newId } = options;
  const asset = (name: string): string => join(assets, name);
  const nodePrograms = options.nodePrograms ?? [process.execPath];
  const saved = options.imageFile === undefined ? {} : { imageFile: options.imageFile };
  const image = new RunnerImage({
    docker,
    recipe: nodeRecipe({ runnerFile: asset('runner.js'), dockerfile: asset('Dockerfile'), nodePrograms }),
    clock,
    ...saved,
  });
  const python = pythonImage({
    docker,
    base: new RunnerImage({ docker, recipe: pythonRecipe(asset('Dockerfile.python')), clock, ...saved }),
    runnerFile: asset('pythonRunner.json'),
    clock,
  });
  const shared = {
    docker,
    image,
    pythonImage: python,
    owner: currentOwner(newId()),
    newId,
    cache: new ProbeCache(join(folder, 'cache')),
  };
  const runtimes = new Set(['runsc', 'runc', ...(options.runtimes ?? [])]);
  const backends: AuditedBackend[] = [
    ...[...runtimes].map((runtime) => new DockerBackend({ ...shared, runtime })),
    new BubblewrapBackend({
      root: new RootFolder({
        parent: sandboxFolder(join(folder, 'cache')),
        runnerFile: asset('runner.js'),
        nodePrograms,
        clock,
      }),
      owner: shared.owner,
      cache: shared.cache,
      program: options.bubblewrap,
    }),
    new QuickJsBackend({
      workerFile: asset('previewWorker.js'),
      realmFile: asset('realm.js'),
      interpreterFile: asset('emscripten-module.wasm'),
    }),
  ];
  return { shared, python, backends };
}
