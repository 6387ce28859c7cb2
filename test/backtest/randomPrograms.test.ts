import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { intentWidth } from '../../extension/backtest/intents.ts';
import { Ledger } from '../../extension/backtest/ledger.ts';
import { StrategySession } from '../../extension/backtest/session.ts';
import { Settlement } from '../../extension/backtest/settlement.ts';
import { timelineOf } from '../../extension/backtest/timeline.ts';
import { exitReasonSchema, rejectionSchema } from '../../extension/contracts/backtest.ts';
import { orderStates } from '../../extension/contracts/orderStates.ts';
import { expectAgreement, orderEventsOf } from './support/compare.ts';
import { piecesOf, runEngine, settledMarket } from './support/engineRun.ts';
import { programOf, settingsArbitrary, strategyOfProgram } from './support/programs.ts';
import { funded, oneMarket, severalMarkets } from './support/randomMarkets.ts';
import { runReference } from './support/referenceRun.ts';

const bars = 60;
const intentsPerBar = 1000;
const chunksArbitrary = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 5 });

/** Every case that a random program can meet is met within these numbers of programs. */
const runs = [
  ['one market', oneMarket(bars), 300],
  ['several markets that lack bars', severalMarkets(bars), 150],
  ['one market with recorded funding', funded(oneMarket(bars)), 100],
  ['several markets with recorded funding', funded(severalMarkets(bars)), 60],
] as const;

describe('random order programs', () => {
  const seen = new Set<string>();

  for (const [name, markets, numRuns] of runs) {
    it(`in ${name} give the same trades, events and equity as a second implementation`, () => {
      fc.assert(
        fc.property(programOf(bars), markets, settingsArbitrary, (program, inputs, settings) => {
          const strategy = strategyOfProgram(program);
          const engine = runEngine(strategy, inputs, { settings, chunks: [7, 64], intentsPerBar });
          for (const { side, exitReason } of engine.trades) seen.add(`${side} ${exitReason}`);
          for (const { reason } of engine.ledger.rejections) seen.add(reason);
          for (const { state } of orderEventsOf(engine)) seen.add(state);
          expectAgreement(engine, runReference(strategy, inputs, settings, {}));
        }),
        { numRuns, seed: 1 },
      );
    });
  }

  it('meet every state of an order, every reason to reject one and every reason to close', () => {
    const closed = exitReasonSchema.options.flatMap((reason) => [`long ${reason}`, `short ${reason}`]);
    // Thousands of entries are tested with the rule about them.
    const rejected = rejectionSchema.shape.reason.options.filter((reason) => reason !== 'too-many-entries');
    expect([...seen].sort()).toEqual([...closed, ...rejected, ...orderStates].sort());
  });

  for (const [name, markets] of runs) {
    it(`in ${name} are settled by the host to the bit as the sandbox did, whatever the chunks of each`, () => {
      fc.assert(
        fc.property(
          programOf(bars),
          markets,
          settingsArbitrary,
          chunksArbitrary,
          chunksArbitrary,
          (program, inputs, settings, sandboxChunks, hostChunks) => {
            const ledger = new Ledger();
            const timeline = timelineOf(inputs.map(({ columns }) => columns));
            const times = timeline.times.length;
            const session = new StrategySession(strategyOfProgram(program), {
              settings,
              symbols: inputs.map((_, market) => String(market)),
              timeframe: '1h',
              params: {},
              intentsPerBar,
              log: () => undefined,
              ledger,
            });
            const equity = new Float64Array(times);
            forChunks(sandboxChunks, times, (from, to) => {
              session.feed(piecesOf(inputs, timeline, from, to), equity, from);
            });
            session.portfolio.endOfData(times - 1, timeline.times[times - 1] as number);

            const settlement = new Settlement(settings, inputs.map(settledMarket), '1h');
            const intents = session.intents.used;
            forChunks(hostChunks, times, (from, to) => {
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
            expect(settled.costs).toEqual(session.portfolio.costs.totals);
            expect(settled.ledger.fills.used).toEqual(ledger.fills.used);
            expect(settled.ledger.orderEvents.used).toEqual(ledger.orderEvents.used);
            expect(settled.ledger.trades).toEqual(ledger.trades);
            expect(settled.ledger.rejections).toEqual(ledger.rejections);
          },
        ),
        { numRuns: 100, seed: 2 },
      );
    });
  }
});

function forChunks(lengths: readonly number[], times: number, run: (from: number, to: number) => void): void {
  for (let from = 0, piece = 0; from < times; piece++) {
    const to = Math.min(times, from + (lengths[piece % lengths.length] as number));
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
