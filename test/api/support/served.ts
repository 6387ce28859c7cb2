import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import * as z from 'zod';
import { program } from '../../cli/program.ts';

const announcedSchema = z.object({
  url: z.url(),
  tokenFile: z.string(),
  tokenFiles: z.record(z.string(), z.string()),
  pid: z.number(),
});

export interface Served extends z.infer<typeof announcedSchema> {
  readonly child: ChildProcess;
  /** All that it printed so far. */
  readonly printed: () => string;
  /** Ends it and answers how it ended. */
  end(signal: NodeJS.Signals): Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  call(
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<{ status: number; body: unknown }>;
}

/** The built program, serving a lab in `folder` as a user would start it. */
export async function serve(folder: string, args: readonly string[] = []): Promise<Served> {
  const child = spawn(process.execPath, [program, 'serve', '--json', '--level', 'preview', ...args], {
    cwd: folder,
    env: {
      ...process.env,
      STRATEGY_LAB_DOCKER_SOCKET: '/nowhere/docker.sock',
      STRATEGY_LAB_BUBBLEWRAP: '/nowhere/bwrap',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) =>
    child.on('close', (code, signal) => resolve({ code, signal })),
  );
  let printed = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const first = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    void ended.then(({ code }) => reject(new Error(`It ended with ${code}: ${errors}`)));
  });
  const announced = announcedSchema.parse(JSON.parse(first));
  const token = (await readFile(announced.tokenFile, 'utf8')).trim();
  return {
    ...announced,
    child,
    printed: () => printed,
    end(signal) {
      child.kill(signal);
      return ended;
    },
    async call(method, path, body, headers = {}) {
      const response = await fetch(`${announced.url}${path}`, {
        method,
        headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json', ...headers },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      return { status: response.status, body: await response.json() };
    },
  };
}
