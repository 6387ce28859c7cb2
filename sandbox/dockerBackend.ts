import { LabError } from '../extension/contracts/errors.ts';
import { type IsolationLevel, untriedLimits } from '../extension/contracts/isolation.ts';
import type { StrategyLanguage } from '../extension/contracts/strategyLanguage.ts';
import type { AuditedBackend } from './audit/abuse.ts';
import { tryLimits } from './canaries/canaries.ts';
import { type DockerRuntime, hardenedContainer, runnerCommand } from './containerOptions.ts';
import { callDocker, type DockerClient } from './dockerApi.ts';
import { attachTo } from './dockerAttach.ts';
import { DockerProcess } from './dockerProcess.ts';
import { claimedLevel, foundLevel, runtimeNote } from './ociRuntimes.ts';
import { removeContainer, sweepOrphans } from './orphans.ts';
import { type ContainerOwner, labelsOf } from './owner.ts';
import type { ProbeCache } from './probeCache.ts';
import type { BackendStatus, SandboxProcess, StartOptions } from './sandbox.ts';

const labelPattern = /^[a-z0-9][a-z0-9-]{0,39}$/;
const idPattern = /^[A-Za-z0-9-]{1,64}$/;

/** The image that sandboxes are started from; both answer with what Docker takes as an image. */
export interface SandboxImage {
  /** Null where there is none for this runner. */
  find(signal: AbortSignal): Promise<string | null>;
  /** Builds it where there is none, and announces that. @throws LabError `sandbox.unavailable` */
  ensure(signal: AbortSignal, announce?: (text: string) => void): Promise<string>;
}

export interface DockerBackendOptions {
  readonly docker: DockerClient;
  readonly runtime: DockerRuntime;
  readonly image: SandboxImage;
  /** The image for strategies in Python; without one there is JavaScript alone. */
  readonly pythonImage?: SandboxImage;
  readonly owner: ContainerOwner;
  /** Random ids of letters, digits and hyphens. */
  readonly newId: () => string;
  /** Remembers what the canaries found. */
  readonly cache: ProbeCache;
  /** Hears the id of each container before it is started. */
  readonly onCreated?: (id: string) => void;
  /** Replaces the runner's command line, for runners that misbehave on purpose. */
  readonly command?: (options: StartOptions) => readonly string[];
}

interface DaemonInfo {
  readonly ID?: string;
  readonly OSType?: string;
  readonly Runtimes?: Readonly<Record<string, unknown>>;
  readonly KernelVersion?: string;
  readonly DefaultRuntime?: string;
  /** Podman's own. */
  readonly BuildahVersion?: string;
}

/** Sandboxes as containers of Docker, or of Podman by the same interface, under an OCI runtime by its name. */
export class DockerBackend implements AuditedBackend {
  readonly name: string;
  readonly level: IsolationLevel;
  readonly languages: readonly StrategyLanguage[];
  readonly #options: DockerBackendOptions;
  /** Containers whose removal Docker did not confirm, as when it is restarted. */
  readonly #left = new Set<string>();
  #sweep: Promise<number> | undefined;
  #isPodman: Promise<boolean> | undefined;

  constructor(options: DockerBackendOptions) {
    this.#options = options;
    this.name = `docker-${options.runtime}`;
    this.level = claimedLevel(options.runtime);
    this.languages = options.pythonImage === undefined ? ['javascript'] : ['javascript', 'python'];
  }

  async probe(signal: AbortSignal): Promise<BackendStatus> {
    const { runtime, image, cache } = this.#options;
    try {
      const info = await this.#info(signal);
      this.#isPodman = Promise.resolve(isPodman(info));
      if (info.OSType !== 'linux') {
        return this.#unavailable('Docker runs Windows containers.', 'Switch Docker to Linux containers.');
      }
      if (!Object.hasOwn(info.Runtimes ?? {}, runtime)) {
        return this.#unavailable(...missingRuntime(runtime, Object.keys(info.Runtimes ?? {})));
      }
      if (isPodman(info) && info.DefaultRuntime !== undefined && info.DefaultRuntime !== runtime) {
        return this.#unavailable(...otherRuntime(info.DefaultRuntime));
      }
      const imageId = await image.find(signal);
      if (imageId === null) {
        return this.#status('unprepared', 'The sandbox image of this version is not built.', null);
      }
      const { limits, kernel } = await cache.remember(`${info.ID ?? ''} ${runtime} ${imageId}`, () =>
        tryLimits((command, options) => this.#start(imageId, command, options), signal),
      );
      if (limits.memory === null || kernel === null) {
        return this.#unavailable(
          `The limits of ${this.name} could not be tried.`,
          'Look at the log of the Docker daemon, then try again.',
        );
      }
      const kernels = { inside: kernel, outside: info.KernelVersion };
      return {
        name: this.name,
        level: foundLevel(runtime, kernels),
        state: 'ready',
        problem: null,
        action: null,
        note: runtimeNote(runtime, kernels),
        limits,
      };
    } catch (error) {
      if (!LabError.is(error)) throw error;
      return this.#unavailable(error.message, error.action ?? '');
    }
  }

  async prepare(
    signal: AbortSignal,
    language: StrategyLanguage = 'javascript',
    announce?: (text: string) => void,
  ): Promise<void> {
    await this.#imageFor(language).ensure(signal, announce);
  }

  async start(options: StartOptions): Promise<SandboxProcess> {
    const image = await this.#imageFor(options.language ?? 'javascript').ensure(options.signal);
    const command = this.#options.command ?? runnerCommand;
    return this.#start(image, command(options), options);
  }

  /** Starts a sandbox that runs `command` in place of the runner. @throws as `start` */
  async startTakenOver(command: readonly string[], options: StartOptions): Promise<SandboxProcess> {
    return this.#start(await this.#options.image.ensure(options.signal), command, options);
  }

  #imageFor(language: StrategyLanguage): SandboxImage {
    const { image, pythonImage } = this.#options;
    if (language === 'javascript') return image;
    if (pythonImage !== undefined) return pythonImage;
    throw new LabError('sandbox.unavailable', `${this.name} has no image for ${language}.`);
  }

  /** Removes what dead sessions left; the first start does it too. Returns how many containers it was. */
  sweep(): Promise<number> {
    this.#sweep ??= sweepOrphans(this.#options.docker, this.#options.owner);
    return this.#sweep;
  }

  async #start(image: string, command: readonly string[], options: StartOptions): Promise<SandboxProcess> {
    const { docker, runtime, owner, newId } = this.#options;
    const id = newId();
    if (!labelPattern.test(options.label) || !idPattern.test(id)) {
      throw new LabError('usage', `A sandbox cannot be named ${JSON.stringify(options.label)}.`, {
        action: 'Use lower-case letters, digits and hyphens, 40 at most.',
      });
    }
    // The housekeeping for others must not hinder this run.
    void this.sweep().catch(() => undefined);
    this.#removeLeft();
    // Asked for all starts, so none of them may take it back.
    this.#isPodman ??= this.#info().then(isPodman);
    this.#isPodman.catch(() => {
      this.#isPodman = undefined;
    });
    const create = hardenedContainer({
      name: `strategy-lab-${options.label}-${id}`,
      image,
      runtime,
      command,
      labels: labelsOf(owner),
      limits: options.limits,
      isPodman: await this.#isPodman,
    });
    const creation = docker.createContainer(create);
    const container = await callDocker('create the sandbox', () => creation, {
      signal: options.signal,
    }).catch((error: unknown) => {
      // A container that appears after its caller gave up has nobody else to remove it.
      void creation.then((late) => removeContainer(docker, late.id)).catch(() => undefined);
      throw error;
    });
    this.#options.onCreated?.(container.id);
    let sandbox: DockerProcess | undefined;
    try {
      const stream = await callDocker(
        'attach to the sandbox',
        (abortSignal) => attachTo(docker, container.id, abortSignal),
        { signal: options.signal },
      );
      sandbox = new DockerProcess({
        docker,
        container,
        stream,
        limits: options.limits,
        onOutput: options.onOutput,
        onLeft: (id) => this.#left.add(id),
      });
      await sandbox.start(options.signal);
      return sandbox;
    } catch (error) {
      await (sandbox?.dispose() ?? removeContainer(docker, container.id)).catch(() => undefined);
      throw error;
    }
  }

  #removeLeft(): void {
    for (const id of this.#left) {
      this.#left.delete(id);
      removeContainer(this.#options.docker, id).catch(() => this.#left.add(id));
    }
  }

  async #info(signal?: AbortSignal): Promise<DaemonInfo> {
    const { docker } = this.#options;
    const options = signal === undefined ? {} : { signal };
    return (await callDocker('be reached', () => docker.info(), options)) as DaemonInfo;
  }

  #unavailable(problem: string, action: string): BackendStatus {
    return this.#status('unavailable', problem, action);
  }

  #status(state: BackendStatus['state'], problem: string | null, action: string | null): BackendStatus {
    return { name: this.name, level: this.level, state, problem, action, note: null, limits: untriedLimits };
  }
}

function isPodman({ BuildahVersion }: DaemonInfo): boolean {
  return BuildahVersion !== undefined;
}

/** Podman lists what it could start, but starts whatever is asked for under its own default. */
function otherRuntime(runtime: string): [string, string] {
  return [
    `Podman starts every container under its default runtime, ${runtime}.`,
    `Name that one: STRATEGY_LAB_RUNTIMES=${runtime}, in the editor strategyLab.sandbox.runtimes.`,
  ];
}

function missingRuntime(runtime: DockerRuntime, found: readonly string[]): [string, string] {
  const others = found.length === 0 ? '' : ` It has ${found.join(', ')}.`;
  return runtime === 'runsc'
    ? [
        `gVisor (runsc) is not among the runtimes of Docker.${others}`,
        'Install gVisor, register it with `runsc install`, and restart Docker; Docker Desktop cannot run it.',
      ]
    : [
        `${runtime} is not among the runtimes of Docker.${others}`,
        `Register ${runtime} and restart Docker, or name a runtime that it has: STRATEGY_LAB_RUNTIMES, in the editor strategyLab.sandbox.runtimes.`,
      ];
}
