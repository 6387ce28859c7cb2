import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import * as z from 'zod';
import { LabError } from '../../extension/contracts/errors.ts';
import { cleanText } from '../failures.ts';
import type { ExitFacts, KillReason, SandboxProcess } from '../sandbox.ts';
import { descriptors } from './command.ts';
import type { ResourceGroup } from './resourceGroup.ts';

/** Bytes of stderr after which the sandbox is ended; but for bubblewrap's own first words none is kept. */
const stderrBytes = 1_048_576;
const keptComplaint = 500;
/** Exit code of a process that SIGKILL ended. */
const killedCode = 137;
const longestInfo = 4096;

export interface WrappedOptions {
  readonly line: readonly [program: string, ...args: string[]];
  /** Environment of the programs before the sandbox; the sandbox gets none of it. */
  readonly environment: Readonly<Record<string, string>>;
  /** The user to become before anything else; undefined where this process is none that could. */
  readonly user: number | undefined;
  readonly filter: Uint8Array;
  readonly group: ResourceGroup | undefined;
  readonly onOutput: (bytes: Uint8Array) => void;
}

const infoSchema = z.object({ 'child-pid': z.number().int().positive() });

/** A process in namespaces of its own. Its end is the end of all it has started: they share a space of process ids. */
export class WrappedProcess implements SandboxProcess {
  readonly exit: Promise<ExitFacts>;
  readonly #child: ChildProcess;
  readonly #group: ResourceGroup | undefined;
  readonly #input: Writable;
  #killedBy: KillReason | null = null;
  #hasEnded = false;
  #complaint = '';
  #complaints = 0;
  #removal: Promise<void> | undefined;

  constructor({ line, environment, user, filter, group, onOutput }: WrappedOptions) {
    const [program, ...args] = line;
    const pipes = Array.from({ length: 3 + Object.keys(descriptors).length }, () => 'pipe' as const);
    this.#group = group;
    this.#child = spawn(program, args, {
      stdio: pipes,
      env: environment,
      cwd: '/',
      ...(user === undefined ? {} : { uid: user, gid: user }),
    });
    this.#input = this.#child.stdin as Writable;
    for (const stream of this.#child.stdio) stream?.on('error', () => undefined);
    (this.#child.stdout as Readable).on('data', (bytes: Uint8Array) => {
      if (this.#killedBy === null) onOutput(bytes);
    });
    (this.#child.stderr as Readable).on('data', (bytes: Uint8Array) => this.#takeComplaint(bytes));
    this.#pipe<Writable>(descriptors.seccomp).end(filter);
    this.exit = new Promise((resolve) => {
      this.#child.on('error', () => resolve(this.#facts(null, null)));
      this.#child.on('close', (code, signal) => resolve(this.#facts(code, signal)));
    });
    void this.exit.then(() => {
      this.#hasEnded = true;
    });
  }

  /**
   * Lets it run, once it is where it belongs.
   * @throws LabError `sandbox.unavailable` with bubblewrap's own words where it cannot be made
   */
  async start(): Promise<void> {
    const pid = await this.#pidOfInside();
    await this.#group?.add(pid);
    this.#pipe<Writable>(descriptors.block).end('1');
  }

  /** Process id, as this machine counts, of the first process inside. */
  async #pidOfInside(): Promise<number> {
    const info = this.#pipe<Readable>(descriptors.info);
    let text = '';
    const told = new Promise<number | null>((resolve) => {
      info.on('data', (bytes: Uint8Array) => {
        text = (text + Buffer.from(bytes).toString()).slice(0, longestInfo);
        try {
          resolve(infoSchema.parse(JSON.parse(text))['child-pid']);
        } catch {
          // Not all of it has come.
        }
      });
      void this.exit.then(() => resolve(null));
    });
    const pid = await told;
    if (pid !== null) return pid;
    const said = cleanText(this.#complaint.replace(/^bwrap: /, '')).replace(/\.\s*$/, '');
    throw new LabError(
      'sandbox.unavailable',
      `bubblewrap made no sandbox: ${said || 'it did not say why'}.`,
      {
        action: /namespace|uid map|permission|permitted/i.test(said)
          ? 'Allow users to make namespaces: sysctl user.max_user_namespaces, kernel.unprivileged_userns_clone, or the AppArmor profile of bwrap.'
          : 'Run `bwrap --ro-bind / / true` to see what hinders it.',
      },
    );
  }

  /** The other end of one of its descriptors; Node's types know of five. */
  #pipe<Stream extends Readable | Writable>(descriptor: number): Stream {
    return (this.#child.stdio as readonly unknown[])[descriptor] as Stream;
  }

  get stderrBytes(): number {
    return this.#complaints;
  }

  write(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve) => {
      if (this.#hasEnded || this.#input.write(bytes)) resolve();
      else {
        this.#input.once('drain', resolve);
        void this.exit.then(() => resolve());
      }
    });
  }

  async kill(reason: KillReason): Promise<void> {
    this.#killedBy ??= reason;
    // The kernel ends the first process inside with bubblewrap, and with that one all others.
    this.#child.kill('SIGKILL');
  }

  dispose(): Promise<void> {
    this.#removal ??= this.#remove();
    return this.#removal;
  }

  async #remove(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.exit;
    await this.#group?.remove();
  }

  #takeComplaint(bytes: Uint8Array): void {
    if (this.#complaint.length < keptComplaint) this.#complaint += Buffer.from(bytes).toString('utf8');
    this.#complaints += bytes.length;
    if (this.#complaints > stderrBytes && this.#killedBy === null) void this.kill('output');
  }

  async #facts(code: number | null, signal: NodeJS.Signals | null): Promise<ExitFacts> {
    const hasRunOut = (await this.#group?.hasRunOut()) ?? false;
    const wasKilled = code === killedCode || signal === 'SIGKILL';
    return {
      code: signal === 'SIGKILL' ? killedCode : code,
      // Nothing in a sandbox may send signals: a kill that did not come from here came from a limit.
      memoryExceeded: this.#killedBy === null && (hasRunOut || wasKilled),
      killedBy: this.#killedBy,
    };
  }
}
