import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { describe, expect, it } from 'vitest';
import { nodeRecipe, runnerLabel } from '../../sandbox/image/nodeRecipe.ts';
import { RunnerImage } from '../../sandbox/image/runnerImage.ts';
import { failureOf, testDocker, withFolder } from './support.ts';

const docker = testDocker();
const signal = new AbortController().signal;
const dockerfile = join(import.meta.dirname, '../../sandbox/image/Dockerfile');

/** An image of a runner that nobody has built before. */
async function withRunner(
  work: (
    image: (changes?: { imageFile?: string; nodePrograms?: string[] }) => RunnerImage,
    folder: string,
  ) => Promise<void>,
): Promise<void> {
  await withFolder(async (folder) => {
    const runnerFile = join(folder, 'runner.js');
    await writeFile(runnerFile, `// ${randomUUID()}\n`);
    const make = ({
      nodePrograms = [process.execPath],
      imageFile,
    }: {
      imageFile?: string;
      nodePrograms?: string[];
    } = {}) =>
      new RunnerImage({
        docker,
        recipe: nodeRecipe({ runnerFile, dockerfile, nodePrograms }),
        clock: Date.now,
        ...(imageFile === undefined ? {} : { imageFile }),
      });
    try {
      await work(make, folder);
    } finally {
      const id = await make().find(signal);
      if (id !== null) await docker.getImage(id).remove({ force: true });
    }
  });
}

describe('the sandbox image', () => {
  it("is made of this machine's Node where neither registry nor file is at hand, within seconds", async () => {
    await withRunner(async (make) => {
      const image = make();
      expect(await image.find(signal)).toBe(null);
      const id = await image.ensure(signal);
      expect(image.attempts.at(-1)).toEqual({ way: 'import', problem: null });
      expect(image.attempts.map(({ way }) => way)).toEqual(['build', 'load', 'import']);
      const { Config: config } = await docker.getImage(id).inspect();
      expect(config).toMatchObject({
        User: '65534:65534',
        WorkingDir: '/',
        Env: expect.arrayContaining(['TZ=UTC']),
        Entrypoint: ['/usr/local/bin/node', '--snapshot-blob', '/runner.snapshot'],
      });
      expect(config.Labels?.[runnerLabel]).toMatch(/^[0-9a-f]{64}$/);
    });
  });

  it('is made once, also when two ask at the same time', async () => {
    await withRunner(async (make) => {
      const image = make();
      const [first, second] = await Promise.all([image.ensure(signal), image.ensure(signal)]);
      expect(first).toBe(second);
      const later = make();
      expect(await later.ensure(signal)).toBe(first);
      expect(later.attempts).toEqual([]);
    });
  });

  it('is another one for another runner', async () => {
    await withRunner(async (makeFirst) => {
      const first = await makeFirst().ensure(signal);
      await withRunner(async (makeSecond) => {
        expect(await makeSecond().find(signal)).toBe(null);
        expect(await makeSecond().ensure(signal)).not.toBe(first);
      });
    });
  });

  it('is loaded from a saved file, and a file with another runner is not taken for it', async () => {
    await withRunner(async (make, folder) => {
      const imageFile = join(folder, 'image.tar');
      const id = await make().ensure(signal);
      const { RepoTags: tags } = await docker.getImage(id).inspect();
      await pipeline(await docker.getImage(tags[0] ?? '').get(), createWriteStream(imageFile));
      await docker.getImage(id).remove({ force: true });

      const loaded = make({ imageFile, nodePrograms: [] });
      await loaded.ensure(signal);
      expect(loaded.attempts.at(-1)).toEqual({ way: 'load', problem: null });

      await withRunner(async (makeOther) => {
        const failure = await failureOf(makeOther({ imageFile, nodePrograms: [] }).ensure(signal));
        expect(failure.reason).toBe('sandbox.unavailable');
        expect(failure.message).toContain('load: The image holds another version of the runner.');
      });
    });
  });

  it('says of every way why it failed', async () => {
    await withRunner(async (make, folder) => {
      const imageFile = join(folder, 'broken.tar');
      await writeFile(imageFile, 'no archive');
      const failure = await failureOf(make({ imageFile, nodePrograms: ['/bin/true'] }).ensure(signal));
      expect(failure.message).toMatch(/build: .*load: .*import: .*\/bin\/true/s);
    });
  });
});
