import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FillHash } from '../../extension/backtest/fillHash.ts';
import { intentWidth } from '../../extension/backtest/intents.ts';
import { Ledger } from '../../extension/backtest/ledger.ts';
import { StrategySession } from '../../extension/backtest/session.ts';
import { Settlement } from '../../extension/backtest/settlement.ts';
import { expectAgreement } from './support/compare.ts';
import { runEngine } from './support/engineRun.ts';
import { syntheticMarket } from './support/market.ts';
import { programOf, settingsArbitrary, strategyOfProgram } from './support/programs.ts';
import { runReference } from './support/referenceRun.ts';

const bars = 80;
const marketArbitrary = fc
  .record({ seed: fc.integer({ min: 0, max: 1_000_000 }), swing: fc.constantFrom(0.01, 0.05, 0.3, 0.6) })
  .map((options) => syntheticMarket({ bars, ...options }));
const chunksArbitrary = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 5 });
/** Every case that a random program can meet is met within this many programs. */
const numRuns = 400;

describe('random order programs', () => {
  it('give the same trades, rejections and equity as a second implementation', () => {
    const seen = new Map<string, number>();
    const count = (what: string): void => void seen.set(what, (seen.get(what) ?? 0) + 1);
    fc.assert(
      fc.property(programOf(bars), marketArbitrary, settingsArbitrary, (program, market, settings) => {
        const strategy = strategyOfProgram(program);
        const engine = runEngine(strategy, market, { settings, chunks: [7, 64] });
        expectAgreement(engine, runReference(strategy, market, settings, {}));
        for (const { side, exitReason } of engine.trades) count(`${side} ${exitReason}`);
        for (const { reason } of engine.ledger.rejections) count(reason);
      }),
      { numRuns, seed: 1 },
    );
    const reasons = ['signal', 'reverse', 'stop-loss', 'take-profit', 'open'];
    const expected = [
      ...reasons.flatMap((reason) => [`long ${reason}`, `short ${reason}`]),
      'short bankrupt',
      'insufficient-cash',
      'below-step',
      'below-minimum-notional',
      'no-position',
      'stop-on-wrong-side',
      'target-on-wrong-side',
      'end-of-data',
      'bankrupt',
    ];
    expect([...seen.keys()].sort()).toEqual(expected.sort());
  });

  it('are settled by the host to the bit as the sandbox did, whatever the chunks of each', () => {
    fc.assert(
      fc.property(
        programOf(bars),
        marketArbitrary,
        settingsArbitrary,
        chunksArbitrary,
        chunksArbitrary,
        (program, market, settings, sandboxChunks, hostChunks) => {
          const ledger = new Ledger();
          const session = new StrategySession(strategyOfProgram(program), {
            settings,
            timeframe: '1h',
            params: {},
            intentsPerBar: 1000,
            log: () => undefined,
            ledger,
          });
          const equity = new Float64Array(bars);
          forChunks(sandboxChunks, (from, to) => session.feed([{ columns: market, from, to }], equity, from));
          session.portfolio.endOfData(bars - 1, market.time[bars - 1] as number);

          const settlement = new Settlement(settings, [{ columns: market }], '1h');
          const intents = session.intents.used;
          forChunks(hostChunks, (from, to) => {
            const rows = rowsBetween(intents, from, to);
            settlement.feed(from, to, rows, rows.length / intentWidth);
          });
          const settled = settlement.finish();

          expect(settlement.fills).toBe(session.portfolio.fills);
          expect([settlement.fillHashHigh, settlement.fillHashLow]).toEqual([
            session.portfolio.hash.high,
            session.portfolio.hash.low,
          ]);
          expect(settled.equity).toEqual(equity);
          expect(settled.finalCash).toBe(session.portfolio.account.cash);
          expect(settled.ledger.fills.used).toEqual(ledger.fills.used);
          expect(settled.ledger.trades).toEqual(ledger.trades);
          expect(settled.ledger.rejections).toEqual(ledger.rejections);
        },
      ),
      { numRuns: 150, seed: 2 },
    );
  });
});

describe('the fill hash', () => {
  const hashOf = (values: readonly number[]): string => {
    const hash = new FillHash();
    for (const value of values) hash.add(value);
    return `${hash.high}/${hash.low}`;
  };

  it('differs whenever one number differs, be it in its last bit', () => {
    const numbers = fc.array(fc.double({ noNaN: true }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(numbers, fc.nat(), fc.integer({ min: 0, max: 63 }), (values, pick, bit) => {
        const bits = new BigUint64Array(Float64Array.from(values).buffer);
        const index = pick % values.length;
        bits[index] = (bits[index] as bigint) ^ (1n << BigInt(bit));
        expect(hashOf([...new Float64Array(bits.buffer)])).not.toBe(hashOf(values));
      }),
      { numRuns: 500, seed: 3 },
    );
  });

  it('differs when two numbers change places', () => {
    expect(hashOf([1, 2, 3])).not.toBe(hashOf([1, 3, 2]));
  });
});

function forChunks(lengths: readonly number[], run: (from: number, to: number) => void): void {
  for (let from = 0, piece = 0; from < bars; piece++) {
    const to = Math.min(bars, from + (lengths[piece % lengths.length] as number));
    run(from, to);
    from = to;
  }
}

function rowsBetween(intents: Float64Array, from: number, to: number): Float64Array {
  const rows: number[] = [];
  for (let offset = 0; offset < intents.length; offset += intentWidth) {
    const bar = intents[offset] as number;
    if (bar >= from && bar < to) rows.push(...intents.subarray(offset, offset + intentWidth));
  }
  return Float64Array.from(rows);
}
