import { realmSource } from 'virtual:realm';
import { defaultRunSettings } from '../../../extension/contracts/backtest.ts';
import type { CandleColumns } from '../../../extension/contracts/candles.ts';
import { prepareSource } from '../../../sandbox/runner/prepare.ts';
import type { Realm } from '../../../sandbox/runner/runnerCore.ts';
import { createVmRealms } from '../../../sandbox/runner/vmRealm.ts';
import { syntheticMarket } from '../../backtest/support/market.ts';

export const market = syntheticMarket({ bars: 200, seed: 2 });

/** A strategy with two parameters that trades and logs a little. */
export const crossing = `import { crossAbove, crossBelow, defineStrategy } from 'strategy-lab';
export default defineStrategy({
  name: 'cross',
  params: {
    fast: { type: 'integer', default: 3, min: 1, max: 50 },
    slow: { type: 'integer', default: 8, min: 2, max: 50, description: 'slower one' },
  },
  setup: ({ params, indicators }) => ({ a: indicators.sma(params.fast), b: indicators.sma(params.slow) }),
  next({ orders, position, bar, log }, { a, b }) {
    if (position.isFlat && crossAbove(a, b)) orders.buy({ stopLossPercent: 1 });
    else if (position.isLong && crossBelow(a, b)) orders.close();
    if (bar.index % 50 === 0) log(\`bar \${bar.index}\`);
  },
});
`;

/** A block of bars of one market, as it crosses into a realm. */
export function packed(columns: CandleColumns, from: number, to: number): Float64Array {
  const { time, open, high, low, close, volume } = columns;
  const all = [time, open, high, low, close, volume];
  return Float64Array.from([1, to - from, 0, 0, ...all.flatMap((column) => [...column.subarray(from, to)])]);
}

const { create: createRealm } = createVmRealms(realmSource);

/** A realm with the strategy of `source` loaded, but not begun. */
export function realmOf(source: string): Realm {
  const prepared = prepareSource(source);
  if (!prepared.ok) throw new Error(prepared.message);
  return createRealm(prepared.script);
}

export function begin(
  realm: Realm,
  params: Readonly<Record<string, number>> = {},
  logBytes = 65_536,
): unknown {
  const run = { settings: defaultRunSettings, symbols: ['TEST'], timeframe: '1h' };
  const request = { ...run, params, intentsPerBar: 16, logBytes };
  return JSON.parse(realm.begin(JSON.stringify(request)));
}

/** Source of a strategy without indicators; `{ log, bar, orders, ... }` are at hand in `next`. */
export function sourceOf(next: string, module = ''): string {
  return `import { defineStrategy } from 'strategy-lab';
${module}
export default defineStrategy({
  name: 'probe',
  setup: () => null,
  next({ log, bar, bars, orders, position, account, random }) {
    ${next}
  },
});
`;
}

export interface Played {
  readonly intents: number;
  readonly log: readonly string[];
  readonly failure: { readonly phase: string; readonly message: string } & Readonly<Record<string, unknown>>;
}

/** Runs a strategy over `bars` bars in one chunk. */
export function play(source: string, bars = 1): Played {
  const realm = realmOf(source);
  realm.load();
  begin(realm);
  const intents = realm.feed(packed(market, 0, bars));
  const failure = realm.failure();
  return {
    intents,
    log: JSON.parse(realm.log()) as string[],
    failure: JSON.parse(failure === '' ? '{}' : failure) as Played['failure'],
  };
}
