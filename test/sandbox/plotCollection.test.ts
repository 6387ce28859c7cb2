import { describe, expect, it } from 'vitest';
import type { Plot } from '../../sandbox/frames.ts';
import { maximumPlottedValues, PlotCollection } from '../../sandbox/plotCollection.ts';

const named = (...names: readonly string[]): Plot[] => names.map((name) => ({ name, pane: 'price' }));

describe('what a run plots', () => {
  it('is put together from its chunks, with no number but finite ones', () => {
    const collection = new PlotCollection([...named('A'), { name: 'B', pane: 'below' }], 5);
    const infinite = Number.POSITIVE_INFINITY;
    collection.add(Float64Array.of(Number.NaN, 1, -infinite, 4), 0, 2);
    collection.add(Float64Array.of(3, infinite, 5, 0, -1, -0.5), 2, 5);
    expect(collection.plots).toEqual([
      { name: 'A', pane: 'price', values: Float64Array.of(Number.NaN, 1, 3, Number.NaN, 5) },
      { name: 'B', pane: 'below', values: Float64Array.of(Number.NaN, 4, 0, -1, -0.5) },
    ]);
  });

  it('has names without marks that hide or turn text', () => {
    const { plots } = new PlotCollection(named('a\u001b[31mb', '\u202eRSI', 'x\n'), 1);
    expect(plots.map(({ name }) => name)).toEqual(['a [31mb', 'RSI', 'x']);
  });

  it.each([
    ['nothing but a hidden mark', named('\u200b')],
    ['one name twice', named('A', 'A')],
    ['two names that look the same', named('A', 'A\u200b')],
  ])('is refused with %s', (_what, plots) => {
    expect(() => new PlotCollection(plots, 1)).toThrow(
      expect.objectContaining({ reason: 'sandbox.protocol' }),
    );
  });

  it('keeps the first plots of a run that is too long for all, and names the others', () => {
    const collection = new PlotCollection(named('A', 'B', 'C'), 10, 29);
    expect(collection.declared).toBe(3);
    expect(collection.plots.map(({ name }) => name)).toEqual(['A', 'B']);
    expect(collection.leftOut).toEqual(['C']);
    collection.add(
      Float64Array.from({ length: 30 }, (_, index) => index),
      0,
      10,
    );
    expect(collection.plots[1]?.values[9]).toBe(19);
    expect(new PlotCollection(named('A', 'B', 'C'), 10, 30).leftOut).toEqual([]);
    expect(new PlotCollection(named('A'), maximumPlottedValues + 1).leftOut).toEqual(['A']);
  });
});
