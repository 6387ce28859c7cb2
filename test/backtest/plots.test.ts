import type { Series, SetupContext } from 'strategy-lab';
import { describe, expect, it } from 'vitest';
import { StrategySession } from '../../extension/backtest/session.ts';
import type { AnyStrategy } from '../../extension/backtest/strategyApi.ts';
import { plainSettings } from './support/engineRun.ts';
import { defineStrategy, everyOrder } from './support/inlineStrategies.ts';
import { syntheticMarket } from './support/market.ts';

// Enough that the window of the engine moves up three times.
const bars = 45_000;
const market = syntheticMarket({ bars, seed: 5 });

type Setup = (context: SetupContext<Readonly<Record<string, number>>>) => unknown;

function sessionOf(strategy: AnyStrategy, recordPlots = true): StrategySession {
  const settings = { ...plainSettings, cash: 1e6 };
  return new StrategySession(strategy, {
    settings,
    timeframe: '1h',
    params: {},
    intentsPerBar: 16,
    log: () => undefined,
    recordPlots,
  });
}

function plotting(setup: Setup): AnyStrategy {
  return defineStrategy({ name: 'plotting', setup, next: () => undefined });
}

/** Every plot's values over the whole run, in pieces of these lengths over and over. */
function plotted(strategy: AnyStrategy, pieces: readonly number[]): number[][] {
  const session = sessionOf(strategy);
  const all: number[][] = session.plots.declarations.map(() => []);
  for (let from = 0, piece = 0; from < bars; piece++) {
    const to = Math.min(bars, from + (pieces[piece % pieces.length] as number));
    session.feed([{ columns: market, from: from, to: to }]);
    for (const [plot, values] of all.entries()) {
      values.push(...session.plots.values.subarray(plot * (to - from), (plot + 1) * (to - from)));
    }
    from = to;
  }
  return all;
}

describe('the values of a plot', () => {
  const make = {
    close: ({ bars: { close } }) => close,
    average: ({ indicators }) => indicators.sma(20),
    band: ({ indicators }) => indicators.bollinger(50).upper,
    strength: ({ indicators }) => indicators.rsi(14),
    signal: ({ indicators }) => indicators.macd().signal,
  } satisfies Record<string, (context: Parameters<Setup>[0]) => Series>;

  it.each([
    ['the pieces of a run', [4096]],
    ['one piece', [bars]],
    ['small pieces', [1, 7, 64, 1000]],
  ])('are those that next sees, bar by bar, in %s', (_what, pieces) => {
    const all = plotted(
      plotting((context) => {
        for (const [name, series] of Object.entries(make)) context.plot(name, series(context));
      }),
      pieces,
    );
    for (const [index, series] of Object.values(make).entries()) {
      // A series alone, so that next is called from its first value on.
      const seen = new Array<number>(bars).fill(Number.NaN);
      const session = sessionOf(
        defineStrategy({
          name: 'seeing',
          setup: series,
          next({ bar }, shown) {
            seen[bar.index] = shown.value;
          },
        }),
      );
      session.feed([{ columns: market, from: 0, to: bars }]);
      expect(seen.filter(Number.isNaN)).toHaveLength(session.warmUp);
      expect(all[index]).toEqual(seen);
    }
  });

  it('are kept only where they are asked for', () => {
    const session = sessionOf(
      plotting(({ plot, bars: { close } }) => plot('Close', close)),
      false,
    );
    session.feed([{ columns: market, from: 0, to: 1000 }]);
    expect(session.plots.declarations).toEqual([{ name: 'Close', pane: 'price' }]);
    expect(session.plots.values).toHaveLength(0);
  });

  it('change no order, no fill and no warm-up', () => {
    const result = (strategy: AnyStrategy, recordPlots: boolean) => {
      const session = sessionOf(strategy, recordPlots);
      session.feed([{ columns: market, from: 0, to: 5000 }]);
      const { portfolio, intents, warmUp } = session;
      return { intents: [...intents.used], warmUp, fills: portfolio.fills, hash: portfolio.hash };
    };
    const plain = result(everyOrder as AnyStrategy, false);
    const { setup } = everyOrder;
    const shown = {
      ...everyOrder,
      setup(context: SetupContext<Readonly<Record<string, number>>>) {
        const state = setup(context);
        context.plot('Fast', state.fast);
        context.plot('Strength', state.strength, { pane: 'below' });
        return state;
      },
    };
    expect(plain.fills).toBeGreaterThan(100);
    expect(result(shown as AnyStrategy, true)).toEqual(plain);
  });
});

describe('plot', () => {
  it('puts a series over the candles unless told to put it below', () => {
    const { plots } = sessionOf(
      plotting(({ plot, indicators, bars: { close } }) => {
        plot('Close', close);
        plot(' Average ', indicators.sma(5), {});
        plot('RSI', indicators.rsi(14), { pane: 'below' });
      }),
    );
    expect(plots.declarations).toEqual([
      { name: 'Close', pane: 'price' },
      { name: 'Average', pane: 'price' },
      { name: 'RSI', pane: 'below' },
    ]);
  });

  const name = /^plot takes a name of 1 to 40 characters that can be shown as its first argument$/;
  const series = /^the plot A takes one series of this run, such as indicators\.sma\(20\)$/;
  const wrong: readonly (readonly [string, (...args: Parameters<Setup>) => void, RegExp])[] = [
    ['no name', ({ plot, bars: { close } }) => plot(' ', close), name],
    ['a name of 41 characters', ({ plot, bars: { close } }) => plot('x'.repeat(41), close), name],
    ['a name of two lines', ({ plot, bars: { close } }) => plot('a\nb', close), name],
    ['a name that turns the writing', ({ plot, bars: { close } }) => plot('a\u202eb', close), name],
    ['half a letter as a name', ({ plot, bars: { close } }) => plot('\ud83d', close), name],
    ['a series as a name', ({ plot, bars: { close } }) => plot(close as never, close), name],
    [
      'a name again',
      ({ plot, bars: { close, open } }) => {
        plot('A', close);
        plot('A ', open);
      },
      /^there are two plots of the name A$/,
    ],
    ['a number', ({ plot }) => plot('A', 5 as never), series],
    ['nothing', ({ plot }) => plot('A', undefined as never), series],
    ['all bands at once', ({ plot, indicators }) => plot('A', indicators.bollinger() as never), series],
    ['a look-alike', ({ plot }) => plot('A', { value: 1, previous: 1, ago: () => 1 }), series],
    [
      'another pane',
      ({ plot, bars: { close } }) => plot('A', close, { pane: 'above' as never }),
      /^the pane of a plot is 'price' or 'below'$/,
    ],
    [
      'a pane without a name for it',
      ({ plot, bars: { close } }) => plot('A', close, 'below' as never),
      /^plot takes its options as an object: \{ pane: 'below' \}$/,
    ],
    [
      'a seventeenth',
      ({ plot, bars: { close } }) => {
        for (let number = 1; number <= 17; number++) plot(`Plot ${number}`, close);
      },
      /^a strategy has at most 16 plots$/,
    ],
  ];
  it.each(wrong)('refuses %s', (_what, setup, message) => {
    expect(() => sessionOf(plotting(setup))).toThrow(message);
  });

  it('takes sixteen, and refuses what comes after setup', () => {
    let late: unknown;
    const strategy = defineStrategy({
      name: 'late',
      setup({ plot, bars: { close } }) {
        for (let number = 1; number <= 16; number++) plot(`Plot ${number}`, close);
        return { plot, close };
      },
      next(_context, { plot, close }) {
        try {
          plot('late', close);
        } catch (error) {
          late = error;
        }
      },
    });
    const session = sessionOf(strategy as AnyStrategy);
    expect(session.plots.declarations).toHaveLength(16);
    session.feed([{ columns: market, from: 0, to: 1 }]);
    expect(late).toEqual(new Error('plot can be called in setup only'));
  });
});
