import { createHash } from 'node:crypto';
import { lstat, mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { LabError } from '../../extension/contracts/errors.ts';
import { snapshotPath } from '../containerOptions.ts';
import { nodeFiles } from '../image/nodeFiles.ts';
import { runnerSnapshot } from '../image/runnerSnapshot.ts';

export interface RootFolderOptions {
  /** Where the folders of all versions lie. Whoever the sandbox runs as must be able to enter it. */
  readonly parent: string;
  readonly runnerFile: string;
  /** Node programs; the first usable one is taken. */
  readonly nodePrograms: readonly string[];
  readonly clock: () => number;
}

/**
 * Where the root folders lie: in the folder of the lab, but for root in one of the system, because the sandbox then
 * runs as a user who may not enter root's own.
 */
export function sandboxFolder(folder: string): string {
  return process.getuid?.() === 0 ? '/var/cache/strategy-lab' : join(folder, 'sandbox');
}

const keptMilliseconds = 24 * 3_600_000;
/** Folders that are there to be mounted over. */
const mountPoints = ['tmp'];

/**
 * The folder that a sandbox sees as its root: Node, the libraries it loads, and the runner, as the image of a
 * container has them. One is made for each version of these.
 */
export class RootFolder {
  readonly #options: RootFolderOptions;
  #making: Promise<string> | undefined;

  constructor(options: RootFolderOptions) {
    this.#options = options;
  }

  /** Its path; null where it has not been made. @throws LabError `sandbox.unavailable` where others may write to it */
  async find(): Promise<string | null> {
    const path = await this.#path();
    const found = await lstat(path).catch(() => null);
    if (found === null) return null;
    const isOurs = found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o022) === 0;
    if (!isOurs) {
      throw new LabError('sandbox.unavailable', `The folder ${path} may be written to by other users.`, {
        action: 'Remove it; the next run makes it again.',
      });
    }
    return path;
  }

  /** Makes it where it is not there. @throws LabError `sandbox.unavailable` */
  ensure(): Promise<string> {
    this.#making ??= this.#ensure().finally(() => {
      this.#making = undefined;
    });
    return this.#making;
  }

  async #ensure(): Promise<string> {
    const { parent, clock } = this.#options;
    const present = await this.find();
    if (present !== null) {
      const now = clock() / 1000;
      await utimes(present, now, now).catch(() => undefined);
      return present;
    }
    const path = await this.#path();
    const draft = `${path}.draft-${process.pid}`;
    try {
      await rm(draft, { recursive: true, force: true });
      await this.#write(draft);
      await rename(draft, path).catch(async (error: unknown) => {
        // Another process was faster.
        if ((await this.find()) === null) throw error;
      });
    } catch (cause) {
      if (LabError.is(cause)) throw cause;
      throw new LabError('sandbox.unavailable', `The folder of the sandbox cannot be made in ${parent}.`, {
        action: 'Mend the permissions of that folder.',
        cause,
      });
    } finally {
      await rm(draft, { recursive: true, force: true });
    }
    await this.#removeOld(path).catch(() => undefined);
    return path;
  }

  async #write(folder: string): Promise<void> {
    const { runnerFile, nodePrograms } = this.#options;
    const { program, files } = await nodeFiles(nodePrograms);
    const snapshot = await runnerSnapshot(program, runnerFile);
    await mkdir(folder, { recursive: true, mode: 0o755 });
    for (const name of mountPoints) await mkdir(join(folder, name), { mode: 0o755 });
    for (const { path, mode, content } of [
      ...files,
      { path: snapshotPath.slice(1), mode: 0o644, content: snapshot },
    ]) {
      const file = join(folder, path);
      await mkdir(dirname(file), { recursive: true, mode: 0o755 });
      await writeFile(file, content, { mode: mode & 0o555, flag: 'wx' });
    }
  }

  /** Named after all that it is made of. */
  async #path(): Promise<string> {
    const { parent, runnerFile, nodePrograms } = this.#options;
    const hash = createHash('sha256');
    const runner = await readFile(runnerFile).catch((cause: unknown) => {
      throw new LabError('sandbox.unavailable', 'The runner for the sandbox is not built.', {
        action: 'Build the lab again: npm run build.',
        cause,
      });
    });
    hash.update(runner);
    for (const program of nodePrograms) {
      const { size = 0, mtimeMs = 0 } = (await stat(program).catch(() => null)) ?? {};
      hash.update(`${program}\0${size}\0${mtimeMs}\0`);
    }
    return join(parent, `sandbox-${hash.digest('hex').slice(0, 16)}`);
  }

  /** Folders of other versions that nobody has used for a day cost 130 MB each. */
  async #removeOld(kept: string): Promise<void> {
    const { parent, clock } = this.#options;
    for (const name of await readdir(parent)) {
      const path = join(parent, name);
      if (!/^sandbox-[0-9a-f]{16}/.test(name) || path === kept) continue;
      const { mtimeMs } = await stat(path);
      if (mtimeMs < clock() - keptMilliseconds) await rm(path, { recursive: true, force: true });
    }
  }
}
