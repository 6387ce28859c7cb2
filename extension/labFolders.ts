import { access, copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { LabError } from './contracts/errors.ts';

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

/** What editors complete the API from, in each language. */
const declarations = ['strategy-lab.d.ts', 'strategy_lab.pyi'];

/** Whether a folder is a lab, which holds what `makeFolder` writes. */
export async function isLab(folder: string): Promise<boolean> {
  const marks = ['journal.sqlite', ...declarations].map((name) => access(join(folder, name)));
  return Promise.any(marks).then(
    () => true,
    () => false,
  );
}

interface LabPlace {
  readonly folder: string;
  /** The folder of the build. */
  readonly assets: string;
}

/** The lab's folder, hidden from git, with the declarations that an editor completes the API from. */
export async function makeFolder({ folder, assets }: LabPlace): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    const ignoreFile = join(folder, '.gitignore');
    await access(ignoreFile).catch(() => writeFile(ignoreFile, '*\n'));
    for (const name of declarations) await copyFile(join(assets, name), join(folder, name));
  } catch (cause) {
    throw new LabError('journal.unavailable', `The lab's folder ${folder} cannot be written.`, {
      action: 'Choose another folder for the lab, or mend its permissions.',
      cause,
    });
  }
}
