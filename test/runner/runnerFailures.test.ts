import { describe, expect, it } from 'vitest';
import { encodeFrame, failSchema, frameTypes } from '../../sandbox/frames.ts';
import { ProtocolError } from '../../sandbox/runner/runnerCore.ts';
import {
  barsFrame,
  decodeJson,
  helloOf,
  jsonFrame,
  LocalRunner,
  nonce,
  sourceFrame,
  startOf,
} from './support/host.ts';
import { crossing, market, sourceOf } from './support/realm.ts';

const end = encodeFrame(frameTypes.end);

describe('what is wrong with a strategy comes as a fail frame that ends the run:', () => {
  /** Plays until the runner fails; the bars come in chunks of 50. */
  function failureOf(source: string | Uint8Array, params: readonly Record<string, number>[] = [{}]) {
    const runner = new LocalRunner();
    runner.send(jsonFrame(frameTypes.hello, helloOf()));
    const frames = [
      typeof source === 'string' ? sourceFrame(source) : encodeFrame(frameTypes.source, source),
      jsonFrame(frameTypes.start, startOf(params)),
      ...[0, 50, 100, 150].map((from) => barsFrame(from, from + 50)),
    ];
    for (const frame of frames) {
      const answer = runner.ask(frame);
      if (answer.type !== frameTypes.fail) continue;
      expect(runner.core.isDone).toBe(true);
      expect(() => runner.send(end)).toThrow(ProtocolError);
      const fail = failSchema.parse(decodeJson(answer.payload));
      expect(fail.nonce).toBe(nonce);
      return fail;
    }
    throw new Error('the run did not fail');
  }

  it('bytes that are no text', () => {
    expect(failureOf(new Uint8Array([0xff, 0xfe, 0x00]))).toMatchObject({ phase: 'source', line: null });
  });

  it('a source that does not parse', () => {
    expect(failureOf(`const a = 1;\nconst b = ;`)).toMatchObject({ phase: 'source', line: 2, column: 11 });
    expect(failureOf(`import fs from 'fs';`)).toMatchObject({ phase: 'source', line: 1, column: 1 });
  });

  it('a source that only the engine cannot compile', () => {
    expect(failureOf(`const $out = 1; export default 1;`)).toMatchObject({ phase: 'source' });
  });

  it('a module that throws, with its place in the first line too', () => {
    expect(failureOf(`throw new Error('no'); export default 1;`)).toMatchObject({
      phase: 'module',
      message: 'no',
      line: 1,
      column: 7,
    });
    expect(failureOf(`\n  throw new Error('no'); export default 1;`)).toMatchObject({ line: 2, column: 9 });
  });

  it('a module that is no strategy', () => {
    expect(failureOf(`export default 5;`)).toMatchObject({ phase: 'module', line: null });
  });

  it('declared parameters that contradict themselves, by name', () => {
    const declared = (params: string): string =>
      `import { defineStrategy } from 'strategy-lab';
export default defineStrategy({ name: 'x', params: ${params}, setup: () => null, next() {} });`;
    for (const [params, name] of [
      [`{ fast: { type: 'integer', default: 1.5, min: 1, max: 9 } }`, 'params.fast'],
      [`{ fast: { type: 'number', default: 10, min: 1, max: 9 } }`, 'params.fast'],
      [`{ fast: { type: 'text', default: 1, min: 1, max: 9 } }`, 'params.fast.type'],
      [`{ fast: 5 }`, 'params.fast'],
      [`{ 'no name': { type: 'number', default: 1, min: 1, max: 9 } }`, 'params.no name'],
    ] as const) {
      const { phase, message } = failureOf(declared(params));
      expect(phase).toBe('module');
      expect(message).toContain(name);
    }
    const long = `import { defineStrategy } from 'strategy-lab';
export default defineStrategy({ name: 'x'.repeat(500), setup: () => null, next() {} });`;
    expect(failureOf(long)).toMatchObject({ phase: 'module' });
  });

  it('a setup that throws, with its set', () => {
    const picky = crossing.replace(
      '({ params, indicators }) => ({',
      '({ params, indicators }) => params.slow > 30 ? null.x : ({',
    );
    const fail = failureOf(picky, [
      { fast: 3, slow: 8 },
      { fast: 3, slow: 40 },
    ]);
    expect(fail).toMatchObject({ phase: 'setup', set: 1, line: 8, bar: null });
  });

  it('a next that throws, with its set, bar, time, line and column', () => {
    const source = `import { defineStrategy } from 'strategy-lab';
export default defineStrategy({
  name: 'x',
  params: { at: { type: 'integer', default: 1, min: 1, max: 1000 } },
  setup: () => null,
  next({ bar, params }) {
    if (bar.index === params.at) throw new RangeError('there');
  },
});`;
    expect(failureOf(source, [{ at: 1000 }, { at: 123 }])).toEqual({
      nonce,
      phase: 'next',
      isOrder: false,
      message: 'there',
      set: 1,
      bar: 123,
      time: market.time[123],
      line: 7,
      column: 40,
    });
  });

  it('an order that cannot be taken', () => {
    const source = sourceOf(`if (bar.index === 60) orders.buy({ percent: 200 });`);
    expect(failureOf(source)).toMatchObject({ phase: 'next', isOrder: true, bar: 60, line: 7 });
  });

  it('more orders on a bar than hello allows', () => {
    const source = sourceOf(`for (let n = 0; n < 17; n++) orders.buy({ percent: 1 });`);
    expect(failureOf(source)).toMatchObject({ phase: 'next', isOrder: true, bar: 0 });
  });

  it('more orders in a chunk than an answer can carry', () => {
    const runner = new LocalRunner();
    const greedy = sourceOf(`for (let n = 0; n < 1000; n++) orders.close();`);
    runner.begin(
      greedy,
      Array.from({ length: 10 }, () => ({})),
      helloOf({ intentsPerBar: 1000 }),
    );
    const { type, payload } = runner.ask(barsFrame(0, 100));
    expect(type).toBe(frameTypes.fail);
    expect(decodeJson(payload)).toMatchObject({ phase: 'next', set: 4 });
  });
});
