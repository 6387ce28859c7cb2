import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { LabError } from '../../extension/contracts/errors.ts';
import { callDocker, type DockerClient } from '../dockerApi.ts';
import type { SandboxImage } from '../dockerBackend.ts';
import { removeOldImages } from './oldImages.ts';
import { followProgress } from './progress.ts';
import type { ImageContent, ImageRecipe } from './recipe.ts';
import { type TarEntry, tarOf } from './tar.ts';

/** What Docker and Podman call the architectures that Node has names for. */
const architectures = new Map([
  ['x86_64', 'x64'],
  ['amd64', 'x64'],
  ['aarch64', 'arm64'],
]);

const registryMilliseconds = 5000;
const buildMilliseconds = 300_000;
const loadMilliseconds = 120_000;

export interface RunnerImageOptions {
  readonly docker: DockerClient;
  readonly recipe: ImageRecipe;
  /** An image that `docker save` wrote, for machines without a registry. */
  readonly imageFile?: string;
  readonly clock: () => number;
}

/** What was tried to get an image, in order; the last one worked when `problem` is null. */
export interface ImageAttempt {
  readonly way: 'build' | 'load' | 'import';
  readonly problem: string | null;
}

/**
 * The image of one recipe. It is made by the first way that works: its Dockerfile, where a registry
 * can be reached; a saved image file; an import of files that this machine has or gets.
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
    const { docker, recipe } = this.#options;
    const { hash } = await recipe.content();
    const images = await callDocker(
      'list its images',
      (abortSignal) =>
        docker.listImages({ filters: JSON.stringify({ label: [`${recipe.label}=${hash}`] }), abortSignal }),
      { signal },
    );
    return images[0]?.Id ?? null;
  }

  ensure(signal: AbortSignal, announce: (text: string) => void = () => undefined): Promise<string> {
    this.#making ??= this.#make(signal, announce).finally(() => {
      this.#making = undefined;
    });
    return this.#making;
  }

  async #make(signal: AbortSignal, announce: (text: string) => void): Promise<string> {
    this.#attempts = [];
    const present = await this.find(signal);
    if (present !== null) return present;
    const { recipe } = this.#options;
    announce(`building the ${recipe.name}, once`);
    const content = await recipe.content();
    const ways = [
      ['build', () => this.#build(content, signal)],
      ['load', () => this.#load(signal)],
      ['import', () => this.#import(content, signal)],
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
        const { docker, clock } = this.#options;
        void removeOldImages(docker, recipe.label, content.hash, clock()).catch(() => undefined);
        return made;
      }
      this.#attempts.push({ way, problem: problem ?? 'The image holds another version of the runner.' });
    }
    const reasons = this.#attempts.map(({ way, problem }) => `${way}: ${problem}`).join(' ');
    throw new LabError('sandbox.unavailable', `The ${recipe.name} could not be made. ${reasons}`, {
      action: recipe.advice,
    });
  }

  async #build({ hash, files }: ImageContent, signal: AbortSignal): Promise<void> {
    const { docker, recipe } = this.#options;
    await this.#requireBase(signal);
    const dockerfile = { path: 'Dockerfile', mode: 0o644, content: await readFile(recipe.dockerfile) };
    const context: TarEntry[] = [dockerfile, ...files];
    await callDocker(
      `build the ${recipe.name}`,
      async (abortSignal) => {
        const stream = await docker.buildImage(Readable.from(tarOf(context)), {
          t: this.#tagOf(hash),
          labels: { [recipe.label]: hash },
          ...(recipe.buildsWithNetwork ? {} : { networkmode: 'none' }),
          abortSignal,
        });
        await followProgress(docker, stream);
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
    const base = this.#options.docker.getImage(this.#options.recipe.baseImage);
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
      async () =>
        followProgress(docker, await docker.loadImage(createReadStream(imageFile), { quiet: true })),
      { milliseconds: loadMilliseconds, signal },
    );
  }

  async #import(content: ImageContent, signal: AbortSignal): Promise<void> {
    const { docker, recipe } = this.#options;
    await this.#requireArchitecture(signal);
    const archive = await recipe.archive(content, signal);
    const [repo, tag] = this.#tagOf(content.hash).split(':');
    try {
      await callDocker(
        `import the ${recipe.name}`,
        async (abortSignal) => {
          const changes = [`LABEL ${recipe.label}=${content.hash}`, ...recipe.changes];
          const stream = await docker.importImage(archive.stream, { repo, tag, changes, abortSignal });
          await followProgress(docker, stream);
        },
        { milliseconds: loadMilliseconds, signal },
      );
    } finally {
      await archive.dispose();
    }
  }

  #tagOf(hash: string): string {
    return `${this.#options.recipe.repository}:${hash.slice(0, 16)}`;
  }
}
