import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { installCodeServer, missingEditorPackages } from './editorParts.ts';
import { installPackages } from './packages.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the test files of one run keep the packaged extension. */
    readonly packageFolder: string;
  }
}

/** Gives the tests of the `editor` project an editor and a browser. */
export async function setup(project: TestProject): Promise<() => void> {
  const missing = await installPackages(missingEditorPackages);
  if (missing.length > 0) throw new Error(`Tests in the editor need ${missing.join(', ')}`);
  await installCodeServer();
  const folder = mkdtempSync(join(tmpdir(), 'strategy-lab-package-'));
  project.provide('packageFolder', folder);
  return () => rmSync(folder, { recursive: true, force: true });
}
