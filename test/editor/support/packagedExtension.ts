import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';
import { packageExtension } from '../../../package.mjs';

export interface PackagedExtension {
  /** The package, as a person installs it. */
  readonly vsix: string;
  /** The same, unpacked: what tests in an extension host develop. */
  readonly folder: string;
}

/** The extension as it ships, packaged from dist/ by the first test file of a run that asks. */
export async function packagedExtension(): Promise<PackagedExtension> {
  const home = inject('packageFolder');
  const packaged = { vsix: join(home, 'strategy-lab.vsix'), folder: join(home, 'extension') };
  if (!existsSync(packaged.vsix)) await packageExtension({ file: packaged.vsix, folder: packaged.folder });
  return packaged;
}
