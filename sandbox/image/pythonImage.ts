import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import * as z from 'zod';
import { LabError } from '../../extension/contracts/errors.ts';
import { pythonCommand, pythonFolder, sandboxUser } from '../containerOptions.ts';
import { callDocker, type DockerClient } from '../dockerApi.ts';
import type { SandboxImage } from '../dockerBackend.ts';
import { removeOldImages } from './oldImages.ts';
import { followProgress } from './progress.ts';
import { type TarEntry, tarOf } from './tar.ts';

/** Label of an image: SHA-256 of the runner's files in it. */
export const pythonRunnerLabel = 'strategy-lab.python-runner';
const repository = 'strategy-lab-python-sandbox';
const buildMilliseconds = 120_000;

const runnerFilesSchema = z.record(z.string(), z.string());

export interface PythonImageOptions {
  readonly docker: DockerClient;
  /** What the runner is put on top of. */
  readonly base: SandboxImage;
  /** Path of the built pythonRunner.json, whose hash decides whether an image fits. */
  readonly runnerFile: string;
  readonly clock: () => number;
}

/** The image for strategies in Python: the runner's files, compiled, on top of Python with its packages. */
export function pythonImage({ docker, base, runnerFile, clock }: PythonImageOptions): SandboxImage {
  const runner = async (): Promise<{ text: string; hash: string }> => {
    const text = await readFile(runnerFile, 'utf8').catch((cause: unknown) => {
      throw new LabError('sandbox.unavailable', 'The runner for the sandbox image for Python is not built.', {
        action: 'Build the lab again: npm run build.',
        cause,
      });
    });
    return { text, hash: createHash('sha256').update(text).digest('hex') };
  };
  const find: SandboxImage['find'] = async (signal) => {
    const filters = JSON.stringify({ label: [`${pythonRunnerLabel}=${(await runner()).hash}`] });
    const images = await callDocker(
      'list its images',
      (abortSignal) => docker.listImages({ filters, abortSignal }),
      { signal },
    );
    return images[0]?.Id ?? null;
  };
  const make: SandboxImage['ensure'] = async (signal, announce) => {
    const present = await find(signal);
    if (present !== null) return present;
    const { text, hash } = await runner();
    let baseId: string;
    try {
      baseId = await base.ensure(signal, announce);
    } catch (error) {
      // A saved image file may have brought the whole image.
      const loaded = await find(signal);
      if (loaded !== null) return loaded;
      throw error;
    }
    const context = contextOf(baseId, hash, runnerFilesSchema.parse(JSON.parse(text)));
    await callDocker(
      'build the sandbox image for Python',
      async (abortSignal) => {
        const stream = await docker.buildImage(Readable.from(tarOf(context)), {
          t: `${repository}:${hash.slice(0, 16)}`,
          labels: { [pythonRunnerLabel]: hash },
          networkmode: 'none',
          abortSignal,
        });
        await followProgress(docker, stream);
      },
      { milliseconds: buildMilliseconds, signal },
    );
    const made = await find(signal);
    void removeOldImages(docker, pythonRunnerLabel, hash, clock()).catch(() => undefined);
    if (made !== null) return made;
    throw new LabError('sandbox.unavailable', 'Docker built an image for Python and does not list it.', {
      action: 'Look into the log of the Docker daemon.',
    });
  };
  let making: Promise<string> | undefined;
  return {
    find,
    ensure: (signal, announce) => {
      making ??= make(signal, announce).finally(() => {
        making = undefined;
      });
      return making;
    },
  };
}

/** Both runtimes use the image: the modules are compiled in it, where no container could keep them. */
function contextOf(baseId: string, hash: string, files: Readonly<Record<string, string>>): TarEntry[] {
  const [python = '', ...words] = pythonCommand;
  const dockerfile = [
    `FROM ${baseId}`,
    `COPY lab ${pythonFolder}`,
    'USER 0:0',
    `RUN ${JSON.stringify([python, '-m', 'compileall', '-q', '--invalidation-mode', 'unchecked-hash', pythonFolder])}`,
    `USER ${sandboxUser}`,
    `ENTRYPOINT ${JSON.stringify([python, ...words])}`,
    '',
  ].join('\n');
  const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
  return [
    { path: 'Dockerfile', mode: 0o644, content: encode(dockerfile) },
    { path: 'lab/engine-hash', mode: 0o644, content: encode(hash) },
    ...Object.entries(files).map(([path, text]) => ({
      path: `lab/${path}`,
      mode: 0o644,
      content: encode(text),
    })),
  ];
}
