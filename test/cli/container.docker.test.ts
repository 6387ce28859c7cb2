import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ownerLabels } from '../../sandbox/owner.ts';
import { testDocker } from '../sandbox/support.ts';
import { call, crossing, newFolder, writeMarket, writeStrategy } from './program.ts';

let folder: Awaited<ReturnType<typeof newFolder>>;
let market: string;
const environment = { STRATEGY_LAB_DOCKER_SOCKET: process.env['STRATEGY_LAB_DOCKER_SOCKET'] ?? '' };
beforeAll(async () => {
  folder = await newFolder();
  market = await writeMarket(folder.path);
});
afterAll(() => folder.remove());

async function containers(): Promise<number> {
  const filters = JSON.stringify({ label: [ownerLabels.session] });
  return (await testDocker().listContainers({ all: true, filters })).length;
}

test('the main job takes the strongest sandbox that is there and leaves no container behind', async () => {
  const answer = await call(['run', '--data', market, '--json'], { folder: folder.path, environment });
  expect(answer.code, answer.stderr).toBe(0);
  expect(JSON.parse(answer.stdout)).toMatchObject({
    state: 'waiting-for-review',
    isolation: { level: 'gvisor', limits: { memory: true, processes: true, network: true } },
  });
  expect(await containers()).toBe(0);
});

test('a container and the preview give the same trades', async () => {
  const path = await writeStrategy(folder.path, 'both', crossing);
  const args = ['backtest', path, '--data', market, '--json'];
  const contained = await call(args, { folder: folder.path, environment });
  const preview = await call(args, { folder: folder.path });
  const read = ({ stdout }: { stdout: string }) =>
    JSON.parse(stdout) as { trades: unknown[]; fillHash: string; isolation: { level: string } };
  expect(read(contained).isolation.level).toBe('gvisor');
  expect(read(preview).isolation.level).toBe('preview');
  expect(read(preview).trades).toEqual(read(contained).trades);
  expect(read(preview).fillHash).toBe(read(contained).fillHash);
});

test('without Docker a run takes namespaces where bubblewrap is there, with the same trades, and is replayed in them', async () => {
  const path = await writeStrategy(folder.path, 'wrapped', crossing);
  const args = ['backtest', path, '--data', market, '--json'];
  const chosen = { folder: folder.path, environment: { STRATEGY_LAB_BUBBLEWRAP: '/usr/bin/bwrap' } };
  const wrapped = await call(args, chosen);
  expect(wrapped.code, wrapped.stderr).toBe(0);
  const [result, preview] = [wrapped, await call(args, { folder: folder.path })].map(
    ({ stdout }) => JSON.parse(stdout) as { run: string; trades: unknown[]; isolation: object },
  );
  expect(result?.isolation).toMatchObject({
    level: 'namespaces',
    backend: 'bubblewrap',
    limits: { memory: true, processes: true, network: true, files: true, time: true },
  });
  expect(result?.trades).toEqual(preview?.trades);
  const replayed = await call(['replay', result?.run ?? '', '--json'], chosen);
  expect(replayed.code, replayed.stdout).toBe(0);
  const below = await call([...args, '--level', 'container'], chosen);
  expect(JSON.parse(below.stdout)).toMatchObject({ error: { reason: 'sandbox.level' } });
});

test('sandboxes that were started for a backtest are gone where its strategy or its data are refused', async () => {
  const path = await writeStrategy(folder.path, 'ahead', crossing);
  const faulty = await writeStrategy(folder.path, 'faulty', 'fetch("https://example.org");');
  for (const args of [
    [path, '--data', join(folder.path, 'nothing.csv')],
    [faulty, '--data', market],
  ]) {
    const answer = await call(['backtest', ...args, '--json'], { folder: folder.path, environment });
    expect(answer.code).toBe(1);
    expect(await containers()).toBe(0);
  }
  const ran = await call(['backtest', path, '--data', market, '--json'], {
    folder: folder.path,
    environment,
  });
  expect(JSON.parse(ran.stdout)).toMatchObject({ isolation: { level: 'gvisor' } });
  expect(await containers()).toBe(0);
});

test('a stress test in containers finds what one at preview finds, and leaves none behind', async () => {
  const path = await writeStrategy(folder.path, 'stressed', crossing);
  const args = ['stress', path, '--data', market, '--scenarios', 'gap', '--paths', '1', '--json'];
  const [contained, preview] = [
    await call(args, { folder: folder.path, environment }),
    await call(args, { folder: folder.path }),
  ];
  expect(contained.code, contained.stderr).toBe(0);
  const read = ({ stdout }: { stdout: string }) => {
    const { fragility, stress } = JSON.parse(stdout) as { fragility: unknown; stress: unknown };
    return { fragility, stress };
  };
  expect(read(contained)).toEqual(read(preview));
  expect(await containers()).toBe(0);
});

test('a run in a container is replayed in one to the byte, and a preview as a preview; the runtime is verified', async () => {
  const path = await writeStrategy(folder.path, 'replayed', crossing);
  for (const chosen of [{ environment }, {}]) {
    const made = await call(['backtest', path, '--data', market, '--json'], {
      folder: folder.path,
      ...chosen,
    });
    const { run } = JSON.parse(made.stdout) as { run: string };
    const replayed = await call(['replay', run, '--json'], { folder: folder.path, environment });
    expect(replayed.code, replayed.stdout).toBe(0);
    const verified = await call(['verify', run, '--json'], { folder: folder.path, environment });
    const { inputs } = JSON.parse(verified.stdout) as { inputs: { input: string; state: string }[] };
    expect(inputs.find(({ input }) => input === 'sandbox runtime')).toMatchObject({ state: 'same' });
    expect(verified.code, verified.stdout).toBe(0);
  }
});

test('doctor says that gVisor is there and that every limit of it holds', async () => {
  const answer = await call(['doctor', '--json'], { folder: folder.path, environment });
  expect(JSON.parse(answer.stdout)).toMatchObject({ healthy: true, level: 'gvisor' });
  expect(answer.stdout).toContain('every limit holds');
});
