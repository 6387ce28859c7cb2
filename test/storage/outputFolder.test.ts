import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { OutputFolder } from '../../extension/storage/outputFolder.ts';
import { emptyFolder } from './lab.ts';

const action = 'Check the permissions of its folder, then remove the file yourself.';

test('what may not be removed is told in one sentence with its place, and one action', async () => {
  const folder = emptyFolder();
  await mkdir(join(folder, 'kept'));
  await expect(new OutputFolder(folder).remove('kept')).rejects.toMatchObject({
    reason: 'not-found',
    message: `The file ${join(folder, 'kept')} could not be removed.`,
    action,
  });
});

// A file that not even root may remove.
test.runIf(process.platform === 'linux')('and so is a file that nobody has changed', async () => {
  const content = await readFile('/proc/version', 'utf8');
  await expect(new OutputFolder('/proc').removeUnchanged('version', content)).rejects.toMatchObject({
    message: 'The file /proc/version could not be removed.',
    action,
  });
});
