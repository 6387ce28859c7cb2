import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { sandboxUser } from '../containerOptions.ts';
import { debianPython } from './debianPython.ts';
import type { ImageRecipe } from './recipe.ts';

/** Goes up when an image that is imported is made in another way. */
const importVersion = 1;

/** Label of an image: SHA-256 of how it is made. */
const baseLabel = 'strategy-lab.python';

/** What strategies in Python start from: Python, numpy and pandas, without a runner. */
export function pythonRecipe(dockerfile: string): ImageRecipe {
  return {
    name: 'sandbox image for Python',
    repository: 'strategy-lab-python',
    label: baseLabel,
    dockerfile,
    baseImage: 'python:3.11-slim',
    buildsWithNetwork: true,
    advice:
      'Write the strategy in TypeScript, or mend one of these ways: a registry, an image file, or Debian with apt-get.',
    changes: [
      `USER ${sandboxUser}`,
      'WORKDIR /',
      // The order of sets must be the same in every run, and the threads of a library bring no speed here.
      'ENV TZ=UTC PYTHONHASHSEED=0 OPENBLAS_NUM_THREADS=1',
    ],
    async content() {
      const hash = createHash('sha256').update(await readFile(dockerfile));
      return { hash: hash.update(` ${importVersion}`).digest('hex'), files: [] };
    },
    archive: (_content, signal) => debianPython(signal),
  };
}
