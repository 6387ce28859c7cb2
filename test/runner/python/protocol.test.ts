import { afterEach, describe, expect, it } from 'vitest';
import { encodeFrame, endPayload, frameTypes, protocolVersion } from '../../../sandbox/frames.ts';
import {
  barsFrame,
  decodeIntents,
  helloOf,
  jsonFrame,
  nonce,
  sourceFrame,
  startOf,
} from '../support/host.ts';
import { hasPython } from './engine/python.ts';
import { answerOf, PythonRunner, pythonNext, pythonStrategy } from './pythonRunner.ts';

let runner = undefined as PythonRunner | undefined;
function start(): PythonRunner {
  runner = new PythonRunner();
  return runner;
}
afterEach(async () => {
  runner?.kill();
  await runner?.ended;
});

const idle = pythonNext('pass');
const endFrame = (payload: Uint8Array = endPayload.last) => encodeFrame(frameTypes.end, payload);

describe.skipIf(!hasPython)('the runner for Python', () => {
  it('answers each frame of a run in its order, carries the nonce, and ends with code 0', async () => {
    const process = start();
    const ready = await process.load(
      pythonStrategy(
        "    params = {'fast': integer(10, min=2, max=100, description='Bars'), 'stop': number(5, min=0.5, max=50)}\n" +
          '    def next(self, lab):\n        pass',
      ),
    );
    expect(ready).toEqual({
      type: frameTypes.ready,
      nonce,
      protocol: protocolVersion,
      engineHash: '0'.repeat(64),
      runtime: expect.stringMatching(/^python 3\.\d+\.\d+/),
      isVectorised: false,
      description: {
        name: 'Test',
        params: {
          fast: { type: 'integer', default: 10, min: 2, max: 100, description: 'Bars' },
          stop: { type: 'number', default: 5, min: 0.5, max: 50 },
        },
      },
    });
    const values = { fast: 10, stop: 5 };
    expect(await process.begin({ sets: [values, values] })).toEqual({
      type: frameTypes.started,
      nonce,
      warmups: [0, 0],
      plots: [],
    });
    for (const [chunk, [from, to]] of (
      [
        [0, 10],
        [10, 25],
      ] as const
    ).entries()) {
      const { type, payload } = await process.ask(barsFrame(from, to));
      expect(type).toBe(frameTypes.intents);
      const intents = decodeIntents(payload);
      expect(intents).toMatchObject({ nonce, chunk });
      expect(intents.sets.map(({ fills, rows }) => [fills, rows.length])).toEqual([
        [0, 0],
        [0, 0],
      ]);
    }
    const done = answerOf(await process.ask(endFrame()));
    expect(done).toEqual({
      type: frameTypes.done,
      nonce,
      bars: 25,
      log: [],
      logDropped: 0,
      refusals: [],
      refused: 0,
    });
    expect(await process.ended).toEqual({ code: 0, complaints: 0 });
  });

  it('begins another pass with fresh strategies, where nothing of the pass before is left', async () => {
    const process = start();
    await process.load(
      'from strategy_lab import Strategy\nseen = []\nclass Test(Strategy):\n    name = "Test"\n' +
        '    kept = []\n    def next(self, lab):\n        seen.append(1)\n        self.kept.append(1)\n' +
        '        lab.log(f"{len(seen)} {len(self.kept)}")\n',
    );
    for (const isLast of [false, true]) {
      await process.begin();
      await process.ask(barsFrame(0, 2));
      const done = answerOf(await process.ask(endFrame(isLast ? endPayload.last : endPayload.more)));
      expect(done).toMatchObject({ bars: 2, log: ['1 1', '2 2'] });
    }
    expect((await process.ended).code).toBe(0);
  });

  it('gives each parameter set of a pass a namespace, an instance and modules of its own', async () => {
    const process = start();
    await process.load(`from strategy_lab import Strategy, integer
import math
seen = []
class Test(Strategy):
    name = 'Test'
    params = {'n': integer(1, min=1, max=9)}
    kept = []
    def next(self, lab):
        n = lab.params.n
        expected = ([], [], 3.141592653589793) if lab.bar.index == 0 else ([n], [n], n)
        if (seen, self.kept, math.pi) != expected:
            raise ValueError(f'{seen} {self.kept} {math.pi}')
        if lab.bar.index == 0:
            seen.append(n)
            self.kept.append(n)
            math.pi = n
`);
    await process.begin({ sets: [{ n: 1 }, { n: 2 }, { n: 3 }] });
    const { type, payload } = await process.ask(barsFrame(0, 2));
    expect(type, new TextDecoder().decode(payload)).toBe(frameTypes.intents);
  });

  it('gives a set the values that were given, the defaults of the rest, and nothing that is not declared', async () => {
    const process = start();
    await process.load(
      pythonStrategy(
        "    params = {'b': integer(2, min=0, max=9), 'a': integer(1, min=0, max=9)}\n" +
          '    def next(self, lab):\n        lab.log(f"{lab.params.b} {lab.params.a} {hasattr(lab.params, \'c\')}")',
      ),
    );
    await process.begin({ sets: [{ a: 0, c: 7 }] });
    await process.ask(barsFrame(0, 1));
    expect(answerOf(await process.ask(endFrame()))).toMatchObject({ log: ['2 0 False'] });
  });

  it('keeps the first 64 KiB of the log of a run of one set, and counts the rest', async () => {
    const process = start();
    await process.load(pythonNext("lab.log('x' * 999)"));
    await process.begin();
    await process.ask(barsFrame(0, 100));
    const done = answerOf(await process.ask(endFrame()));
    expect((done['log'] as string[]).length).toBe(65);
    expect(done['logDropped']).toBe(35);
  });

  it('counts what a strategy reaches for and is refused, also where it catches the error', async () => {
    const process = start();
    const tries = ['try:', "    open('/etc/passwd')", 'except NameError:', '    pass'];
    await process.load(
      pythonNext(
        ...tries,
        ...tries.map((line) =>
          line.replace(/open.*/, "__import__('os')").replace('NameError', 'ImportError'),
        ),
      ),
    );
    await process.begin();
    await process.ask(barsFrame(0, 100));
    const done = answerOf(await process.ask(endFrame()));
    expect(done['refusals']).toEqual([
      { what: 'open', line: 8, column: 13, count: 100 },
      { what: 'import os', line: 12, column: 13, count: 100 },
    ]);
    expect(done['refused']).toBe(200);
  });

  it('ends without a word when the host hangs up', async () => {
    const process = start();
    await process.load(idle);
    process.hangUp();
    expect(await process.ended).toEqual({ code: 0, complaints: 0 });
    expect(process.unasked).toBe(0);
  });

  it.each([
    ['a frame before hello', () => sourceFrame(idle)],
    ['another protocol', () => jsonFrame(frameTypes.hello, helloOf({ protocol: 3 }))],
    ['a wrong nonce', () => jsonFrame(frameTypes.hello, helloOf({ nonce: 'x' }))],
    ['a hello without bounds', () => jsonFrame(frameTypes.hello, helloOf({ intentsPerBar: 0 }))],
    ['no JSON', () => encodeFrame(frameTypes.hello, Uint8Array.of(1, 2, 3))],
  ])('ends with a failure at %s, and says nothing', async (_, frame) => {
    const process = start();
    process.send(frame());
    process.hangUp();
    expect((await process.ended).code).not.toBe(0);
    expect(process.unasked).toBe(0);
  });

  it.each([
    ['a second source', () => sourceFrame(idle)],
    ['bars before the start', () => barsFrame(0, 2)],
    ['a start without sets', () => jsonFrame(frameTypes.start, { ...startOf(), sets: [] })],
    [
      'a start with a value that is no number',
      () => jsonFrame(frameTypes.start, { ...startOf(), sets: [{ a: 'b' }] }),
    ],
    [
      'a start without a word on plots',
      () => jsonFrame(frameTypes.start, { ...startOf(), plots: undefined }),
    ],
  ])('ends with a failure at %s', async (_, frame) => {
    const process = start();
    await process.load(idle);
    process.send(frame());
    process.hangUp();
    expect((await process.ended).code).not.toBe(0);
  });
});
