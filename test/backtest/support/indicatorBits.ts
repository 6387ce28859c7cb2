import { naturalLogarithm } from '../../../extension/backtest/logarithm.ts';
import { indicatorCases } from './indicatorCases.ts';
import { computed, titleOf } from './indicatorRun.ts';
import { nastyMarket } from './nastyMarket.ts';

/** A line for each case: its title and a hash of the bits of all its values. Runs in any engine. */
export function indicatorBits(bars: number, seed: number): string {
  const columns = nastyMarket(bars, seed);
  const lines = indicatorCases.map((call) => {
    const hashes = Object.values(computed(call, columns).parts).map(hashOf);
    return `${titleOf(call)} ${hashes.join(' ')}`;
  });
  // No power of ten: in those the engines differ.
  const logarithms = columns.close.map((price, bar) =>
    naturalLogarithm(bar % 2 === 0 ? price * bar * bar : price / (bar * bar * bar)),
  );
  return [...lines, `logarithms ${hashOf(logarithms)}`].join('\n');
}

function hashOf(values: Float64Array): string {
  // NaN has many bit patterns.
  const view = new DataView(values.map((value) => (Number.isNaN(value) ? 0.125 : value)).buffer);
  let hash = 0x811c_9dc5;
  for (let place = 0; place < view.byteLength; place += 4) {
    hash = Math.imul(hash ^ view.getUint32(place), 0x0100_0193);
    hash ^= hash >>> 15;
  }
  return (hash >>> 0).toString(16);
}
