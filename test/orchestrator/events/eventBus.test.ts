import { describe, expect, test, vi } from 'vitest';
import type { PlacedEvent } from '../../../extension/contracts/events.ts';
import type { EventLog, GroupHold } from '../../../extension/orchestrator/events/eventLog.ts';
import { runGroup } from '../../../extension/orchestrator/events/groupRunner.ts';
import { PauseSwitch } from '../../../extension/orchestrator/events/pauseSwitch.ts';
import { backEnds, stopRedisAfterAll } from './backEnds.ts';
import { collector, openBus, priceOf, publishTicks, startTime, tick } from './support.ts';

const alert = {
  rule: 'drawdown',
  severity: 'critical' as const,
  message: 'Too deep.',
  value: 0.2,
  limit: 0.1,
  symbol: null,
};
const signal = { strategy: 's', symbol: 'BTC', direction: 'long' as const, confidence: null, reason: null };

stopRedisAfterAll();

describe.each(backEnds)('the bus, $name', ({ place }) => {
  const opened = async () => {
    const log = await (await place()).open();
    return { log, ...openBus(log) };
  };

  test('delivers to each group what fits its patterns, in order', async () => {
    const { bus } = await opened();
    const [all, market, risk] = [collector(), collector(), collector()];
    bus.subscribe({ group: 'all', patterns: ['*'], from: 'start', handle: all.take });
    bus.subscribe({ group: 'rl_agents', patterns: ['market.*', 'rl.*'], from: 'start', handle: market.take });
    bus.subscribe({ group: 'risk_management', patterns: ['risk.*'], from: 'start', handle: risk.take });
    await bus.publish('market.tick', tick(1).data as never);
    await bus.publish('risk.alert', alert);
    await bus.publish('signal.generated', signal);
    await Promise.all([all.until(3), market.until(1), risk.until(1)]);
    expect(all.taken.map(({ type }) => type)).toEqual(['market.tick', 'risk.alert', 'signal.generated']);
    expect(market.taken.map(({ type }) => type)).toEqual(['market.tick']);
    expect(risk.taken.map(({ data }) => data)).toEqual([alert]);
  });

  test('takes an event by its other name too, and delivers it by the one of the catalogue', async () => {
    const { bus } = await opened();
    const limits = collector();
    bus.subscribe({ group: 'g', patterns: ['risk.limit_exceeded'], from: 'start', handle: limits.take });
    await bus.publish('trade.signal', signal);
    await bus.publish('risk.limit_exceeded', alert);
    await limits.until(1);
    expect((await bus.recent()).map(({ type }) => type)).toEqual(['signal.generated', 'risk.alert']);
    expect(limits.taken.map(({ type }) => type)).toEqual(['risk.alert']);
  });

  test('refuses data that does not fit, types that there are not, and the facts of sagas', async () => {
    const { bus, log } = await opened();
    await expect(bus.publish('risk.alert', { ...alert, severity: 'bad' as never })).rejects.toMatchObject({
      reason: 'usage',
    });
    for (const type of ['market.comet', 'saga.completed', 'constructor']) {
      await expect(bus.publish(type as never, {} as never)).rejects.toMatchObject({ reason: 'usage' });
    }
    expect(await log.end()).toBe(log.start);
  });

  test('gives every event a time, a trace and what it belongs to', async () => {
    const { bus } = await opened();
    await bus.publish('risk.alert', alert);
    await bus.publish('risk.alert', alert, {
      time: startTime + 1,
      traceId: 'trace-7',
      correlationId: 'order-9',
      agentId: 'risk',
    });
    expect(await bus.recent()).toMatchObject([
      { time: startTime, traceId: 'id0', correlationId: 'id0', agentId: null, version: 1 },
      { time: startTime + 1, traceId: 'trace-7', correlationId: 'order-9', agentId: 'risk' },
    ]);
  });

  test('goes on where a group stood, with the event that it was stopped in', async () => {
    const shared = await place();
    const { bus: stopping } = openBus(await shared.open());
    const first = collector();
    const stop = stopping.subscribe({
      group: 'g',
      patterns: ['market.*'],
      from: 'start',
      handle: (event, over) => {
        first.take(event);
        // It never comes back from this one.
        if (priceOf(event) === 3) return new Promise((_, reject) => over.addEventListener('abort', reject));
        return undefined;
      },
    });
    await publishTicks(await shared.open(), [1, 2, 3, 4]);
    await first.until(3);
    await stop();

    const { bus } = openBus(await shared.open());
    const second = collector();
    bus.subscribe({ group: 'g', patterns: ['market.*'], handle: second.take });
    await second.until(2);
    expect(second.prices()).toEqual([3, 4]);
  });

  test('delivers again what a process had not acknowledged when it died, and loses nothing', async () => {
    const shared = await place();
    const log = await shared.open();
    const holds: GroupHold[] = [];
    const never = () => new Promise<never>(() => {});
    const dying: EventLog = {
      ...log,
      advance: (name, from, to) => (from === null ? log.advance(name, from, to) : never()),
      hold: async (name) => {
        const hold = await log.hold(name);
        if (hold !== null) holds.push(hold);
        return hold === null ? null : { ...hold, release: never };
      },
    };
    const first = collector();
    const stop = new AbortController();
    const onTrouble = () => {};
    const pause = new PauseSwitch({ log, sleep: never, onTrouble });
    pause.follow(stop.signal);
    const ports = { log: dying, clock: () => 0, sleep: never, pause, onTrouble };
    const options = { group: 'g', patterns: ['*'], from: 'start' as const, handle: first.take };
    void runGroup(options, ports, stop.signal);
    await publishTicks(log, [1, 2]);
    await first.until(2);
    // The system would see that the holder's process is gone; here it is the test's own.
    for (const hold of holds) await hold.release();

    const { bus } = openBus(await shared.open());
    const second = collector();
    bus.subscribe({ group: 'g', patterns: ['*'], handle: second.take });
    await publishTicks(log, [3]);
    await second.until(3);
    expect(second.prices()).toEqual([1, 2, 3]);
  });

  test('lets a second process stand by and take over, without a gap', async () => {
    const shared = await place();
    const [one, two] = [openBus(await shared.open()), openBus(await shared.open())];
    const [taken, later] = [collector(), collector()];
    const stop = one.bus.subscribe({ group: 'g', patterns: ['*'], from: 'start', handle: taken.take });
    const log = await shared.open();
    await publishTicks(log, [1]);
    await taken.until(1);
    two.bus.subscribe({ group: 'g', patterns: ['*'], from: 'start', handle: later.take });
    await publishTicks(log, [2]);
    await taken.until(2);
    expect(later.taken).toEqual([]);
    await stop();
    await publishTicks(log, [3]);
    await later.until(1);
    expect([taken.prices(), later.prices()]).toEqual([[1, 2], [3]]);
  });

  test('tries a failing subscriber again, sets the event aside with the reason, and stops nobody else', async () => {
    const { bus, log, troubles } = await opened();
    const [good, bad] = [collector(), collector()];
    let isMended = false;
    const handle = (event: PlacedEvent) => {
      bad.take(event);
      if (priceOf(event) === 2 && !isMended) throw new Error('it is two');
    };
    bus.subscribe({
      group: 'bad',
      patterns: ['*'],
      from: 'start',
      retry: { attempts: 3, firstDelay: 1 },
      handle,
    });
    bus.subscribe({ group: 'good', patterns: ['*'], from: 'start', handle: good.take });
    await publishTicks(log, [1, 2, 3]);
    await Promise.all([good.until(3), bad.until(5)]);
    expect(good.prices()).toEqual([1, 2, 3]);
    expect(bad.prices()).toEqual([1, 2, 2, 2, 3]);
    const [parked] = await bus.parked('bad');
    expect(parked).toMatchObject({ type: 'market.tick', reason: 'it is two', attempts: 3 });
    expect(troubles).toEqual(['bad: it is two']);
    expect(await bus.parked('good')).toEqual([]);

    const position = parked?.position ?? '';
    await expect(bus.retryParked('bad', position, handle)).rejects.toThrow('it is two');
    expect(await bus.parked('bad')).toHaveLength(1);
    isMended = true;
    await bus.retryParked('bad', position, handle);
    expect(await bus.parked('bad')).toEqual([]);
    await expect(bus.retryParked('bad', position, handle)).rejects.toMatchObject({ reason: 'not-found' });
  });

  test('holds everything back while it is paused, and then loses nothing', async () => {
    const { bus, log } = await opened();
    const [group, live] = [collector(), collector()];
    bus.subscribe({ group: 'g', patterns: ['*'], from: 'start', handle: group.take });
    bus.listen(['*'], live.take);
    await bus.recent();
    await publishTicks(log, [1]);
    await Promise.all([group.until(1), live.until(1)]);
    await bus.pause();
    expect(await bus.isPaused()).toBe(true);
    await publishTicks(log, [2, 3]);
    // They are there, and can be read.
    for await (const event of bus.replay({ patterns: ['*'] })) expect(priceOf(event)).toBeLessThan(4);
    expect([group.prices(), live.prices()]).toEqual([[1], [1]]);
    await bus.resume();
    await Promise.all([group.until(3), live.until(3)]);
    expect([group.prices(), live.prices()]).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ]);
  });

  test('a pause holds back the deliveries of every process, and of those that start meanwhile', async () => {
    const shared = await place();
    const log = await shared.open();
    let looks: boolean[] = [];
    const looking = async () => {
      const isPaused = await log.isPaused();
      looks.push(isPaused);
      return isPaused;
    };
    const { bus } = openBus(log);
    const { bus: other } = openBus({ ...(await shared.open()), isPaused: looking });
    const [running, late] = [collector(), collector()];
    other.subscribe({ group: 'running', patterns: ['*'], from: 'start', handle: running.take });
    await publishTicks(log, [1]);
    await running.until(1);
    await bus.pause();
    await vi.waitUntil(() => looks.at(-1));
    openBus(await shared.open()).bus.subscribe({
      group: 'late',
      patterns: ['*'],
      from: 'start',
      handle: late.take,
    });
    await publishTicks(log, [2, 3]);
    looks = [];
    await vi.waitUntil(() => looks.length > 20);
    expect([running.prices(), late.prices()]).toEqual([[1], []]);
    await bus.resume();
    await Promise.all([running.until(3), late.until(3)]);
    expect([running.prices(), late.prices()]).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ]);
  });

  test('replays from the first event, from a position and from a time', async () => {
    const { bus, log } = await opened();
    await publishTicks(log, [10, 20, 30]);
    const replayed = async (from?: { after: string } | { time: number }) => {
      const events: PlacedEvent[] = [];
      for await (const event of bus.replay({ patterns: ['market.*'], ...(from && { from }) }))
        events.push(event);
      return events;
    };
    const all = await replayed();
    expect(all.map(priceOf)).toEqual([10, 20, 30]);
    expect((await replayed({ after: all[0]?.position ?? '' })).map(priceOf)).toEqual([20, 30]);
    expect((await replayed({ time: startTime + 30 })).map(priceOf)).toEqual([30]);
  });

  test('sends a group back to an earlier position, from which it is delivered again', async () => {
    const { bus, log } = await opened();
    const group = collector();
    bus.subscribe({ group: 'g', patterns: ['*'], from: 'start', handle: group.take });
    await publishTicks(log, [1, 2, 3]);
    await group.until(3);
    await bus.seek('g', { time: startTime + 2 });
    await group.until(5);
    expect(group.prices()).toEqual([1, 2, 3, 2, 3]);
  });

  test('shows live views the last hundred events and what comes, whatever one of them throws', async () => {
    const { bus, log, troubles } = await opened();
    await publishTicks(
      log,
      Array.from({ length: 130 }, (_, index) => index),
    );
    expect((await bus.recent()).map(priceOf)).toEqual(Array.from({ length: 100 }, (_, index) => 30 + index));
    const live = collector();
    bus.listen(['*'], () => {
      throw new Error('bad view');
    });
    bus.listen(['market.*'], live.take);
    await publishTicks(log, [130]);
    await live.until(1);
    expect(live.prices()).toEqual([130]);
    expect((await bus.recent(['market.*'])).at(-1)).toBe(live.taken[0]);
    expect(await bus.recent(['risk.*'])).toEqual([]);
    expect(await bus.recent()).toHaveLength(100);
    expect(troubles).toEqual(['live: bad view']);
  });
});
