import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import * as z from 'zod';
import { LabError } from '../../extension/contracts/errors.ts';
import { nodePath } from '../containerOptions.ts';
import type { TarEntry } from './tar.ts';

const run = promisify(execFile);
const programMilliseconds = 15_000;
const wantedMajor = 24;

const versionsSchema = z.object({
  node: z.string(),
  electron: z.string().nullable(),
  platform: z.string(),
});

/** Why the program cannot be the Node of an image; null when it can. */
async function problemOf(path: string): Promise<string | null> {
  // Asked of this process without starting it: an editor's own binary would open a window.
  if (path === process.execPath && process.versions['electron'] !== undefined) {
    return 'it is an editor, not Node';
  }
  const question =
    'JSON.stringify({ node: process.versions.node, electron: process.versions.electron ?? null, platform: process.platform })';
  try {
    const { stdout } = await run(path, ['-p', question], {
      timeout: programMilliseconds,
      env: { ELECTRON_RUN_AS_NODE: '1' },
    });
    const versions = versionsSchema.parse(JSON.parse(stdout));
    if (versions.electron !== null) return 'it is Electron, not Node';
    if (versions.platform !== 'linux')
      return `it is made for ${versions.platform}, and a container needs Linux`;
    if (Number(versions.node.split('.')[0]) !== wantedMajor) {
      return `it is Node ${versions.node}, and the sandbox needs Node ${wantedMajor}`;
    }
    return null;
  } catch {
    return 'it does not start as Node does';
  }
}

/** Absolute paths of the libraries that the dynamic loader takes for `program`, the loader included. */
async function librariesOf(program: string): Promise<string[]> {
  const { stdout } = await run('ldd', [program], { timeout: programMilliseconds, env: { LC_ALL: 'C' } });
  const paths = stdout.split('\n').map((line) => /(?:=>\s+)?(\/\S+)\s+\(0x/.exec(line)?.[1]);
  return [...new Set(paths.filter((path) => path !== undefined))];
}

export interface NodeFiles {
  /** The candidate that was taken. */
  readonly program: string;
  readonly files: readonly TarEntry[];
}

/**
 * The files of a minimal Linux that can run Node and nothing else: the first usable one of
 * `candidates`, its libraries, and a user without rights.
 * @throws LabError `sandbox.unavailable` naming why each candidate cannot be used
 */
export async function nodeFiles(candidates: readonly string[]): Promise<NodeFiles> {
  const problems: string[] = [];
  for (const program of candidates) {
    const problem = await problemOf(program);
    if (problem !== null) {
      problems.push(`${program}: ${problem}`);
      continue;
    }
    try {
      const libraries = await librariesOf(program);
      const files = [[program, nodePath], ...libraries.map((path) => [path, path] as const)] as const;
      const entries = files.map(
        async ([from, to]): Promise<TarEntry> => ({
          path: to.slice(1),
          mode: 0o755,
          content: await readFile(from),
        }),
      );
      const passwd = new TextEncoder().encode('nobody:x:65534:65534:nobody:/:\n');
      const user = { path: 'etc/passwd', mode: 0o644, content: passwd };
      return { program, files: [...(await Promise.all(entries)), user] };
    } catch {
      problems.push(`${program}: its libraries cannot be read; ldd is needed for that`);
    }
  }
  throw new LabError(
    'sandbox.unavailable',
    `No Node program can go into an image (${problems.join('; ')}).`,
    {
      action: `Install Node ${wantedMajor} for Linux and give its path, or give an image file.`,
    },
  );
}
