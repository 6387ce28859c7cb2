import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LabError } from '../contracts/errors.ts';

/** A folder whose files the lab writes for people to open and to change. */
export class OutputFolder {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  pathOf(name: string): string {
    return join(this.#folder, name);
  }

  /** Writes a file whole or not at all; writing the same content again changes nothing. */
  async write(name: string, content: string): Promise<void> {
    const path = this.pathOf(name);
    if ((await this.#read(path)) === content) return;
    const temporary = `${path}.${randomUUID()}.tmp`;
    try {
      await mkdir(this.#folder, { recursive: true });
      const file = await open(temporary, 'w');
      try {
        await file.writeFile(content);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, path);
    } catch (cause) {
      await rm(temporary, { force: true });
      throw new LabError('not-found', `The file ${path} could not be written.`, {
        action: 'Check that the folder may be written and the disk has room.',
        cause,
      });
    }
  }

  /** The content of a file; undefined where there is none. */
  read(name: string): Promise<string | undefined> {
    return this.#read(this.pathOf(name));
  }

  /** Removes the file if it still holds `content`; what a person changed stays. */
  async removeUnchanged(name: string, content: string): Promise<void> {
    if ((await this.#read(this.pathOf(name))) === content) await this.remove(name);
  }

  /** Names of the files and folders in it, none where it is not there. */
  async names(): Promise<string[]> {
    return readdir(this.#folder).catch(() => []);
  }

  /** Removes a file, if it is there. @throws LabError `not-found` where it may not be removed */
  async remove(name: string): Promise<void> {
    const path = this.pathOf(name);
    try {
      await rm(path, { force: true });
    } catch (cause) {
      throw new LabError('not-found', `The file ${path} could not be removed.`, {
        action: 'Check the permissions of its folder, then remove the file yourself.',
        cause,
      });
    }
  }

  /** Removes every file whose name begins with `prefix`, also what a killed write has left of one. */
  async removeAll(prefix: string): Promise<void> {
    const meant = (await this.names()).filter((name) => name.startsWith(prefix));
    await Promise.all(meant.map((name) => this.remove(name)));
  }

  async #read(path: string): Promise<string | undefined> {
    try {
      return await readFile(path, 'utf8');
    } catch {
      return undefined;
    }
  }
}
