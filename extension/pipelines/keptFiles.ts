import type { SagaNotice, SagaView } from '../contracts/saga.ts';
import type { OutputFolder } from '../storage/outputFolder.ts';

/** What the files of a run's steps begin with: of searches, and of other long work. */
function prefixesOf(runId: string): string[] {
  return [`${runId}-`, `work-${runId}-`];
}

const endedStates: readonly string[] = ['completed', 'rejected', 'failed', 'cancelled'];

/** A file of kept work, whole or under way; nothing else in the folder is the lab's to remove. */
const keptFile = /\.json(\.[0-9a-f-]{36}\.tmp)?$/;

/**
 * Removes the files of work that no run will go on with: of runs that have ended, and of none that the lab
 * knows. One that is under way in any process, waits or was interrupted keeps its files. A run is in the
 * journal before its first file is written: that is why `runs` is asked after the files were listed.
 */
export async function tidyKept(
  folder: OutputFolder,
  runs: () => Promise<readonly Pick<SagaView, 'id' | 'state'>[]>,
): Promise<void> {
  const files = (await folder.names()).filter((name) => keptFile.test(name));
  if (files.length === 0) return;
  const open = (await runs())
    .filter(({ state }) => !endedStates.includes(state))
    .flatMap(({ id }) => prefixesOf(id));
  const left = files.filter((name) => !open.some((prefix) => name.startsWith(prefix)));
  await Promise.all(left.map((name) => folder.remove(name)));
}

/** Removes the files of a run's work when it has ended; a process that dies before leaves them to `tidyKept`. */
export async function forgetEnded(folder: OutputFolder, notice: SagaNotice): Promise<void> {
  if (notice.kind !== 'event' || !endedStates.includes(notice.state.phase)) return;
  for (const prefix of prefixesOf(notice.sagaId)) await folder.removeAll(prefix);
}
