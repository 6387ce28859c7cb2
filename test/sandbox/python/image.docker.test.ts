import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LabError } from '../../../extension/contracts/errors.ts';
import { pythonCommand } from '../../../sandbox/containerOptions.ts';
import type { SandboxImage } from '../../../sandbox/dockerBackend.ts';
import { pythonImage, pythonRunnerLabel } from '../../../sandbox/image/pythonImage.ts';
import { runInSandbox } from '../../../sandbox/session.ts';
import { dockerBackend, failureOf, newOwner, testDocker, testPythonImage, withFolder } from '../support.ts';
import { pythonOf, pythonRequest } from './support.ts';

const docker = testDocker();
const signal = new AbortController().signal;

describe('the sandbox image for Python', () => {
  it('is made within a minute where no registry is at hand, once for all who ask, and runs as nobody', async () => {
    const image = testPythonImage(docker);
    const [first, second] = await Promise.all([image.ensure(signal), image.ensure(signal)]);
    expect(first).toBe(second);
    const heard: string[] = [];
    expect(await testPythonImage(docker).ensure(signal, (text) => heard.push(text))).toBe(first);
    expect(heard).toEqual([]);
    const { Config: config } = await docker.getImage(first).inspect();
    expect(config).toMatchObject({
      User: '65534:65534',
      WorkingDir: '/',
      Entrypoint: [...pythonCommand],
      Env: expect.arrayContaining(['PYTHONHASHSEED=0', 'TZ=UTC']),
    });
    expect(config.Labels?.[pythonRunnerLabel]).toMatch(/^[0-9a-f]{64}$/);
  });

  it('is another one for another runner, on the same base, in seconds', async () => {
    await withFolder(async (folder) => {
      const runnerFile = join(folder, 'pythonRunner.json');
      await writeFile(runnerFile, JSON.stringify({ 'main.py': `# ${randomUUID()}\n` }));
      const asked: string[] = [];
      const base: SandboxImage = {
        find: () => Promise.resolve(null),
        ensure: async (...wanted) => {
          asked.push('base');
          return (await docker.getImage(await testPythonImage(docker).ensure(...wanted)).inspect()).Id;
        },
      };
      const other = pythonImage({ docker, base, runnerFile, clock: Date.now });
      expect(await other.find(signal)).toBe(null);
      const id = await other.ensure(signal);
      try {
        expect(id).not.toBe(await testPythonImage(docker).find(signal));
        expect(asked).toEqual(['base']);
      } finally {
        await docker.getImage(id).remove({ force: true });
      }
    });
  });

  it('fails with what its base failed with', async () => {
    await withFolder(async (folder) => {
      const runnerFile = join(folder, 'pythonRunner.json');
      await writeFile(runnerFile, JSON.stringify({ 'main.py': `# ${randomUUID()}\n` }));
      const refusal = new LabError('sandbox.unavailable', 'No way works.', { action: 'Find one.' });
      const base: SandboxImage = { find: async () => null, ensure: () => Promise.reject(refusal) };
      const image = pythonImage({ docker, base, runnerFile, clock: Date.now });
      expect(await failureOf(image.ensure(signal))).toBe(refusal);
    });
  });

  it.each(['runc', 'runsc'] as const)('gives sets one order in every run under %s', async (runtime) => {
    const backend = dockerBackend(docker, runtime, newOwner());
    const source = pythonOf("if lab.bar.index == 0:\n    lab.log(' '.join({str(n) for n in range(50)}))");
    const runs = await Promise.all([1, 2].map(() => runInSandbox(pythonRequest(backend, source))));
    expect(runs[0]?.log).toHaveLength(1);
    expect(runs[0]?.log).toEqual(runs[1]?.log);
  });
});
