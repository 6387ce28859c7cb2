import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { LabError } from '../../extension/contracts/errors.ts';

const run = promisify(execFile);
const snapshotMilliseconds = 60_000;

/**
 * The runner as a startup snapshot of `program`: its modules as they are once they are loaded. Only this
 * very program can start from it.
 * @throws LabError `sandbox.unavailable` with what the program said
 */
export async function runnerSnapshot(program: string, runnerFile: string): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), 'strategy-lab-snapshot-'));
  try {
    const file = join(folder, 'runner.snapshot');
    // Code from text is refused here as it will be inside: what the modules find out about it stays in them.
    const flags = ['--disallow-code-generation-from-strings', '--snapshot-blob', file, '--build-snapshot'];
    await run(program, [...flags, runnerFile], { timeout: snapshotMilliseconds, env: {} });
    return await readFile(file);
  } catch (cause) {
    const said = cause instanceof Error ? cause.message.slice(0, 500) : String(cause);
    throw new LabError('sandbox.unavailable', `${program} cannot take a snapshot of the runner: ${said}`, {
      action: 'Install Node 24 for Linux, or give an image file.',
      cause,
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
