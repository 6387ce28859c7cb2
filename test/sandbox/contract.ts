import { describe, expect, it } from 'vitest';
import type { StrategyPlot } from '../../extension/contracts/strategy.ts';
import { runTwice } from '../../sandbox/doubleRun.ts';
import { defaultLimits, type SandboxBackend } from '../../sandbox/sandbox.ts';
import { type RunRequest, runInSandbox } from '../../sandbox/session.ts';
import { loadStrategy, runEngine } from '../backtest/support/engineRun.ts';
import { hostileCases } from './hostileCases.ts';
import {
  crossStrategy,
  failureOf,
  marketsOf,
  randomWalk,
  reasonOf,
  runRequest,
  strategyOf,
} from './support.ts';

export interface Contract {
  readonly backend: () => SandboxBackend;
  /** The same backend with a runner that lies. */
  readonly hostile: (name: string, lies: string) => SandboxBackend;
  /** What is left of the sandboxes of this test file. */
  readonly leftovers: () => Promise<readonly string[]>;
  /** A limit of memory in which a small strategy runs. */
  readonly memoryBytes: number;
}

/** Chunks of the hostile runs: 1,000 bars in three. */
const chunks = [400, 400, 200];
const shortLimits = { ...defaultLimits, answerMilliseconds: 2500 };

/** Series of many kinds, as `setup` makes them. */
const plottedSeries = [
  'bars.close',
  'indicators.sma(params.period)',
  'indicators.bollinger(params.period, 2.5).upper',
  'indicators.rsi(14)',
  'indicators.macd().signal',
];

const plottingStrategy = `import { defineStrategy } from 'strategy-lab';
export default defineStrategy({
  name: 'Plotting',
  params: { period: { type: 'integer', default: 20, min: 2, max: 100 } },
  setup({ params, indicators, bars, plot }) {
    const [close, average, upper, strength, signal] = [${plottedSeries.join(', ')}];
    plot('Close', close);
    plot(\`Average of \${params.period}\`, average);
    plot('Upper band', upper, { pane: 'price' });
    plot('Strength', strength, { pane: 'below' });
    plot('Signal', signal, { pane: 'below' });
    return null;
  },
  next() {},
});
`;

/** Logs one series from its first value on, as `next` sees it. */
function seeingStrategy(series: string): string {
  return `import { defineStrategy } from 'strategy-lab';
export default defineStrategy({
  name: 'Seeing',
  params: { period: { type: 'integer', default: 20, min: 2, max: 100 } },
  setup: ({ params, indicators, bars }) => ${series},
  next({ bar, log }, series) { log(\`\${bar.index} \${series.value}\`); },
});
`;
}

/** What every backend guarantees, whatever isolates it. */
export function describeContract(name: string, contract: Contract): void {
  const { backend, hostile, leftovers, memoryBytes } = contract;

  describe(`${name}: what a strategy does`, () => {
    it('runs it with commit before reveal and settles its orders', async () => {
      const progress: number[] = [];
      const run = await runInSandbox(
        runRequest(backend(), crossStrategy, { chunks, onProgress: (bars) => progress.push(bars) }),
      );
      expect(run.description.name).toBe('Moving-average cross');
      expect(run.sets).toHaveLength(1);
      expect(run.sets[0]?.params).toEqual({ fast: 10, slow: 30 });
      expect(run.sets[0]?.fills).toBeGreaterThan(10);
      expect(run.sets[0]?.settled.trades.length).toBeGreaterThan(5);
      expect(run.log).toEqual(['one hundred']);
      expect(progress).toEqual([400, 800, 1000]);
      expect(await leftovers()).toEqual([]);
    });

    it('gives each parameter set the result that it has alone', async () => {
      const candles = randomWalk(3000);
      const markets = marketsOf(candles);
      const sets = [{ fast: 5, slow: 20 }, { fast: 20, slow: 60 }, {}];
      const together = await runInSandbox(runRequest(backend(), crossStrategy, { markets, sets }));
      for (const [index, set] of sets.entries()) {
        const alone = await runInSandbox(runRequest(backend(), crossStrategy, { markets, sets: [set] }));
        expect(together.sets[index]?.settled.equity).toEqual(alone.sets[0]?.settled.equity);
      }
    });

    it('begins flat at a later bar with warm indicators, as a strategy does that waits for that bar', async () => {
      const markets = marketsOf(randomWalk(3000));
      const sets = [{ fast: 5, slow: 20 }, {}];
      const request = { markets, sets };
      const late = await runInSandbox(runRequest(backend(), crossStrategy, { ...request, firstBar: 1500 }));
      const waiting = crossStrategy.replace(
        'if (bar.index === 100)',
        'if (bar.index < 1500) return;\n    if (bar.index === 100)',
      );
      const waited = await runInSandbox(runRequest(backend(), waiting, request));
      const whole = await runInSandbox(runRequest(backend(), crossStrategy, request));
      for (const [index, { settled }] of late.sets.entries()) {
        expect(settled.equity).toEqual(waited.sets[index]?.settled.equity);
        expect(settled.trades).toEqual(waited.sets[index]?.settled.trades);
        expect(settled.trades.length).toBeGreaterThan(0);
        expect(settled.trades.length).toBeLessThan(whole.sets[index]?.settled.trades.length ?? 0);
        expect(settled.equity.subarray(0, 1501)).toEqual(new Float64Array(1501).fill(10_000));
      }
    });

    it('brings what the first set plots, bar by bar as its own engine has it, whatever the chunks', async () => {
      const candles = randomWalk(3000);
      const markets = marketsOf(candles);
      const plotsOf = async (changes: Partial<RunRequest>): Promise<readonly StrategyPlot[]> => {
        const sets = [{ period: 20 }, { period: 50 }];
        const request = { markets, sets, plots: true, ...changes };
        return (await runInSandbox(runRequest(backend(), plottingStrategy, request))).plots;
      };
      const plots = await plotsOf({});
      expect(plots.map(({ name, pane }) => ({ name, pane }))).toEqual([
        { name: 'Close', pane: 'price' },
        { name: 'Average of 20', pane: 'price' },
        { name: 'Upper band', pane: 'price' },
        { name: 'Strength', pane: 'below' },
        { name: 'Signal', pane: 'below' },
      ]);
      for (const [index, { values }] of plots.entries()) {
        const seen = new Float64Array(3000).fill(Number.NaN);
        const log = (line: string) => {
          const [bar, value] = line.split(' ').map(Number);
          seen[bar as number] = value as number;
        };
        runEngine(loadStrategy(seeingStrategy(plottedSeries[index] as string)), candles, { log });
        expect(values).toEqual(seen);
      }
      expect(await plotsOf({ chunks: [1, 1, 998, 64, 1936] })).toEqual(plots);
      expect(await plotsOf({ chunks: Array(30).fill(100) })).toEqual(plots);
      expect(await plotsOf({ plots: false })).toEqual([]);
      expect(await leftovers()).toEqual([]);
    });

    it('bounds the bytes of a run without counting what it was asked to plot', async () => {
      const limits = { ...defaultLimits, outputBytes: 20_000 };
      const request = { markets: marketsOf(randomWalk(3000)), limits, plots: true };
      const run = await runInSandbox(runRequest(backend(), plottingStrategy, request));
      expect(run.plots).toHaveLength(5);
      const greedy = plottingStrategy.replace('next() {}', 'next({ orders }) { orders.close(); }');
      expect(await reasonOf(runInSandbox(runRequest(backend(), greedy, request)))).toBe('strategy.order');
      expect(await leftovers()).toEqual([]);
    });

    it('finds an honest strategy identical in two runs with other borders', async () => {
      const run = await runTwice(
        runRequest(backend(), crossStrategy, { markets: marketsOf(randomWalk(3000)) }),
        7,
      );
      expect(run.chunkCounts[0]).toBe(1);
      expect(run.chunkCounts[1]).toBeGreaterThan(4);
      expect(await leftovers()).toEqual([]);
    });

    it.each([
      ['setup', strategyOf('', 'for (;;);')],
      ['next', strategyOf('for (;;);')],
    ])('ends an endless loop in %s', async (_where, source) => {
      const failure = await failureOf(runInSandbox(runRequest(backend(), source, { limits: shortLimits })));
      expect(failure.reason).toBe('sandbox.timeout');
      expect(failure.message).toContain('2.5 s');
      expect(await leftovers()).toEqual([]);
    });

    it('ends a run that answers, but not within the time of the whole run', async () => {
      const slow = strategyOf('let sum = 0; for (let i = 0; i < 2e6; i++) sum += i;');
      const limits = { ...defaultLimits, totalMilliseconds: 2500 };
      const request = runRequest(backend(), slow, {
        limits,
        markets: marketsOf(randomWalk(20_000)),
        chunks: Array(2000).fill(10),
      });
      expect(await reasonOf(runInSandbox(request))).toBe('sandbox.timeout');
      expect(await leftovers()).toEqual([]);
    });

    it.each([
      ['objects', 'for (;;) kept.push({ bar: bar.index, text: [1, 2, 3, 4] });'],
      ['arrays of numbers', 'for (;;) kept.push(new Float64Array(100_000).fill(1));'],
    ])('ends a strategy that hoards %s', async (_what, next) => {
      const failure = await failureOf(
        runInSandbox(runRequest(backend(), strategyOf(next), { limits: { ...defaultLimits, memoryBytes } })),
      );
      expect(failure.reason).toBe('sandbox.memory');
      expect(await leftovers()).toEqual([]);
    });

    it('tells line and bar of a strategy that throws', async () => {
      const source = strategyOf("if (bar.index === 777) throw new Error('lost \\u001b[31m\\u202ehope');");
      const failure = await failureOf(runInSandbox(runRequest(backend(), source)));
      expect(failure.reason).toBe('strategy.threw');
      expect(failure.place).toMatchObject({ line: 6, bar: 777, time: randomWalk(1000).time[777] });
      expect(failure.message).toContain('on bar 777 (2020-10-15T21:26:40.000Z): lost  [31m hope');
      expect(await leftovers()).toEqual([]);
    });

    it.each([
      ['strategy.syntax', 'export default defineStrategy({'],
      ['strategy.syntax', "import fs from 'node:fs';\nexport default fs;"],
      ['strategy.shape', 'export default 42;'],
      ['strategy.threw', strategyOf('', "throw new Error('no');")],
      ['strategy.order', strategyOf('orders.buy({ percent: -1 });')],
      ['strategy.order', strategyOf('for (;;) orders.close();')],
    ])('says %s of a faulty file', async (reason, source) => {
      expect(await reasonOf(runInSandbox(runRequest(backend(), source)))).toBe(reason);
      expect(await leftovers()).toEqual([]);
    });

    it('survives recursion without an end', async () => {
      const source = strategyOf('const dive = (): number => 1 + dive(); dive();');
      expect(await reasonOf(runInSandbox(runRequest(backend(), source)))).toBe('strategy.threw');
      expect(await leftovers()).toEqual([]);
    });

    it('is gone when its run is cancelled', async () => {
      const stop = new AbortController();
      const request = runRequest(backend(), strategyOf(''), {
        signal: stop.signal,
        chunks: Array(100).fill(10),
        onProgress: (bars) => {
          if (bars === 100) stop.abort();
        },
      });
      expect(await reasonOf(runInSandbox(request))).toBe('cancelled');
      expect(await leftovers()).toEqual([]);
    });
  });

  describe(`${name}: what a hostile runner does`, () => {
    it('accepts the honest one from which the hostile ones are made', async () => {
      const run = await runInSandbox(runRequest(hostile('honest', ''), '', { chunks }));
      expect(run.sets[0]?.settled.equity).toHaveLength(1000);
      expect(await leftovers()).toEqual([]);
    });

    it('takes any plotted value of it for the eye, and none that is no number', async () => {
      const lies = `
        lie.started = () => started(onePlot);
        lie.intents = (from, to) => {
          const plotted = Array.from({ length: to - from }, (_, n) => [NaN, Infinity, -Infinity, 1e300][n % 4]);
          return intents([], { plotted });
        };
      `;
      const run = await runInSandbox(runRequest(hostile('plots', lies), '', { chunks, plots: true }));
      const [plot] = run.plots;
      expect(plot?.values).toEqual(
        Float64Array.from({ length: 1000 }, (_, bar) => (bar % 4 === 3 ? 1e300 : Number.NaN)),
      );
      expect(run.sets[0]?.fills).toBe(0);
    });

    it.each(hostileCases)('fails one that $name with $reason', async ({ name, lies, plots, reason }) => {
      const asked = plots ?? false;
      const request = runRequest(hostile(name, lies), '', { chunks, limits: shortLimits, plots: asked });
      expect(await reasonOf(runInSandbox(request))).toBe(reason);
      expect(await leftovers()).toEqual([]);
    });

    it('shows it no chunk before the one before is answered', async () => {
      const lies = `
        let isOpen = false;
        lie.intents = () => {
          if (isOpen) process.exit(3);
          isOpen = true;
          const answer = intents();
          setTimeout(() => { isOpen = false; send(answer); }, 100);
          return Buffer.alloc(0);
        };
      `;
      const run = await runInSandbox(runRequest(hostile('patient', lies), '', { chunks }));
      expect(run.chunks).toEqual(chunks);
    });

    it('gets the first bars with the start, for a way to it and back takes its time', async () => {
      const lies = `
        lie.started = () => Buffer.alloc(0);
        lie.intents = () => chunk === 0 ? Buffer.concat([started(), intents()]) : intents();
      `;
      const run = await runInSandbox(runRequest(hostile('eager', lies), '', { chunks }));
      expect(run.chunks).toEqual(chunks);
    });

    it('calls other fills with an equal engine tampered', async () => {
      const lies = 'lie.intents = () => intents([], { fills: 1 });';
      const request = runRequest(hostile('tampered', lies), '', { chunks, engineHash: '0'.repeat(64) });
      expect(await reasonOf(runInSandbox(request))).toBe('sandbox.tampered');
    });

    it('names the first bar on which an answer depends on the borders of the chunks', async () => {
      // It gives an order on the last bar that it can see, except in its first chunk: that is look-ahead.
      const lies = 'lie.intents = (from, to) => intents(from > 0 ? [closeRow(to - 1, chunk + 1)] : []);';
      const request = runRequest(hostile('look-ahead', lies), '', { chunks });
      const failure = await failureOf(runTwice(request, 3));
      expect(failure.reason).toBe('sandbox.look-ahead');
      expect(failure.place?.bar).toBeLessThan(400);
      expect(await leftovers()).toEqual([]);
    });
  });
}
