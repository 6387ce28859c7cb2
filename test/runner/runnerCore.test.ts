import { realmHash } from 'virtual:realm';
import { describe, expect, it } from 'vitest';
import { intentWidth } from '../../extension/backtest/intents.ts';
import { Settlement } from '../../extension/backtest/settlement.ts';
import { defaultRunSettings } from '../../extension/contracts/backtest.ts';
import { doneSchema, encodeFrame, frameTypes, readySchema, startedSchema } from '../../sandbox/frames.ts';
import { ProtocolError } from '../../sandbox/runner/runnerCore.ts';
import {
  barsFrame,
  barsPayload,
  decodeIntents,
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
const sets = [
  { fast: 3, slow: 8 },
  { fast: 5, slow: 20 },
];

describe('a run by the protocol', () => {
  it('answers hello with nothing, then ready, started, intents for each chunk, and done', () => {
    const runner = new LocalRunner();
    expect(runner.send(jsonFrame(frameTypes.hello, helloOf()))).toEqual([]);

    const ready = runner.ask(sourceFrame(crossing));
    expect(ready.type).toBe(frameTypes.ready);
    expect(readySchema.parse(decodeJson(ready.payload))).toMatchObject({
      nonce,
      engineHash: realmHash,
      description: { name: 'cross', params: { slow: { default: 8, description: 'slower one' } } },
    });

    const started = runner.ask(jsonFrame(frameTypes.start, startOf(sets)));
    expect(started.type).toBe(frameTypes.started);
    expect(startedSchema.parse(decodeJson(started.payload))).toEqual({
      nonce,
      warmups: [7, 19],
      plots: [],
    });

    for (let chunk = 0; chunk < 4; chunk++) {
      const answer = runner.ask(barsFrame(chunk * 50, chunk * 50 + 50));
      expect(answer.type).toBe(frameTypes.intents);
      expect(decodeIntents(answer.payload)).toMatchObject({ nonce, chunk, sets: [{}, {}] });
    }

    const done = runner.ask(end);
    expect(done.type).toBe(frameTypes.done);
    expect(doneSchema.parse(decodeJson(done.payload))).toMatchObject({ nonce, bars: 200 });
    expect(runner.core.isDone).toBe(true);
  });

  it('gives each set its own intents, fills and hash, which the host settles to the same', () => {
    const runner = new LocalRunner();
    runner.begin(crossing, sets);
    const settlements = sets.map(() => new Settlement(defaultRunSettings, [{ columns: market }], '1h'));
    let orders = 0;
    for (const [from, to] of [
      [0, 10],
      [10, 11],
      [11, 150],
      [150, 200],
    ] as const) {
      const { sets: answers } = decodeIntents(runner.ask(barsFrame(from, to)).payload);
      for (const [set, { rows, fills, hashHigh, hashLow }] of answers.entries()) {
        const settlement = settlements[set] as Settlement;
        settlement.feed(from, to, rows, rows.length / intentWidth);
        expect([settlement.fills, settlement.fillHashHigh, settlement.fillHashLow]).toEqual([
          fills,
          hashHigh,
          hashLow,
        ]);
        orders += rows.length / intentWidth;
      }
    }
    expect(orders).toBeGreaterThan(20);
    expect(settlements[0]?.fills).not.toBe(settlements[1]?.fills);
  });

  it('gives the same intents to the byte whatever the chunks', () => {
    const intentsOf = (borders: readonly number[]): number[] => {
      const runner = new LocalRunner();
      runner.begin(crossing, sets.slice(0, 1));
      return borders.slice(1).flatMap((to, piece) => {
        const { payload } = runner.ask(barsFrame(borders[piece] as number, to));
        return [...(decodeIntents(payload).sets[0]?.rows ?? [])];
      });
    };
    const whole = intentsOf([0, 200]);
    expect(whole.length).toBeGreaterThan(0);
    expect(intentsOf([0, 1, 64, 65, 199, 200])).toEqual(whole);
    expect(intentsOf(Array.from({ length: 201 }, (_, bar) => bar))).toEqual(whole);
    expect(intentsOf([0, 0, 200])).toEqual(whole);
  });

  it('gives a set the values that were given, the defaults of the rest, and nothing that is not declared', () => {
    const runner = new LocalRunner();
    const source = `import { defineStrategy } from 'strategy-lab';
export default defineStrategy({
  name: 'Defaults',
  params: {
    b: { type: 'integer', default: 2, min: 0, max: 9 },
    a: { type: 'integer', default: 1, min: 0, max: 9 },
  },
  setup: ({ params }) => JSON.stringify(params),
  next({ log }, params) { log(params); },
});`;
    runner.begin(source, [{ a: 0, c: 7 }]);
    runner.ask(barsFrame(0, 1));
    expect(decodeJson(runner.ask(end).payload)).toMatchObject({ log: ['{"b":2,"a":0}'] });
  });

  it('takes bars wherever they lie in memory', () => {
    const runner = new LocalRunner();
    runner.begin(sourceOf('log(bar.close)'));
    const payload = barsPayload(market, 0, 5);
    const shifted = Buffer.concat([new Uint8Array(3), payload]).subarray(3);
    runner.core.handle(frameTypes.bars, shifted);
    const { log } = decodeJson(runner.ask(end).payload);
    expect(log).toEqual([...market.close.subarray(0, 5)].map(String));
  });

  it('brings the log of a single set, and none of many', () => {
    const logOf = (count: number): Record<string, unknown> => {
      const runner = new LocalRunner();
      runner.begin(
        crossing,
        Array.from({ length: count }, () => ({ fast: 3, slow: 8 })),
      );
      runner.ask(barsFrame(0, 200));
      return decodeJson(runner.ask(end).payload);
    };
    expect(logOf(1)).toMatchObject({ log: ['bar 50', 'bar 100', 'bar 150'], logDropped: 0 });
    expect(logOf(2)).toMatchObject({ log: [], logDropped: 3 });
  });

  it('counts the lines of the log that do not fit in', () => {
    const runner = new LocalRunner();
    runner.begin(
      sourceOf(`for (let line = 0; line < 200; line++) log('');`),
      [{}],
      helloOf({ logBytes: 30_000 }),
    );
    runner.ask(barsFrame(0, 200));
    const { log, logDropped } = decodeJson(runner.ask(end).payload);
    expect(log).toHaveLength(10_000);
    expect(logDropped).toBe(30_000);
  });
});

describe('a host that does not keep to the protocol is refused:', () => {
  const frames = {
    hello: jsonFrame(frameTypes.hello, helloOf()),
    source: sourceFrame(crossing),
    start: jsonFrame(frameTypes.start, startOf(sets)),
    bars: barsFrame(0, 10),
    end,
    ready: encodeFrame(frameTypes.ready),
    fail: encodeFrame(frameTypes.fail),
  };
  type Name = keyof typeof frames;
  const stages: readonly (readonly [before: readonly Name[], taken: readonly Name[]])[] = [
    [[], ['hello']],
    [['hello'], ['source']],
    [['hello', 'source'], ['start']],
    [
      ['hello', 'source', 'start'],
      ['bars', 'end'],
    ],
    [
      ['hello', 'source', 'start', 'bars'],
      ['bars', 'end'],
    ],
    [['hello', 'source', 'start', 'bars', 'end'], []],
  ];
  for (const [before, taken] of stages) {
    for (const name of (Object.keys(frames) as Name[]).filter((each) => !taken.includes(each))) {
      it(`${name} after ${before.at(-1) ?? 'nothing'}`, () => {
        const runner = new LocalRunner();
        for (const each of before) runner.send(frames[each]);
        expect(() => runner.send(frames[name])).toThrow(ProtocolError);
      });
    }
  }

  const malformed: readonly (readonly [string, readonly Name[], Uint8Array])[] = [
    ['a hello that is no JSON', [], encodeFrame(frameTypes.hello, new Uint8Array([1, 2]))],
    ['a hello of another protocol', [], jsonFrame(frameTypes.hello, helloOf({ protocol: 99 }))],
    ['a hello with a short nonce', [], jsonFrame(frameTypes.hello, helloOf({ nonce: 'ab' }))],
    ['a hello without limits', [], jsonFrame(frameTypes.hello, helloOf({ intentsPerBar: undefined }))],
    ['a start without sets', ['hello', 'source'], jsonFrame(frameTypes.start, startOf([]))],
    [
      'a start with a broken value',
      ['hello', 'source'],
      jsonFrame(frameTypes.start, startOf([{ fast: Number.NaN }])),
    ],
    [
      'a start with a negative fee',
      ['hello', 'source'],
      jsonFrame(frameTypes.start, startOf([{}], { ...defaultRunSettings, fee: -1 })),
    ],
    [
      'a start that does not say whether it wants plots',
      ['hello', 'source'],
      jsonFrame(frameTypes.start, { ...startOf([{}]), plots: undefined }),
    ],
    ['no bars', ['hello', 'source', 'start'], encodeFrame(frameTypes.bars)],
    [
      'bars that are cut off',
      ['hello', 'source', 'start'],
      encodeFrame(frameTypes.bars, barsPayload(market, 0, 3).subarray(0, 100)),
    ],
    [
      'more bars than counted',
      ['hello', 'source', 'start'],
      encodeFrame(frameTypes.bars, barsPayload(market, 0, 3), new Uint8Array(48)),
    ],
  ];
  it.each(malformed)('%s', (_, before, frame) => {
    const runner = new LocalRunner();
    for (const each of before) runner.send(frames[each]);
    expect(() => runner.send(frame)).toThrow();
  });
});
