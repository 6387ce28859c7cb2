import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { codeServerProgram } from '../../setup/editorParts.ts';

/** The TypeScript server that VS Code ships. */
const serverProgram = join(
  codeServerProgram(),
  '../../../lib/vscode/extensions/node_modules/typescript/lib/tsserver.js',
);

interface Message {
  readonly type: string;
  readonly request_seq?: number;
  readonly success?: boolean;
  readonly message?: string;
  readonly body?: unknown;
}

/** A place in a file, counted from 1. */
export interface FilePlace {
  readonly file: string;
  readonly line: number;
  readonly offset: number;
}

/** A TypeScript server, started as VS Code starts it for an extension with a plugin. */
export class TypeScriptServer implements AsyncDisposable {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #open = new Set<string>();
  readonly #waiting = new Map<number, (message: Message) => void>();
  #sequence = 0;
  #unread = Buffer.alloc(0);

  /** @param extensions folders whose node_modules hold plugins */
  constructor(plugins: readonly string[], extensions: readonly string[]) {
    this.#child = spawn(process.execPath, [
      serverProgram,
      '--useInferredProjectPerProjectRoot',
      '--disableAutomaticTypingAcquisition',
      ...(plugins.length === 0
        ? []
        : ['--globalPlugins', plugins.join(), '--pluginProbeLocations', extensions.join()]),
    ]);
    this.#child.stderr.pipe(process.stderr);
    this.#child.stdout.on('data', (bytes: Buffer) => this.#read(bytes));
  }

  #read(bytes: Buffer): void {
    this.#unread = Buffer.concat([this.#unread, bytes]);
    for (;;) {
      const end = this.#unread.indexOf('\r\n\r\n');
      const length = Number(/Content-Length: (\d+)/.exec(this.#unread.toString('latin1', 0, end))?.[1]);
      if (end < 0 || this.#unread.length < end + 4 + length) return;
      const message = JSON.parse(this.#unread.toString('utf8', end + 4, end + 4 + length)) as Message;
      this.#unread = this.#unread.subarray(end + 4 + length);
      if (message.type === 'response') this.#waiting.get(message.request_seq ?? -1)?.(message);
    }
  }

  #send(command: string, args: object): number {
    this.#sequence += 1;
    this.#child.stdin.write(
      `${JSON.stringify({ seq: this.#sequence, type: 'request', command, arguments: args })}\n`,
    );
    return this.#sequence;
  }

  /** Opens a file of a folder; `fileContent` where it has not been saved. */
  open(file: string, projectRootPath: string, fileContent?: string): void {
    this.#open.add(file);
    this.#send('open', {
      file,
      projectRootPath,
      fileContent,
      scriptKindName: /js$/.test(file) ? 'JS' : 'TS',
    });
  }

  closeAll(): void {
    for (const file of this.#open) this.#send('close', { file });
    this.#open.clear();
  }

  /** The body of the answer to a request. */
  async ask<T>(command: string, args: object): Promise<T> {
    const sequence = this.#send(command, args);
    const { success, message, body } = await new Promise<Message>((resolve) => {
      this.#waiting.set(sequence, resolve);
    });
    if (success !== true) throw new Error(`${command}: ${message}`);
    return body as T;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#send('exit', {});
    await ended;
  }
}
