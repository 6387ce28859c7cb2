import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { intentColumns, intentWidth, operations } from '../../extension/backtest/intents.ts';
import { fillReasons, fillWidth } from '../../extension/backtest/ledger.ts';
import { orderHistory } from '../../extension/backtest/orderHistory.ts';
import type { OrderEvents } from '../../extension/contracts/orderEvents.ts';
import { orderEventsOf } from './support/compare.ts';
import { type EngineRun, loadExample, runEngine } from './support/engineRun.ts';
import { syntheticMarket } from './support/market.ts';
import { programOf, settingsArbitrary, strategyOfProgram } from './support/programs.ts';
import { severalMarkets } from './support/randomMarkets.ts';

const bars = 60;
const seen = new Set<string>();

type Intent = Record<keyof typeof intentColumns, number>;

function intentsOf({ intents }: EngineRun): Intent[] {
  return intents.flatMap((rows) =>
    Array.from({ length: rows.length / intentWidth }, (_, row) => {
      const entries = Object.entries(intentColumns);
      return Object.fromEntries(
        entries.map(([name, column]) => [name, rows[row * intentWidth + column]]),
      ) as Intent;
    }),
  );
}

/** The literal way: every event looks through all intents and fills anew. */
function expectedEvent(run: EngineRun, index: number) {
  const events = orderEventsOf(run);
  const intents = intentsOf(run);
  const event = events[index] as (typeof events)[number];
  const asked = { ...(intents.find(({ id }) => id === event.order) as Intent) };
  const refused = new Set(events.filter(({ state }) => state === 'rejected').map(({ order }) => order));
  const changes = intents.filter(
    ({ id, operation, reference }) =>
      operation === operations.replace && reference === event.order && !refused.has(id),
  );
  const past = events
    .slice(0, index + 1)
    .filter(({ order, state }) => order === event.order && state === 'replaced');
  for (const { limit, trigger, sizeKind, size } of changes.slice(0, past.length)) {
    if (limit > 0) asked.limit = limit;
    if (trigger > 0) asked.trigger = trigger;
    if (sizeKind > 0) Object.assign(asked, { sizeKind, size });
  }
  const isProtection = asked.operation === operations.protect;
  const limit = isProtection ? (asked.targetKind === 1 ? asked.target : 0) : asked.limit;
  const trigger = isProtection ? (asked.stopKind === 1 ? asked.stop : 0) : asked.trigger;
  const { used: values, rows } = run.ledger.fills;
  const fills = Array.from({ length: rows }, (_, row) =>
    values.subarray(row * fillWidth, (row + 1) * fillWidth),
  );
  const own = fills.filter(
    ([bar, , , , , , id, reason]) =>
      bar === event.bar &&
      id === event.order &&
      !/stop-loss|trailing|take|liquid|bankrupt/.test(fillReasons[reason ?? -1] ?? ''),
  );
  const units = own.reduce((sum, fill) => sum + Math.abs(fill[2] ?? 0), 0);
  const value = own.reduce((sum, fill) => sum + Math.abs(fill[2] ?? 0) * (fill[3] ?? 0), 0);
  const names: Record<number, string> = { 4: 'protect', 5: 'cancel', 6: 'replace' };
  const waits = `${trigger > 0 ? 'stop' : ''}${trigger > 0 && limit > 0 ? '-' : ''}${limit > 0 ? 'limit' : ''}`;
  return {
    bar: event.bar,
    market: event.market,
    order: event.order,
    state: event.state,
    kind: names[asked.operation] ?? (waits || 'market'),
    side: { 1: 'buy', 2: 'sell', 3: 'close' }[asked.operation] ?? null,
    size: asked.size || null,
    limit: limit || null,
    trigger: trigger || null,
    units: Number.isNaN(event.units) ? null : event.units,
    price: /filled/.test(event.state) ? value / units : null,
  };
}

function eventAt(events: OrderEvents, index: number) {
  const orNull = (value: number | undefined) => (value === undefined || Number.isNaN(value) ? null : value);
  return {
    bar: events.bar[index],
    market: events.market[index],
    order: events.order[index],
    state: events.codes.state[events.state[index] ?? -1],
    kind: events.codes.kind[events.kind[index] ?? -1],
    side: events.codes.side[events.side[index] ?? -1] ?? null,
    size: orNull(events.size[index]),
    limit: orNull(events.limit[index]),
    trigger: orNull(events.trigger[index]),
    units: orNull(events.units[index]),
    price: orNull(events.price[index]),
  };
}

describe('the history of orders', () => {
  it('has every event once, with what its order asked for by then, at what price, and why not', () => {
    fc.assert(
      fc.property(programOf(bars), severalMarkets(bars), settingsArbitrary, (program, inputs, settings) => {
        const run = runEngine(strategyOfProgram(program), inputs, {
          settings,
          chunks: [7, 64],
          intentsPerBar: 1000,
        });
        const history = orderHistory({ ...run, most: 1e9 });
        expect(history.total).toBe(run.ledger.orderEvents.rows);
        expect(history.time).toHaveLength(history.total);
        const reasons: { time: number | undefined; reason: string | undefined }[] = [];
        for (let index = 0; index < history.total; index++) {
          const { price, ...event } = eventAt(history, index);
          const { price: paid, ...expected } = expectedEvent(run, index);
          expect(event).toEqual(expected);
          if (paid === null) expect(price).toBeNull();
          else expect(price).toBeCloseTo(paid, 9);
          seen
            .add(event.state ?? '')
            .add(event.kind ?? '')
            .add(event.side ?? 'none');
          const reason = history.codes.reason[history.reason[index] ?? -1];
          if (event.state === 'rejected') reasons.push({ time: history.time[index], reason });
          else expect(reason).toBeUndefined();
        }
        expect(reasons.slice(0, 100)).toEqual(run.ledger.rejections);
      }),
      { numRuns: 60, seed: 1 },
    );
    for (const each of [
      'replaced',
      'partially-filled',
      'stop-limit',
      'protect',
      'cancel',
      'replace',
      'close',
    ]) {
      expect(seen).toContain(each);
    }
  });

  it('keeps the first events up to its bound, and tells how many there were', () => {
    const run = runEngine(loadExample('emaCrossLongShort'), syntheticMarket({ bars: 2000, seed: 3 }));
    const whole = orderHistory({ ...run, most: 1e9 });
    const cut = orderHistory({ ...run, most: 10 });
    expect(whole.total).toBeGreaterThan(20);
    expect(cut.total).toBe(whole.total);
    expect(cut.time).toHaveLength(10);
    for (let index = 0; index < 10; index++) expect(eventAt(cut, index)).toEqual(eventAt(whole, index));
  });
});
