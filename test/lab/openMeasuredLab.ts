import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { type Lab, type LabOptions, newShortId, openLab } from '../../extension/lab.ts';

/** A lab without sandboxes of the system's, in a folder that goes with the test; it measures. Whoever opens it closes it. */
export async function openMeasuredLab({
  instruments,
  ...options
}: Partial<Pick<LabOptions, 'instruments' | 'onAttempted'>> = {}): Promise<Lab> {
  const folder = await mkdtemp(join(tmpdir(), 'strategy-lab-measured-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return openLab({
    folder: join(folder, '.strategy-lab'),
    strategiesFolder: join(folder, 'strategies'),
    assets: fileURLToPath(new URL('../../dist/', import.meta.url)),
    clock: Date.now,
    newId: newShortId,
    dockerSocket: '/nowhere/docker.sock',
    bubblewrap: '/nowhere/bwrap',
    instruments: { measures: true, ...instruments },
    ...options,
  });
}
