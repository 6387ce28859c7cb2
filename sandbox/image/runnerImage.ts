import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { LabError } from '../../extension/contracts/errors.ts';
import { nodePath, sandboxUser, snapshotPath } from '../containerOptions.ts';
import { callDocker, type DockerClient } from '../dockerApi.ts';
import type { SandboxImage } from '../dockerBackend.ts';
import { nodeFiles } from './nodeFiles.ts';
import { runnerSnapshot } from './runnerSnapshot.ts';
import { type TarEntry, tarOf } from './tar.ts';

/** Label of an image: SHA-256 of the runner in it. */
export const runnerLabel = 'strategy-lab.runner';
const repository = 'strategy-lab-sandbox';
/** The image that the Dockerfile starts from. */
const baseImage = 'node:24-slim';

/** What Docker and Podman call the architectures that Node has names for. */
const architectures = new Map([
  ['x86_64', 'x64'],
  ['amd64', 'x64'],
  ['aarch64', 'arm64'],
]);

const registryMilliseconds = 5000;
const buildMilliseconds = 300_000;
const loadMilliseconds = 120_000;
const keptMilliseconds = 24 * 3_600_000;

export interface RunnerImageOptions {
  readonly docker: DockerClient;
  /** Path of the bundled runner.js; its hash decides whether an image fits. */
  readonly runnerFile: string;
  readonly dockerfile: string;
  /** An image that `docker save` wrote, for machines without a registry. */
  readonly imageFile?: string;
  /** Node programs for the image that is made from this machine's files; the first usable is taken. */
  readonly nodePrograms: readonly string[];
  readonly clock: () => number;
}

/** What was tried to get an image, in order; the last one worked when `problem` is null. */
export interface ImageAttempt {
  readonly way: 'build' | 'load' | 'import';
  readonly problem: string | null;
}

/**
 * The image of one runner. It is made by the first way that works: its Dockerfile, where a registry
 * can be reached; a saved image file; an import of this machine's Node with its libraries.
 */
export class RunnerImage implements SandboxImage {
  readonly #options: RunnerImageOptions;
  #making: Promise<string> | undefined;
  #attempts: ImageAttempt[] = [];

  constructor(options: RunnerImageOptions) {
    this.#options = options;
  }

  /** What the last `ensure` tried; empty where the image was there. */
  get attempts(): readonly ImageAttempt[] {
    return this.#attempts;
  }

  async find(signal: AbortSignal): Promise<string | null> {
    const { docker } = this.#options;
    const { hash } = await this.#runner();
    const images = await callDocker(
      'list its images',
      (abortSignal) =>
        docker.listImages({ filters: JSON.stringify({ label: [`${runnerLabel}=${hash}`] }), abortSignal }),
      { signal },
    );
    return images[0]?.Id ?? null;
  }

  ensure(signal: AbortSignal): Promise<string> {
    this.#making ??= this.#make(signal).finally(() => {
      this.#making = undefined;
    });
    return this.#making;
  }

  async #make(signal: AbortSignal): Promise<string> {
    this.#attempts = [];
    const present = await this.find(signal);
    if (present !== null) return present;
    const runner = await this.#runner();
    const ways = [
      ['build', () => this.#build(runner, signal)],
      ['load', () => this.#load(signal)],
      ['import', () => this.#import(runner, signal)],
    ] as const;
    for (const [way, make] of ways) {
      const problem = await make().then(
        () => null,
        (error: unknown) => {
          if (LabError.is(error, 'cancelled')) throw error;
          return error instanceof Error ? error.message : String(error);
        },
      );
      const made = problem === null ? await this.find(signal) : null;
      if (made !== null) {
        this.#attempts.push({ way, problem: null });
        void this.#removeOld(runner.hash).catch(() => undefined);
        return made;
      }
      this.#attempts.push({ way, problem: problem ?? 'The image holds another version of the runner.' });
    }
    const reasons = this.#attempts.map(({ way, problem }) => `${way}: ${problem}`).join(' ');
    throw new LabError('sandbox.unavailable', `The sandbox image could not be made. ${reasons}`, {
      action: 'Mend one of these ways; the image file is the one that needs neither a registry nor Linux.',
    });
  }

  async #runner(): Promise<{ bytes: Uint8Array; hash: string }> {
    const bytes = await readFile(this.#options.runnerFile).catch((cause: unknown) => {
      throw new LabError('sandbox.unavailable', 'The runner for the sandbox image is not built.', {
        action: 'Build the lab again: npm run build.',
        cause,
      });
    });
    return { bytes, hash: createHash('sha256').update(bytes).digest('hex') };
  }

  async #build(runner: { bytes: Uint8Array; hash: string }, signal: AbortSignal): Promise<void> {
    const { docker, dockerfile } = this.#options;
    await this.#requireBase(signal);
    const context: TarEntry[] = [
      { path: 'Dockerfile', mode: 0o644, content: await readFile(dockerfile) },
      { path: 'runner.js', mode: 0o644, content: runner.bytes },
    ];
    await callDocker(
      'build the sandbox image',
      async (abortSignal) => {
        const stream = await docker.buildImage(Readable.from(tarOf(context)), {
          t: tagOf(runner.hash),
          labels: { [runnerLabel]: runner.hash },
          networkmode: 'none',
          abortSignal,
        });
        await this.#follow(stream);
      },
      { milliseconds: buildMilliseconds, signal },
    );
  }

  /** The Node of this machine runs on a daemon's machine of the same kind alone. */
  async #requireArchitecture(signal: AbortSignal): Promise<void> {
    const { docker } = this.#options;
    const info = (await callDocker('be reached', () => docker.info(), { signal })) as {
      Architecture?: string;
    };
    const theirs = architectures.get(info.Architecture ?? '') ?? info.Architecture;
    if (theirs === process.arch || theirs === undefined) return;
    throw new LabError(
      'sandbox.unavailable',
      `Docker runs on ${theirs}, and Node here is made for ${process.arch}.`,
      {
        action: 'Give the daemon a registry to build from, or an image file made for its machine.',
      },
    );
  }

  /** Without a registry a build would hang for minutes; the registry is asked for the base image first. */
  async #requireBase(signal: AbortSignal): Promise<void> {
    const base = this.#options.docker.getImage(baseImage);
    try {
      await callDocker('look for its base image', () => base.inspect(), { signal });
    } catch (error) {
      if (LabError.is(error, 'cancelled')) throw error;
      await callDocker('reach a registry', (abortSignal) => base.distribution({ abortSignal }), {
        milliseconds: registryMilliseconds,
        signal,
      });
    }
  }

  async #load(signal: AbortSignal): Promise<void> {
    const { docker, imageFile } = this.#options;
    if (imageFile === undefined) throw new LabError('not-found', 'No image file was given.');
    await callDocker(
      `load the image file ${imageFile}`,
      async () => this.#follow(await docker.loadImage(createReadStream(imageFile), { quiet: true })),
      { milliseconds: loadMilliseconds, signal },
    );
  }

  async #import(runner: { bytes: Uint8Array; hash: string }, signal: AbortSignal): Promise<void> {
    await this.#requireArchitecture(signal);
    const { program, files } = await nodeFiles(this.#options.nodePrograms);
    const content = await runnerSnapshot(program, this.#options.runnerFile);
    const entries = [...files, { path: snapshotPath.slice(1), mode: 0o644, content }];
    const changes = [
      `LABEL ${runnerLabel}=${runner.hash}`,
      `USER ${sandboxUser}`,
      'WORKDIR /',
      'ENV TZ=UTC',
      `ENTRYPOINT ${JSON.stringify([nodePath, '--snapshot-blob', snapshotPath])}`,
    ];
    const [repo, tag] = tagOf(runner.hash).split(':');
    await callDocker(
      'import the sandbox image',
      async (abortSignal) => {
        const archive = Readable.from(tarOf(entries), { objectMode: false });
        const stream = await this.#options.docker.importImage(archive, {
          repo,
          tag,
          changes,
          abortSignal,
        });
        await this.#follow(stream);
      },
      { milliseconds: loadMilliseconds, signal },
    );
  }

  /** Waits for the end of Docker's progress messages; one of them may be an error. */
  #follow(stream: NodeJS.ReadableStream): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#options.docker.modem.followProgress(
        stream,
        (error: Error | null, messages: readonly { readonly error?: unknown }[]) => {
          const failed = messages?.find((message) => message.error !== undefined);
          if (error !== null) reject(error);
          else if (failed !== undefined) reject(new Error(String(failed.error).slice(0, 500)));
          else resolve();
        },
      );
    });
  }

  /** Images of other versions that nobody has used for a day cost 130 MB each. */
  async #removeOld(hash: string): Promise<void> {
    const { docker, clock } = this.#options;
    const images = await callDocker('list its images', (abortSignal) =>
      docker.listImages({ filters: JSON.stringify({ label: [runnerLabel] }), abortSignal }),
    );
    for (const image of images) {
      const isOld = image.Created * 1000 < clock() - keptMilliseconds;
      if (!isOld || image.Labels[runnerLabel] === hash) continue;
      await callDocker('remove an image', (abortSignal) =>
        docker.getImage(image.Id).remove({ force: false, abortSignal }),
      ).catch(() => undefined);
    }
  }
}

function tagOf(hash: string): string {
  return `${repository}:${hash.slice(0, 16)}`;
}
