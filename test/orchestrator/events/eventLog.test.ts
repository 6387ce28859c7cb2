import { describe, expect, test } from 'vitest';
import { backEnds, stopRedisAfterAll } from './backEnds.ts';
import { priceOf, publishTicks, startTime, tick } from './support.ts';

stopRedisAfterAll();

describe.each(backEnds)('the log of events, $name', ({ place }) => {
  const opened = async () => (await place()).open();

  test('keeps events in the order in which they were written, for every process', async () => {
    const shared = await place();
    const [own, other] = [await shared.open(), await shared.open()];
    await publishTicks(own, [1, 2]);
    await publishTicks(other, [3]);
    await publishTicks(own, [4]);
    for (const log of [own, other]) {
      const { events, last } = await log.read(log.start, 10);
      expect(events.map(priceOf)).toEqual([1, 2, 3, 4]);
      expect(last).toBe(events.at(-1)?.position);
      expect(await log.end()).toBe(last);
    }
  });

  test('is read in pages that leave nothing out and repeat nothing', async () => {
    const log = await opened();
    await publishTicks(
      log,
      Array.from({ length: 25 }, (_, index) => index),
    );
    const prices: number[] = [];
    for (let after = log.start, more = true; more; ) {
      const { events, last } = await log.read(after, 7);
      prices.push(...events.map(priceOf));
      more = last !== after;
      after = last;
    }
    expect(prices).toEqual(Array.from({ length: 25 }, (_, index) => index));
    expect((await log.latest(3)).events.map(priceOf)).toEqual([22, 23, 24]);
  });

  test('gives back all of an event, at its position too', async () => {
    const log = await opened();
    const event = { ...tick(7), traceId: 'trace-1', correlationId: 'order-9', agentId: 'risk' };
    await log.append([event]);
    const [stored] = (await log.read(log.start, 1)).events;
    expect(stored).toEqual({ ...event, position: stored?.position });
    expect(await log.at(stored?.position ?? '')).toEqual(stored);
    expect(await log.at(log.start)).toBeNull();
  });

  test('passes over what this program does not know, and gives nothing that can be changed', async () => {
    const log = await opened();
    await log.append([
      tick(1),
      { ...tick(2), type: 'market.comet' },
      { ...tick(3), version: 99 },
      { ...tick(4), data: { price: 'high' } },
      tick(5),
    ]);
    const { events, last } = await log.read(log.start, 10);
    expect(events.map(priceOf)).toEqual([1, 5]);
    expect(last).toBe(await log.end());
    for (const event of events) {
      expect(() => Object.assign(event, { type: 'other' })).toThrow(TypeError);
      expect(() => Object.assign(event.data as object, { price: 0 })).toThrow(TypeError);
    }
  });

  test('finds where a time begins', async () => {
    const log = await opened();
    await publishTicks(log, [10, 20, 20, 30]);
    const from = async (time: number) =>
      (await log.read(await log.before(startTime + time), 10)).events.map(priceOf);
    expect(await from(0)).toEqual([10, 20, 20, 30]);
    expect(await from(20)).toEqual([20, 20, 30]);
    expect(await from(21)).toEqual([30]);
    expect(await from(31)).toEqual([]);
  });

  test('moves a group only from where it stands, and sets aside together with that or not at all', async () => {
    const log = await opened();
    await publishTicks(log, [1, 2]);
    const [first, second] = (await log.read(log.start, 2)).events;
    const [at1, at2] = [first?.position ?? '', second?.position ?? ''];
    const aside = { position: at1, type: 'market.tick', reason: 'broken', attempts: 3, time: 5 };
    expect(await log.group('g')).toBeNull();
    expect(await log.advance('g', at1, at2, [aside])).toBe(false);
    expect(await log.advance('g', null, log.start)).toBe(true);
    expect(await log.advance('g', null, at2)).toBe(false);
    expect(await log.advance('g', at1, at2, [aside])).toBe(false);
    expect(await log.parked('g')).toEqual([]);
    expect(await log.advance('g', log.start, at1, [aside])).toBe(true);
    expect([await log.group('g'), await log.group('other')]).toEqual([at1, null]);
    expect(await log.parked('g')).toEqual([aside]);
    expect(await log.parked('other')).toEqual([]);
    expect([await log.unpark('g', at1), await log.unpark('g', at1)]).toEqual([true, false]);
    expect(await log.parked('g')).toEqual([]);
  });

  test('lets one process at a time deliver to a group', async () => {
    const shared = await place();
    const [own, other] = [await shared.open(), await shared.open()];
    const hold = await own.hold('g');
    expect(hold?.lost.aborted).toBe(false);
    expect(await other.hold('g')).toBeNull();
    expect(await other.hold('another')).not.toBeNull();
    await hold?.release();
    expect(await other.hold('g')).not.toBeNull();
  });

  test('wakes who waits, in every process, and lets go who no longer wants to wait', async () => {
    const shared = await place();
    const [own, other] = [await shared.open(), await shared.open()];
    const { signal } = new AbortController();
    const end = await own.end();
    const waiting = [own, other].map((log) => log.wait(end, signal));
    await publishTicks(own, [1]);
    await Promise.all(waiting);
    const stop = new AbortController();
    const idle = own.wait(await own.end(), stop.signal);
    stop.abort();
    await idle;
    expect(stop.signal.aborted).toBe(true);
  });
});
