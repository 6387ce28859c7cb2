import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { realmModule } from '../../build.mjs';
import { aheadArgument, encodeFrame, type Frame, FrameReader, frameTypes } from '../../sandbox/frames.ts';
import { runnerSnapshot } from '../../sandbox/image/runnerSnapshot.ts';
import { barsFrame, decodeJson, helloOf, jsonFrame, sourceFrame, startOf } from './support/host.ts';
import { sourceOf } from './support/realm.ts';

let folder: string;
let program: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runner-'));
  program = join(folder, 'runner.cjs');
  const realm = await realmModule();
  await build({
    entryPoints: [new URL('../../sandbox/runner/main.ts', import.meta.url).pathname],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    plugins: [
      {
        name: 'virtual-realm',
        setup({ onResolve, onLoad }) {
          onResolve({ filter: /^virtual:realm$/ }, () => ({ path: 'realm', namespace: 'virtual' }));
          onLoad({ filter: /./, namespace: 'virtual' }, () => ({ contents: realm }));
        },
      },
    ],
  });
});

afterAll(() => rm(folder, { recursive: true, force: true }));

interface Manner {
  /** Bytes that are written at one time. */
  readonly piece?: number;
  readonly programArguments?: readonly string[];
}

/** Runs the program on the bytes of these frames to its end. */
async function run(
  frames: readonly Uint8Array[],
  { piece = 65_536, programArguments = [program] }: Manner = {},
) {
  const child = spawn(process.execPath, programArguments, { stdio: ['pipe', 'pipe', 'pipe'] });
  const reader = new FrameReader(2 ** 28);
  const answers: Frame[] = [];
  child.stdout.on('data', (bytes: Uint8Array) => answers.push(...reader.push(bytes)));
  child.stdin.on('error', () => undefined);
  const bytes = Buffer.concat(frames);
  for (let offset = 0; offset < bytes.length; offset += piece) {
    child.stdin.write(bytes.subarray(offset, offset + piece));
  }
  child.stdin.end();
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  expect(reader.atBoundary).toBe(true);
  return { code, answers, types: answers.map(({ type }) => type) };
}

function session(next: string, chunks = 4): Uint8Array[] {
  return [
    jsonFrame(frameTypes.hello, helloOf()),
    sourceFrame(sourceOf(next)),
    jsonFrame(frameTypes.start, startOf()),
    ...Array.from({ length: chunks }, (_, chunk) => barsFrame(chunk * 50, chunk * 50 + 50)),
    encodeFrame(frameTypes.end),
  ];
}

const { ready, started, intents, done, fail } = frameTypes;

it('the program answers frames from stdin on stdout and ends with 0, however the bytes arrive', async () => {
  for (const piece of [65_536, 997]) {
    const { code, types, answers } = await run(session(`if (bar.index % 10 === 0) log(bar.index);`), {
      piece,
    });
    expect(types).toEqual([ready, started, intents, intents, intents, intents, done]);
    expect(decodeJson((answers.at(-1) as Frame).payload)).toMatchObject({ bars: 200, logDropped: 0 });
    expect(code).toBe(0);
  }
});

it('a promise that a strategy rejects does not end the program', async () => {
  const { code, types } = await run(session(`(async () => { throw { get stack() { throw 1; } }; })();`));
  expect(types.at(-1)).toBe(done);
  expect(code).toBe(0);
});

it('a failed strategy is answered with fail, and nothing after it', async () => {
  const { code, types } = await run(session(`if (bar.index === 70) throw new Error('x');`));
  expect(types).toEqual([ready, started, intents, fail]);
  expect(code).toBe(0);
});

it('a host that goes away, or breaks the protocol, gets no done', async () => {
  const frames = session('');
  expect((await run(frames.slice(0, -1))).types).not.toContain(done);
  expect((await run(frames.slice(1))).types).toEqual([]);
  expect((await run([...frames.slice(0, 2), frames[4] as Uint8Array])).types).toEqual([ready]);
});

it('a program that starts from a snapshot, or that rehearsed before, answers as any other does', async () => {
  const frames = session(`if (bar.index % 7 === 3) orders.buy({ units: 1 }); log(String(random()));`);
  const usual = await run(frames);
  expect(usual.types.at(-1)).toBe(done);
  const snapshot = join(folder, 'runner.snapshot');
  await writeFile(snapshot, await runnerSnapshot(process.execPath, program));
  const fromSnapshot = ['--snapshot-blob', snapshot];
  for (const programArguments of [fromSnapshot, [...fromSnapshot, aheadArgument], [program, aheadArgument]]) {
    expect(await run(frames, { programArguments })).toEqual(usual);
  }
});
