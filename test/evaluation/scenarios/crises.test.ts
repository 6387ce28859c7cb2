import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { crisisSchema } from '../../../extension/contracts/crisis.ts';
import { coveredCrises } from '../../../extension/evaluation/scenarios/crises.ts';
import { crises } from '../../../extension/evaluation/scenarios/crisisCatalogue.ts';
import { dataFolder, hasData } from '../../market/dataFolder.ts';

const hour = 3_600_000;
const day = 24 * hour;

/** Open times of every hour of a range. */
const hours = (from: number, to: number): Float64Array =>
  Float64Array.from({ length: (to - from) / hour }, (_, bar) => from + bar * hour);

describe('the catalogue of crises', () => {
  it('fits its contract, in order of time, each with a name of its own', () => {
    for (const crisis of crises) {
      expect(crisisSchema.parse(crisis)).toEqual(crisis);
      expect(crisis.from).toBeLessThan(crisis.to);
    }
    expect(crises.map(({ from }) => from)).toEqual(crises.map(({ from }) => from).toSorted((a, b) => a - b));
    expect(new Set(crises.map(({ id }) => id)).size).toBe(crises.length);
  });

  it('has the dates of the calendar', () => {
    const timeOf = (id: string): string[] => {
      const { from = 0, to = 0 } = crises.find((crisis) => crisis.id === id) ?? {};
      return [from, to].map((time) => new Date(time).toISOString().slice(0, 16));
    };
    expect(timeOf('black-monday-1987')).toEqual(['1987-10-14T00:00', '1987-10-21T00:00']);
    expect(timeOf('flash-crash-2010')).toEqual(['2010-05-06T18:32', '2010-05-06T19:08']);
    expect(timeOf('pandemic-2020-equities')).toEqual(['2020-02-20T00:00', '2020-03-24T00:00']);
    expect(timeOf('pandemic-2020-crypto')).toEqual(['2020-03-12T00:00', '2020-03-14T00:00']);
    expect(timeOf('carry-trade-2024')).toEqual(['2024-08-02T00:00', '2024-08-06T00:00']);
  });
});

describe('the crises that data cover', () => {
  const from = Date.UTC(2021, 4, 1);
  const ids = (time: Float64Array, options = {}) =>
    coveredCrises(time, { barLength: hour, ...options }).map(({ crisis }) => crisis.id);

  it('come with exactly the bars that overlap them', () => {
    const time = hours(from, Date.UTC(2021, 5, 1));
    const [covered] = coveredCrises(time, { barLength: hour });
    expect(covered).toMatchObject({ crisis: { id: 'crypto-may-2021' }, from: 18 * 24, to: 19 * 24 });
    // A day's bar overlaps the whole of its day, also where the crisis is half an hour of it.
    const days = Float64Array.from({ length: 200 }, (_, bar) => Date.UTC(2010, 0, 1) + bar * day);
    const [flash] = coveredCrises(days, { barLength: day });
    expect(flash).toMatchObject({ crisis: { id: 'flash-crash-2010' }, from: 125, to: 126 });
  });

  it('are left out without enough bars on both sides, without its own bars, and in other markets', () => {
    const time = hours(from, Date.UTC(2021, 5, 1));
    expect(ids(time)).toEqual(['crypto-may-2021']);
    expect(ids(time, { market: 'crypto' })).toEqual(['crypto-may-2021']);
    expect(ids(time, { market: 'equities' })).toEqual([]);
    expect(ids(time, { barsAround: 18 * 24 })).toEqual([]);
    expect(ids(hours(from, Date.UTC(2021, 4, 20)))).toEqual([]);
    expect(ids(hours(Date.UTC(2021, 4, 18), Date.UTC(2021, 5, 1)))).toEqual([]);
    const hole = time.filter((open) => open < Date.UTC(2021, 4, 19, 1) || open >= Date.UTC(2021, 4, 20));
    expect(ids(hole)).toEqual([]);
    expect(ids(new Float64Array(0))).toEqual([]);
  });

  it.runIf(hasData)('show in recorded prices: each fell, and at least as far as it is told', () => {
    const rows = readFileSync(join(dataFolder, 'crypto-1h/Binance_BTCUSDT_1h.csv'), 'utf8')
      .trim()
      .split('\n')
      .slice(2)
      .map((line) => line.split(','))
      .toReversed();
    const time = Float64Array.from(rows, ([unix]) => Number(unix) * (Number(unix) < 1e11 ? 1000 : 1));
    const covered = coveredCrises(time, { barLength: hour, market: 'crypto' });
    expect(covered.map(({ crisis }) => crisis.id)).toEqual([
      'bitcoin-2018',
      'bitcoin-cash-2018',
      'pandemic-2020-crypto',
      'crypto-may-2021',
    ]);
    const falls = covered.map(({ from: first, to }) => {
      let [peak, fall] = [0, 0];
      for (const [, , , , high = '', low = ''] of rows.slice(first, to)) {
        peak = Math.max(peak, Number(high));
        fall = Math.max(fall, 1 - Number(low) / peak);
      }
      return fall;
    });
    for (const [place, least] of [0.6, 0.45, 0.45, 0.28].entries())
      expect(falls[place]).toBeGreaterThan(least);
  });
});
