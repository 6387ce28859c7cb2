import { timeframeMilliseconds } from '../contracts/timeframes.ts';
import type { DataSet } from './store/store.ts';

/** Whether one run can hold both sets: two markets of one timeframe that share some time. */
export function canJoin(main: DataSet, other: DataSet): boolean {
  return !isSameMarket(main, other) && main.meta.timeframe === other.meta.timeframe && overlaps(main, other);
}

/** Whether `finer` can decide what the bars of `main` leave open. */
export function canDecideInside(main: DataSet, finer: DataSet): boolean {
  const [bar, part] = [main, finer].map(({ meta }) => timeframeMilliseconds[meta.timeframe]) as [
    number,
    number,
  ];
  return isSameMarket(main, finer) && part < bar && bar % part === 0 && overlaps(main, finer);
}

function isSameMarket({ meta: a }: DataSet, { meta: b }: DataSet): boolean {
  return a.symbol === b.symbol && a.venue === b.venue;
}

function overlaps(a: DataSet, b: DataSet): boolean {
  const end = ({ lastTime, meta }: DataSet): number => lastTime + timeframeMilliseconds[meta.timeframe];
  return a.firstTime < end(b) && b.firstTime < end(a);
}
