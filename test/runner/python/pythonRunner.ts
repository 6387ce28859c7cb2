import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { join } from 'node:path';
import { type Frame, FrameReader, frameTypes } from '../../../sandbox/frames.ts';
import { decodeJson, helloOf, jsonFrame, sourceFrame, startOf } from '../support/host.ts';

export const runnerFolder = join(import.meta.dirname, '../../../sandbox/runner/python');
// As in the image, but for what older versions of Python lack.
const flags = ['-s', '-S', '-B', '-X', 'utf8'];

export interface ProcessOutput {
  readonly code: number | null;
  /** Bytes of stderr. */
  readonly complaints: number;
}

/** The runner for Python as a plain child process, without a sandbox, spoken to in frames. */
export class PythonRunner {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #reader = new FrameReader(2 ** 30);
  readonly #frames: Frame[] = [];
  #wake: () => void = () => undefined;
  #hasEnded = false;
  #complaints = 0;
  readonly ended: Promise<ProcessOutput>;

  constructor() {
    this.#child = spawn('python3', [...flags, join(runnerFolder, 'main.py')], {
      env: { PATH: process.env['PATH'] ?? '', PYTHONHASHSEED: '0', TZ: 'UTC' },
    });
    this.#child.stdin.on('error', () => undefined);
    this.#child.stderr.on('data', (bytes: Uint8Array) => {
      this.#complaints += bytes.length;
    });
    this.#child.stdout.on('data', (bytes: Uint8Array) => {
      this.#frames.push(...this.#reader.push(bytes));
      this.#wake();
    });
    this.ended = new Promise((resolve) => {
      this.#child.on('close', (code) => {
        this.#hasEnded = true;
        this.#wake();
        resolve({ code, complaints: this.#complaints });
      });
    });
  }

  send(frame: Uint8Array): void {
    this.#child.stdin.write(frame);
  }

  /** Ends the input, as a host does that has gone. */
  hangUp(): void {
    this.#child.stdin.end();
  }

  /** Hands over one frame and waits for the next one that comes. */
  async ask(frame: Uint8Array): Promise<Frame> {
    this.send(frame);
    for (;;) {
      const answer = this.#frames.shift();
      if (answer !== undefined) return answer;
      if (this.#hasEnded) throw new Error('the runner ended without an answer');
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Frames that nobody has asked for. */
  get unasked(): number {
    return this.#frames.length;
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  async load(source: string): Promise<Record<string, unknown>> {
    this.send(jsonFrame(frameTypes.hello, helloOf()));
    return answerOf(await this.ask(sourceFrame(source)));
  }

  async begin(changes: Partial<ReturnType<typeof startOf>> = {}): Promise<Record<string, unknown>> {
    return answerOf(await this.ask(jsonFrame(frameTypes.start, { ...startOf(), ...changes })));
  }
}

/** The content of a frame of text, with its type as `type`. */
export function answerOf({ type, payload }: Frame): Record<string, unknown> {
  return { ...decodeJson(payload), type };
}

/** A strategy with the given methods, each line of them indented by four. */
export function pythonStrategy(body: string, imports = ''): string {
  return `from strategy_lab import Strategy, integer, number\n${imports}\n\nclass Test(Strategy):\n    name = 'Test'\n${body}\n`;
}

/** A strategy whose next has the given statements, on one line each. */
export function pythonNext(...lines: readonly string[]): string {
  return pythonStrategy(`    def next(self, lab):\n${lines.map((line) => `        ${line}`).join('\n')}`);
}
