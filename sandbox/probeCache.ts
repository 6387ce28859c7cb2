import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { type CanaryReport, canaryReportSchema, isWholeReport } from './canaries/report.ts';

const cacheSchema = z.record(z.string(), canaryReportSchema);
const mostEntries = 200;

/** Remembers what canaries found in a file; a lost or damaged file costs one trial more. */
export class ProbeCache {
  readonly #folder: string;
  readonly #file: string;
  #drafts = 0;
  readonly #running = new Map<string, Promise<CanaryReport>>();

  constructor(folder: string) {
    this.#folder = folder;
    this.#file = join(folder, 'sandbox-probes.json');
  }

  /** The known answer to `key`, else that of `trial`, which is kept if it is whole. */
  remember(key: string, trial: () => Promise<CanaryReport>): Promise<CanaryReport> {
    const running = this.#running.get(key);
    if (running !== undefined) return running;
    const answer = this.#find(key, trial).finally(() => this.#running.delete(key));
    this.#running.set(key, answer);
    return answer;
  }

  async #find(key: string, trial: () => Promise<CanaryReport>): Promise<CanaryReport> {
    const known = (await this.#read())[key];
    if (known !== undefined) return known;
    const answer = await trial();
    // What cannot be kept, as on a full disk, is tried again the next time.
    if (isWholeReport(answer)) await this.#write(key, answer).catch(() => undefined);
    return answer;
  }

  async #read(): Promise<Record<string, CanaryReport>> {
    try {
      return cacheSchema.parse(JSON.parse(await readFile(this.#file, 'utf8')));
    } catch {
      return {};
    }
  }

  async #write(key: string, answer: CanaryReport): Promise<void> {
    const others = Object.entries(await this.#read()).slice(1 - mostEntries);
    const text = JSON.stringify(Object.fromEntries([...others, [key, answer]]), null, 2);
    const draft = `${this.#file}.${process.pid}-${this.#drafts++}`;
    await mkdir(this.#folder, { recursive: true });
    await writeFile(draft, text);
    await rename(draft, this.#file);
  }
}
