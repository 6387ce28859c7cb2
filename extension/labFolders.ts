import { join, resolve } from 'node:path';

export interface LabFolders {
  /** The lab's own. */
  readonly lab: string;
  /** Where generated strategies go. */
  readonly strategies: string;
}

/**
 * Where the lab of a folder is, for every surface alike: in the folder, or where the person chose by option
 * or STRATEGY_LAB_HOME, relative to the folder.
 */
export function labFolders(folder: string, chosen: string | undefined): LabFolders {
  if (!chosen) return { lab: join(folder, '.strategy-lab'), strategies: join(folder, 'strategies') };
  const lab = resolve(folder, chosen);
  return { lab, strategies: join(lab, 'strategies') };
}
