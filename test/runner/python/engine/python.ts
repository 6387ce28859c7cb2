import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const driver = join(import.meta.dirname, 'driver.py');
const packageFolder = join(import.meta.dirname, '../../../../sandbox/runner/python');

/** Whether this machine has Python. Where a test must not be skipped, as in CI, it is taken for granted. */
export const hasPython = process.env['CI'] === 'true' || spawnSync('python3', ['--version']).status === 0;

/** One question to the engine in Python; `blocks` are numbers of blocks of bars. */
export interface Job {
  readonly kind: string;
  readonly blocks?: readonly number[];
}

/** Jobs that are answered by one process, and the blocks of bars that they share. */
export class Jobs {
  readonly #jobs: Job[] = [];
  readonly #blocks: string[] = [];
  readonly #numbers = new Map<string, number>();

  /** Adds a job and returns its number among the answers. */
  add(job: Job & Readonly<Record<string, unknown>>): number {
    this.#jobs.push(job);
    return this.#jobs.length - 1;
  }

  /** The number of a block of bars. */
  block(parts: readonly Float64Array[]): number {
    const bytes = parts.map((part) => Buffer.from(part.buffer, part.byteOffset, part.byteLength));
    const text = Buffer.concat(bytes).toString('base64');
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    this.#numbers.set(text, this.#blocks.length);
    this.#blocks.push(text);
    return this.#blocks.length - 1;
  }

  /** What Python answers, job by job; nothing without Python. */
  answers(): readonly unknown[] {
    if (!hasPython) return [];
    const { status, stdout, stderr } = spawnSync('python3', ['-B', '-X', 'utf8', driver], {
      input: JSON.stringify({ jobs: this.#jobs, blocks: this.#blocks }),
      encoding: 'utf8',
      maxBuffer: 2 ** 30,
      env: { PATH: process.env['PATH'] ?? '', PYTHONPATH: packageFolder, PYTHONHASHSEED: '0', TZ: 'UTC' },
    });
    if (status !== 0) throw new Error(`the driver failed: ${stderr.slice(-4000)}`);
    return JSON.parse(stdout) as unknown[];
  }
}

/** Numbers of a text of Python's; all NaN alike. */
export function numbersOf(text: string): Float64Array {
  const bytes = Uint8Array.from(Buffer.from(text, 'base64'));
  return new Float64Array(bytes.buffer);
}

/** The first place at which two rows of numbers differ in any bit, in words; empty where they are equal. */
export function firstDifference(engine: Float64Array, python: Float64Array): string {
  if (engine.length !== python.length) return `${engine.length} numbers and ${python.length} of Python`;
  for (const [place, value] of engine.entries()) {
    if (!Object.is(value, python[place])) return `place ${place}: ${value} and ${python[place]} of Python`;
  }
  return '';
}

/** `takeProfitPercent` as `take_profit_percent`. */
export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** The same names, a level deep. */
export function pythonNames(options: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(options).map(([name, value]) => [snakeCase(name), value]));
}
