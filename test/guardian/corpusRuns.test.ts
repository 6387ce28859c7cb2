import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { blockParts } from '../../extension/backtest/barsBlock.ts';
import { defaultRunSettings } from '../../extension/contracts/backtest.ts';
import { syntheticMarket } from '../backtest/support/market.ts';
import { realmOf } from '../runner/support/realm.ts';
import { sectionsOf } from './corpus/sections.ts';

const clean = sectionsOf(readFileSync(new URL('./corpus/clean.md', import.meta.url), 'utf8'));
const bars = 2400;
const pieces = [1, 2].map((seed) => ({ columns: syntheticMarket({ bars, seed }), from: 0, to: bars }));
const block = Float64Array.from(blockParts(pieces).flatMap((part) => [...part]));

test.each(clean)('what Guardian finds clean runs over two markets: $title', ({ code }) => {
  const realm = realmOf(code[0] ?? '');
  const loaded = JSON.parse(realm.load()) as {
    readonly description: { readonly params: Readonly<Record<string, { readonly default: number }>> };
  };
  const params = Object.fromEntries(
    Object.entries(loaded.description.params).map(([name, parameter]) => [name, parameter.default]),
  );
  const run = { settings: defaultRunSettings, symbols: ['BTC', 'ETH'], timeframe: '1h', params };
  const begun: unknown = JSON.parse(
    realm.begin(JSON.stringify({ ...run, intentsPerBar: 64, logBytes: 65_536 })),
  );
  expect(begun).toMatchObject({ ok: true });
  const intents = realm.feed(block);
  expect(realm.failure()).toBe('');
  expect(intents).toBeGreaterThanOrEqual(0);
});
