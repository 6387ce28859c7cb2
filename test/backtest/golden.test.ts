import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { engineVersion } from '../../extension/backtest/rules.ts';
import { runEngine } from './support/engineRun.ts';
import { type GoldenRun, goldenRuns } from './support/goldenRuns.ts';

function bytesOf(values: Float64Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

function hashesOf({ strategy, markets, settings }: GoldenRun) {
  const { ledger, equity, trades } = runEngine(strategy, markets, { settings });
  const hash = (content: Uint8Array | string) => createHash('sha256').update(content).digest('hex');
  return {
    fills: ledger.fills.rows,
    orderEvents: hash(bytesOf(ledger.orderEvents.used)),
    fillsHash: hash(bytesOf(ledger.fills.used)),
    equity: hash(bytesOf(equity)),
    trades: hash(JSON.stringify(trades)),
  };
}

it('no fill, event, trade or equity of this engine version changes by a bit', async () => {
  const runs = goldenRuns(20_000).map((run) => [run.name, hashesOf(run)]);
  const text = `${JSON.stringify(Object.fromEntries(runs), null, 2)}\n`;
  // A change of any rule raises the version, and with it names another file.
  await expect(text).toMatchFileSnapshot(`./golden/engine-${engineVersion}.json`);
});
