import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeAmbientTrace, stepSpanId, traceSteps } from '../../../extension/observability/trace/ambient.ts';
import {
  parseTraceparent,
  spanIdOf,
  traceparentOf,
  w3cTraceId,
} from '../../../extension/observability/trace/ids.ts';

describe('the trace id of the W3C', () => {
  test('is taken as it is where it has the form, and made of any other text, always the same', () => {
    const known = '4bf92f3577b34da6a3ce929d0e0e4736';
    expect(w3cTraceId(known)).toBe(known);
    fc.assert(
      fc.property(fc.string(), fc.string(), (one, other) => {
        expect(w3cTraceId(one)).toMatch(/^(?!0{32})[0-9a-f]{32}$/);
        expect(w3cTraceId(w3cTraceId(one))).toBe(w3cTraceId(one));
        expect(w3cTraceId(one) === w3cTraceId(other)).toBe(one === other);
      }),
    );
  });

  test('is made anew where all its digits are zero, which the recommendation forbids', () => {
    expect(w3cTraceId('0'.repeat(32))).not.toBe('0'.repeat(32));
  });
});

test('what a traceparent was made of is what is read from it', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (traceId, key) => {
      const place = { traceId: w3cTraceId(traceId), spanId: spanIdOf(traceId, key) };
      expect(parseTraceparent(traceparentOf(place))).toEqual(place);
    }),
  );
});

test.each([
  [undefined],
  [''],
  ['nonsense'],
  ['ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'],
  ['00-00000000000000000000000000000000-00f067aa0ba902b7-01'],
  ['00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01'],
  ['00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01'],
  ['00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more'],
  ['00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7'],
])('%j is no traceparent', (header) => {
  expect(parseTraceparent(header)).toBeNull();
});

test('of a later version the fields that are known count', () => {
  expect(parseTraceparent('01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what-ever')).toEqual({
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    spanId: '00f067aa0ba902b7',
  });
});

describe('what is at work', () => {
  test('is known through waiting, apart for what works beside it, and to children by their environment', async () => {
    const ambient = makeAmbientTrace();
    const at = (traceId: string) =>
      ambient.run({ traceId, spanId: 'a'.repeat(16) }, async () => {
        await new Promise((done) => setImmediate(done));
        return [ambient.current()?.traceId, ambient.childEnvironment()['TRACEPARENT']];
      });
    expect(await Promise.all([at('one'), at('two')])).toEqual([
      ['one', `00-${w3cTraceId('one')}-${'a'.repeat(16)}-01`],
      ['two', `00-${w3cTraceId('two')}-${'a'.repeat(16)}-01`],
    ]);
    expect(ambient.current()).toBeNull();
    expect(ambient.childEnvironment()).toEqual({});
  });

  test("is a step's own span within its work", async () => {
    const ambient = makeAmbientTrace();
    const context = { traceId: 'trace', idempotencyKey: 's1/code/2' };
    const definition = traceSteps(
      { steps: [{ name: 'code', run: async (_: typeof context) => ambient.current() }] },
      ambient,
    );
    expect(await definition.steps[0]?.run(context)).toEqual({
      traceId: 'trace',
      spanId: stepSpanId(context),
    });
  });
});
