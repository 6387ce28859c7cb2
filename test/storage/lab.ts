import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { NewEvent } from '../../extension/contracts/journal.ts';
import { type LabJournal, openJournal } from '../../extension/storage/openJournal.ts';

export const workerUrl = new URL('../../extension/storage/journalWorker.ts', import.meta.url);

/** An empty folder that goes when the test ends. */
export function emptyFolder(parent = tmpdir()): string {
  const folder = mkdtempSync(join(parent, 'strategy-lab-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The same in memory, where the system has a place for it: syncs cost nothing there. For many small commits. */
export function emptyFolderInMemory(): string {
  return emptyFolder(existsSync('/dev/shm') ? '/dev/shm' : tmpdir());
}

/** The journal of `folder`, closed when the test ends. */
export async function openTestJournal(folder: string): Promise<LabJournal> {
  const journal = await openJournal({ folder, workerUrl });
  onTestFinished(() => journal.close());
  return journal;
}

export function noted(data: unknown): NewEvent {
  return { type: 'test.noted', version: 1, time: 1_700_000_000_000, traceId: 'trace', data };
}
