import { describe, expect, it } from 'vitest';
import { intentWidth } from '../../extension/backtest/intents.ts';
import { failSchema, frameTypes, startedSchema } from '../../sandbox/frames.ts';
import {
  barsFrame,
  decodeIntents,
  decodeJson,
  helloOf,
  jsonFrame,
  LocalRunner,
  sourceFrame,
  startOf,
} from './support/host.ts';
import { market } from './support/realm.ts';

const source = `import { defineStrategy } from 'strategy-lab';
export default defineStrategy({
  name: 'plotting',
  params: { period: { type: 'integer', default: 5, min: 1, max: 50 } },
  setup({ params, indicators, bars, plot }) {
    plot(\`Average \${params.period}\`, indicators.sma(params.period));
    plot('Close', bars.close, { pane: 'below' });
    return {};
  },
  next({ bar, orders }) {
    if (bar.index % 10 === 9) orders.buy({ percent: 1 });
  },
});
`;

function runnerWith(plots: boolean, sets = [{ period: 3 }, { period: 8 }]) {
  const runner = new LocalRunner();
  runner.send(jsonFrame(frameTypes.hello, helloOf()));
  runner.send(sourceFrame(source));
  const answer = runner.ask(jsonFrame(frameTypes.start, startOf(sets, undefined, plots)));
  return { runner, started: startedSchema.parse(decodeJson(answer.payload)) };
}

/** Values of the two plots over all 200 bars, fed with these borders. */
function plotted(borders: readonly number[]): number[][] {
  const { runner } = runnerWith(true);
  const all: number[][] = [[], []];
  for (const [piece, to] of borders.slice(1).entries()) {
    const from = borders[piece] as number;
    const count = to - from;
    const { payload } = runner.ask(barsFrame(from, to));
    const { plotted: values } = decodeIntents(payload, 2 * count);
    for (const [plot, list] of all.entries()) {
      list.push(...values.subarray(plot * count, (plot + 1) * count));
    }
  }
  return all;
}

describe('plots', () => {
  it('are those of the first set, with its names and panes', () => {
    expect(runnerWith(true).started.plots).toEqual([
      { name: 'Average 3', pane: 'price' },
      { name: 'Close', pane: 'below' },
    ]);
  });

  it('come with each chunk, one value a bar, whatever the chunks', () => {
    const [average = [], close = []] = plotted([0, 200]);
    expect(close).toEqual([...market.close]);
    expect(average.slice(0, 2)).toEqual([Number.NaN, Number.NaN]);
    for (let bar = 2; bar < 200; bar++) {
      const mean = (close.slice(bar - 2, bar + 1) as [number]).reduce((sum, value) => sum + value, 0) / 3;
      expect(average[bar]).toBeCloseTo(mean, 9);
    }
    expect(plotted([0, 1, 2, 64, 65, 199, 200])).toEqual([average, close]);
    expect(plotted([0, 0, 200])).toEqual([average, close]);
  });

  it('cost nothing where they are not asked for, and change no intent', () => {
    const { runner, started } = runnerWith(false);
    expect(started.plots).toEqual([]);
    const plain = decodeIntents(runner.ask(barsFrame(0, 200)).payload);
    const shown = decodeIntents(runnerWith(true).runner.ask(barsFrame(0, 200)).payload, 400);
    expect(plain.sets[0]?.rows).toHaveLength(20 * intentWidth);
    expect(shown.sets).toEqual(plain.sets);
  });

  it('used wrongly fail setup with their line', () => {
    const runner = new LocalRunner();
    runner.send(jsonFrame(frameTypes.hello, helloOf()));
    runner.send(sourceFrame(source.replace('bars.close,', 'bars,')));
    const answer = runner.ask(jsonFrame(frameTypes.start, startOf([{ period: 3 }])));
    expect(failSchema.parse(decodeJson(answer.payload))).toMatchObject({
      phase: 'setup',
      line: 7,
      message: 'the plot Close takes one series of this run, such as indicators.sma(20)',
    });
  });
});
