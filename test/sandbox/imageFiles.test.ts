import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { nodeFiles } from '../../sandbox/image/nodeFiles.ts';
import { tarOf } from '../../sandbox/image/tar.ts';
import { failureOf, withFolder } from './support.ts';

const run = promisify(execFile);

describe('an archive', () => {
  it('is read by tar, with long paths and every size of file', async () => {
    await withFolder(async (folder) => {
      const sizes = [0, 1, 511, 512, 513];
      const entries = sizes.map((size) => ({
        path: `${'folder/'.repeat(15)}file-${size}`,
        mode: 0o755,
        content: new Uint8Array(size).fill(65),
      }));
      const file = join(folder, 'archive.tar');
      await writeFile(file, Buffer.concat([...tarOf(entries)]));
      await run('tar', ['-xf', file, '-C', folder]);
      for (const { path, content } of entries) {
        expect(new Uint8Array(await readFile(join(folder, path)))).toEqual(content);
      }
      const { stdout } = await run('tar', ['--numeric-owner', '-tvf', file]);
      expect(stdout).toMatch(/^-rwxr-xr-x 0\/0 +0 1970-01-01 .*file-0$/m);
    });
  });
});

describe('the Node of an image', () => {
  it('is this one with its loader and libraries', async () => {
    const { program, files } = await nodeFiles([process.execPath]);
    expect(program).toBe(process.execPath);
    const paths = files.map(({ path }) => path);
    expect(paths).toContain('usr/local/bin/node');
    expect(paths).toContain('etc/passwd');
    expect(paths.some((path) => /ld-linux/.test(path))).toBe(true);
    expect(paths.some((path) => /libc\.so\.6$/.test(path))).toBe(true);
  });

  it('is never an editor, nor a program that is no Node, and the refusal names each', async () => {
    await withFolder(async (folder) => {
      const editor = join(folder, 'editor');
      const answer = '{"node":"24.0.0","electron":"39.0.0","platform":"linux"}';
      await writeFile(editor, `#!/bin/sh\necho '${answer}'\n`, { mode: 0o755 });
      const failure = await failureOf(nodeFiles([editor, '/bin/true']));
      expect(failure.reason).toBe('sandbox.unavailable');
      expect(failure.message).toContain(`${editor}: it is Electron, not Node`);
      expect(failure.message).toContain('/bin/true: it does not start as Node does');
    });
  });
});
