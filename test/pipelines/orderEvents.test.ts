import { describe, expect, test } from 'vitest';
import { decodeOrderEvents, encodeOrderEvents } from '../../extension/pipelines/orderEvents.ts';
import { makeEvidence } from '../reports/panel/evidence.ts';
import { eventColumns, ordersOf } from '../reports/panel/orders.ts';

const { result } = makeEvidence({ bars: 900 });
const events = eventColumns(
  ordersOf(result.trades, (time) => time / 3_600_000 - 400_000),
  1234,
);

describe('the file of order events', () => {
  test.each([0, 1, 7, events.time.length])('gives %d events back as they were', (count) => {
    const columns = Object.entries(events).map(([name, column]) => [
      name,
      ArrayBuffer.isView(column) ? (column as Float64Array).slice(0, count) : column,
    ]);
    const some = Object.fromEntries(columns) as typeof events;
    const file = encodeOrderEvents(some);
    // Wherever it comes to lie in memory.
    const shifted = new Uint8Array(file.length + 3);
    shifted.set(file, 3);
    expect(decodeOrderEvents(shifted.subarray(3))).toEqual(some);
  });

  test('that is cut, longer, or has a name or code that nobody knows is refused as damaged', () => {
    const file = encodeOrderEvents(events);
    const text = new TextDecoder('latin1').decode(file);
    const renamed = Uint8Array.from(text.replace('accepted', 'conceded'), (letter) => letter.charCodeAt(0));
    const coded = file.slice();
    // The last column but one is that of the states.
    coded[file.length - 2 * events.time.length] = 200;
    const damaged = [
      file.slice(0, -1),
      new Uint8Array([...file, 0]),
      file.slice(0, 3),
      new Uint8Array(100),
      renamed,
      coded,
    ];
    for (const each of damaged) {
      expect(() => decodeOrderEvents(each)).toThrow(expect.objectContaining({ reason: 'journal.corrupt' }));
    }
  });
});
