import { LabError } from '../extension/contracts/errors.ts';
import type { IsolationLevel } from '../extension/contracts/isolation.ts';
import type { AuditedBackend } from './audit/abuse.ts';
import { type DockerRuntime, hardenedContainer, runnerCommand } from './containerOptions.ts';
import { callDocker, type DockerClient } from './dockerApi.ts';
import { DockerProcess } from './dockerProcess.ts';
import { memoryLimitHolds } from './memoryCanary.ts';
import { removeContainer, sweepOrphans } from './orphans.ts';
import { type ContainerOwner, labelsOf } from './owner.ts';
import type { ProbeCache } from './probeCache.ts';
import type { BackendStatus, SandboxProcess, StartOptions } from './sandbox.ts';

const levels: Record<DockerRuntime, IsolationLevel> = { runsc: 'gvisor', runc: 'container' };
const labelPattern = /^[a-z0-9][a-z0-9-]{0,39}$/;
const idPattern = /^[A-Za-z0-9-]{1,64}$/;

/** The image that sandboxes are started from; both answer with what Docker takes as an image. */
export interface SandboxImage {
  /** Null where there is none for this runner. */
  find(signal: AbortSignal): Promise<string | null>;
  /** Builds it where there is none. @throws LabError `sandbox.unavailable` */
  ensure(signal: AbortSignal): Promise<string>;
}

export interface DockerBackendOptions {
  readonly docker: DockerClient;
  readonly runtime: DockerRuntime;
  readonly image: SandboxImage;
  readonly owner: ContainerOwner;
  /** Random ids of letters, digits and hyphens. */
  readonly newId: () => string;
  /** Remembers what the memory canary found. */
  readonly cache: ProbeCache;
  /** Replaces the runner's command line, for runners that misbehave on purpose. */
  readonly command?: (options: StartOptions) => readonly string[];
}

interface DaemonInfo {
  readonly ID?: string;
  readonly OSType?: string;
  readonly Runtimes?: Readonly<Record<string, unknown>>;
}

/** Sandboxes as Docker containers, under gVisor or under runc. */
export class DockerBackend implements AuditedBackend {
  readonly name: string;
  readonly level: IsolationLevel;
  readonly #options: DockerBackendOptions;
  #sweep: Promise<number> | undefined;

  constructor(options: DockerBackendOptions) {
    this.#options = options;
    this.name = `docker-${options.runtime}`;
    this.level = levels[options.runtime];
  }

  async probe(signal: AbortSignal): Promise<BackendStatus> {
    const { docker, runtime, image, cache } = this.#options;
    try {
      const info = (await callDocker('be reached', () => docker.info(), { signal })) as DaemonInfo;
      if (info.OSType !== 'linux') {
        return this.#unavailable('Docker runs Windows containers.', 'Switch Docker to Linux containers.');
      }
      if (!Object.hasOwn(info.Runtimes ?? {}, runtime)) return this.#unavailable(...missingRuntime(runtime));
      const imageId = await image.find(signal);
      if (imageId === null) {
        return this.#status('unprepared', null, 'The sandbox image of this version is not built.', null);
      }
      const holds = await cache.remember(`${info.ID ?? ''} ${runtime} ${imageId}`, () =>
        memoryLimitHolds((command, options) => this.#start(imageId, command, options), signal),
      );
      if (holds === true) return this.#status('ready', true, null, null);
      if (holds === false) {
        return this.#status(
          'unavailable',
          false,
          `Under ${this.name} a process gets more memory than its limit.`,
          'Let the kernel enforce memory limits: enable memory cgroups, and run runsc without --ignore-cgroups.',
        );
      }
      return this.#unavailable(
        `Whether the memory limit holds under ${this.name} could not be found out.`,
        'Look into the log of the Docker daemon; the trial container did not start.',
      );
    } catch (error) {
      if (!LabError.is(error)) throw error;
      return this.#unavailable(error.message, connectionAdvice(error) ?? error.action ?? '');
    }
  }

  async prepare(signal: AbortSignal): Promise<void> {
    await this.#options.image.ensure(signal);
  }

  async start(options: StartOptions): Promise<SandboxProcess> {
    const image = await this.#options.image.ensure(options.signal);
    const command = this.#options.command ?? runnerCommand;
    return this.#start(image, command(options), options);
  }

  /** Starts a sandbox that runs `command` in place of the runner. @throws as `start` */
  async startTakenOver(command: readonly string[], options: StartOptions): Promise<SandboxProcess> {
    return this.#start(await this.#options.image.ensure(options.signal), command, options);
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
    const create = hardenedContainer({
      name: `strategy-lab-${options.label}-${id}`,
      image,
      runtime,
      command,
      labels: labelsOf(owner),
      limits: options.limits,
    });
    const creation = docker.createContainer(create);
    const container = await callDocker('create the sandbox', () => creation, {
      signal: options.signal,
    }).catch((error: unknown) => {
      // A container that appears after its caller gave up has nobody else to remove it.
      void creation.then((late) => removeContainer(docker, late.id)).catch(() => undefined);
      throw error;
    });
    let sandbox: DockerProcess | undefined;
    try {
      const stream = await callDocker(
        'attach to the sandbox',
        (abortSignal) =>
          container.attach({
            stream: true,
            hijack: true,
            stdin: true,
            stdout: true,
            stderr: true,
            abortSignal,
          }),
        { signal: options.signal },
      );
      sandbox = new DockerProcess({
        docker,
        container,
        stream,
        limits: options.limits,
        onOutput: options.onOutput,
      });
      await sandbox.start(options.signal);
      return sandbox;
    } catch (error) {
      await (sandbox?.dispose() ?? removeContainer(docker, container.id)).catch(() => undefined);
      throw error;
    }
  }

  #unavailable(problem: string, action: string): BackendStatus {
    return this.#status('unavailable', null, problem, action);
  }

  #status(
    state: BackendStatus['state'],
    memoryLimit: boolean | null,
    problem: string | null,
    action: string | null,
  ): BackendStatus {
    return { name: this.name, level: this.level, state, memoryLimitHolds: memoryLimit, problem, action };
  }
}

function missingRuntime(runtime: DockerRuntime): [string, string] {
  return runtime === 'runsc'
    ? [
        'gVisor (runsc) is not among the runtimes of Docker.',
        'Install gVisor, register it with `runsc install`, and restart Docker; Docker Desktop cannot run it.',
      ]
    : ['runc is not among the runtimes of Docker.', 'Install runc and restart Docker.'];
}

function connectionAdvice(error: LabError): string | undefined {
  const code = (error.cause as NodeJS.ErrnoException | undefined)?.code;
  if (code === 'EACCES') return 'Add your user to the group docker, and log in again.';
  if (code === 'ENOENT' || code === 'ECONNREFUSED') {
    return 'Install and start Docker, or point DOCKER_HOST to a daemon that runs.';
  }
  return undefined;
}
