import { describe, expect, it } from 'vitest';
import { blockParts } from '../../../extension/backtest/barsBlock.ts';
import type { CandleColumns } from '../../../extension/contracts/candles.ts';
import { type IndicatorCase, indicatorCases } from '../../backtest/support/indicatorCases.ts';
import { indicatorDeclarations } from '../../backtest/support/indicatorDeclarations.ts';
import { computed, titleOf } from '../../backtest/support/indicatorRun.ts';
import { syntheticMarket } from '../../backtest/support/market.ts';
import { nastyMarket } from '../../backtest/support/nastyMarket.ts';
import { pythonArgument } from './engine/parity.ts';
import { firstDifference, hasPython, Jobs, numbersOf, snakeCase } from './engine/python.ts';

interface Answer {
  readonly warmUp: number;
  readonly parts: Readonly<Record<string, string>>;
}

const markets: readonly (readonly [string, CandleColumns, readonly number[]])[] = [
  ['calm prices', syntheticMarket({ bars: 1500, seed: 5 }), [1500]],
  ['what breaks careless sums', nastyMarket(1500, 3), [1, 7, 400, 64]],
  ['spikes and jumps, in other pieces', nastyMarket(1100, 11), [333]],
];
/** Each indicator with nothing said that need not be said. */
const shortest = indicatorDeclarations().map(({ name, numbers, defaults }): IndicatorCase => {
  if (name === 'correlation') return ['correlation', 5, 'close', 'volume'];
  // Numbers have usual values all together or not at all, but for the factor of T3.
  const needed = name === 't3' ? 1 : defaults.length > 0 ? 0 : numbers.length;
  return [name as IndicatorCase[0], ...Array.from({ length: needed }, () => 5)];
});
const pythonCases = (calls: readonly IndicatorCase[]): unknown[][] =>
  calls.map(([name, ...given]) => [snakeCase(name), ...given.map(pythonArgument)]);
const cases = pythonCases(indicatorCases);

describe.skipIf(!hasPython)('indicators in Python', () => {
  const jobs = new Jobs();
  for (const [, columns, chunks] of markets) {
    jobs.add({ kind: 'indicators', cases, blocks: blocksOf(jobs, columns, chunks) });
  }
  // Longer than the window, which drops its oldest bars.
  const long = syntheticMarket({ bars: 26_000, seed: 8 });
  const longCases = indicatorCases.filter((_, place) => place % 9 === 0);
  const longPieces = [4096, 1000, 4000];
  const longJob = jobs.add({
    kind: 'indicators',
    cases: pythonCases(longCases),
    blocks: blocksOf(jobs, long, longPieces),
  });
  const [[, calm]] = markets as [(typeof markets)[number]];
  const shortestJob = jobs.add({
    kind: 'indicators',
    cases: pythonCases(shortest),
    blocks: blocksOf(jobs, calm, [1500]),
  });
  const answers = jobs.answers() as Answer[][];

  for (const [number, [name, columns, chunks]] of markets.entries()) {
    it(`are equal to the bit on ${name}, with the same first bars`, () => {
      for (const [place, call] of indicatorCases.entries()) {
        expectEqual(titleOf(call), computed(call, columns, chunks), answers[number]?.[place]);
      }
    });
  }

  it('have the same usual arguments', () => {
    for (const [place, call] of shortest.entries()) {
      expectEqual(titleOf(call), computed(call, calm, [1500]), answers[shortestJob]?.[place]);
    }
  });

  it('are equal to the bit when the window has moved up', () => {
    for (const [place, call] of longCases.entries()) {
      expectEqual(titleOf(call), computed(call, long, longPieces), answers[longJob]?.[place]);
    }
  });
});

function blocksOf(jobs: Jobs, columns: CandleColumns, chunks: readonly number[]): number[] {
  const blocks: number[] = [];
  for (let from = 0, piece = 0; from < columns.time.length; piece++) {
    const to = Math.min(columns.time.length, from + (chunks[piece % chunks.length] as number));
    blocks.push(jobs.block(blockParts([{ columns, from, to }])));
    from = to;
  }
  return blocks;
}

function expectEqual(title: string, engine: ReturnType<typeof computed>, python: Answer | undefined): void {
  expect(python?.warmUp, title).toBe(engine.warmUp);
  expect(Object.keys(python?.parts ?? {}), title).toEqual(Object.keys(engine.parts).map(snakeCase));
  for (const [part, values] of Object.entries(engine.parts)) {
    const text = python?.parts[snakeCase(part)] ?? '';
    expect(firstDifference(values, numbersOf(text)), `${title}, ${part}`).toBe('');
  }
}
