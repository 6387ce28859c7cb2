import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { LabError } from '../../extension/contracts/errors.ts';
import { nodePath, sandboxUser, snapshotPath } from '../containerOptions.ts';
import { nodeFiles } from './nodeFiles.ts';
import type { ImageRecipe } from './recipe.ts';
import { runnerSnapshot } from './runnerSnapshot.ts';
import { tarOf } from './tar.ts';

/** Label of an image: SHA-256 of the runner in it. */
export const runnerLabel = 'strategy-lab.runner';

export interface NodeRecipeOptions {
  /** Path of the bundled runner.js; its hash decides whether an image fits. */
  readonly runnerFile: string;
  readonly dockerfile: string;
  /** Node programs for the image that is made from this machine's files; the first usable is taken. */
  readonly nodePrograms: readonly string[];
}

/** The image for strategies in JavaScript: Node with the bundled runner. */
export function nodeRecipe({ runnerFile, dockerfile, nodePrograms }: NodeRecipeOptions): ImageRecipe {
  return {
    name: 'sandbox image',
    repository: 'strategy-lab-sandbox',
    label: runnerLabel,
    dockerfile,
    baseImage: 'node:24-slim',
    buildsWithNetwork: false,
    advice: 'Mend one of these ways; the image file is the one that needs neither a registry nor Linux.',
    changes: [
      `USER ${sandboxUser}`,
      'WORKDIR /',
      'ENV TZ=UTC',
      `ENTRYPOINT ${JSON.stringify([nodePath, '--snapshot-blob', snapshotPath])}`,
    ],
    async content() {
      const content = await readFile(runnerFile).catch((cause: unknown) => {
        throw new LabError('sandbox.unavailable', 'The runner for the sandbox image is not built.', {
          action: 'Build the lab again: npm run build.',
          cause,
        });
      });
      const hash = createHash('sha256').update(content).digest('hex');
      return { hash, files: [{ path: 'runner.js', mode: 0o644, content }] };
    },
    async archive() {
      const { program, files } = await nodeFiles(nodePrograms);
      const content = await runnerSnapshot(program, runnerFile);
      const entries = [...files, { path: snapshotPath.slice(1), mode: 0o644, content }];
      const stream = Readable.from(tarOf(entries), { objectMode: false });
      return { stream, dispose: async () => undefined };
    },
  };
}
