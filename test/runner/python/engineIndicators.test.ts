import { describe, expect, it } from 'vitest';
import { blockParts } from '../../../extension/backtest/barsBlock.ts';
import type { CandleColumns } from '../../../extension/contracts/candles.ts';
import { indicatorCases } from '../../backtest/support/indicatorCases.ts';
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
const cases = indicatorCases.map(([name, ...given]) => [snakeCase(name), ...given.map(pythonArgument)]);

describe.skipIf(!hasPython)('indicators in Python', () => {
  const jobs = new Jobs();
  for (const [, columns, chunks] of markets) {
    jobs.add({ kind: 'indicators', cases, blocks: blocksOf(jobs, columns, chunks) });
  }
  // Longer than the window, which drops its oldest bars.
  const long = syntheticMarket({ bars: 26_000, seed: 8 });
  const longCases = indicatorCases.filter((_, place) => place % 9 === 0);
  const longPieces = [4096, 1000, 4000];
  jobs.add({
    kind: 'indicators',
    cases: cases.filter((_, place) => place % 9 === 0),
    blocks: blocksOf(jobs, long, longPieces),
  });
  const answers = jobs.answers() as Answer[][];

  for (const [number, [name, columns, chunks]] of markets.entries()) {
    it(`are equal to the bit on ${name}, with the same first bars`, () => {
      for (const [place, call] of indicatorCases.entries()) {
        expectEqual(titleOf(call), computed(call, columns, chunks), answers[number]?.[place]);
      }
    });
  }

  it('are equal to the bit when the window has moved up', () => {
    for (const [place, call] of longCases.entries()) {
      expectEqual(titleOf(call), computed(call, long, longPieces), answers.at(-1)?.[place]);
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
