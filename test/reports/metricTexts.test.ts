import { expect, test } from 'vitest';
import { metricNames } from '../../extension/backtest/metrics/definitions.ts';
import { groupMetrics, metricLabel } from '../../extension/reports/metricTexts.ts';
import { whyNotAvailable } from '../../extension/reports/unavailable.ts';
import { metricsOf, tradeOf } from '../backtest/metrics/curves.ts';

const none = Object.fromEntries(metricNames.map((name) => [name, null]));

test('every metric has a label of its own and stands in one group, and a name that no group knows comes last', () => {
  const groups = groupMetrics({ ...none, unheardOf: 1 });
  expect(groups.flatMap(({ names }) => names).toSorted()).toEqual([...metricNames, 'unheardOf'].toSorted());
  expect(groups.at(-1)).toEqual({ title: 'Others', names: ['unheardOf'] });
  const labels = metricNames.map(metricLabel);
  expect(new Set(labels).size).toBe(metricNames.length);
  expect(labels.filter((label, index) => label === metricNames[index])).toEqual([]);
});

test('every metric that a short, still, ruined or idle run cannot carry says why', () => {
  const waves = Array.from({ length: 200 }, (_, bar) => 100 + (bar % 3));
  const runs = {
    short: metricsOf([100, 101]),
    still: metricsOf(waves.map(() => 100)),
    rising: metricsOf(waves.map((_, bar) => 100 * 1.01 ** bar)),
    ruined: metricsOf([...waves.map(() => 0)], { cash: 0 }),
    idle: metricsOf(waves),
    lost: metricsOf(waves, { trades: [tradeOf({ profit: -1 })] }),
    won: metricsOf(waves, { trades: [tradeOf({ profit: 1 })] }),
  };
  for (const [run, metrics] of Object.entries(runs)) {
    for (const name of metricNames) {
      if (metrics[name] === null)
        expect([run, name, whyNotAvailable(name, metrics)]).not.toContain(undefined);
    }
  }
  const why = (run: keyof typeof runs, name: string) => whyNotAvailable(name, runs[run]);
  expect(why('short', 'sharpe')).toBe('too few daily returns');
  expect(why('still', 'sharpe')).toBe('returns do not vary');
  expect(why('still', 'calmar')).toBe('no drawdown');
  expect(why('rising', 'sortino')).toBe('no losing day');
  expect(why('ruined', 'totalReturn')).toBe('nothing left');
  expect(why('idle', 'winRate')).toBe('no closed trade');
  expect(why('lost', 'payoffRatio')).toBe('no winning trade');
  expect(why('won', 'payoffRatio')).toBe('no losing trade');
  expect(why('won', 'kelly')).toBe('too few closed trades');
});
