import { basename, join } from 'node:path';
import { expect } from 'vitest';
import type { EditorSession } from '../support/editorSession.ts';

const pollOptions = { interval: 500, timeout: 60_000 };

/** Imports the workspace's candles as a person does who types the path into the dialog. */
export async function importFixture({ workbench, workspace }: EditorSession): Promise<void> {
  await importFile({ workbench }, join(workspace.folder, workspace.dataFile));
}

export async function importFile(
  { workbench }: Pick<EditorSession, 'workbench'>,
  path: string,
): Promise<void> {
  await workbench.run('Strategy Lab: Import Data');
  // The dialog reads its first folder, and then forgets what was typed meanwhile.
  const row = workbench.quickInput.getByText(basename(path), { exact: true });
  await expect
    .poll(async () => {
      await workbench.type(path);
      return row.isVisible();
    }, pollOptions)
    .toBe(true);
  await workbench.quickInput.getByRole('button', { name: 'Import', exact: true }).click();
  await workbench.notification('Imported').waitFor();
}
