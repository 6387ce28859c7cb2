import type { Mark, MarkKind } from '../../contracts/backtestPanel.ts';
import type { Buckets } from './buckets.ts';
import type { TradeEvent } from './preparedRun.ts';

/** Widths of a bucket that a mark takes: within, marks of one kind are drawn as one where there are many. */
const bucketsPerMark = 4;

export interface Marks {
  readonly marks: Mark[];
  /** Entries and exits that they stand for. */
  readonly marked: number;
}

/**
 * The entries and exits within the buckets, in the order of their bars. Those of one kind and bar are one
 * mark; where even these are many, so are those of neighbouring bars.
 * @param room buckets that the range has room for
 */
export function marksWithin(events: readonly TradeEvent[], { from, to }: Buckets, room: number): Marks {
  const first = firstEventFrom(events, from);
  const end = firstEventFrom(events, to);
  const isDense = end - first > room / 2;
  const span = isDense ? Math.ceil(((to - from) * bucketsPerMark) / room) : 1;
  const marks: Mark[] = [];
  let open = new Map<MarkKind, Mark>();
  let place = -1;
  for (let index = first; index < end; index++) {
    const event = events[index] as TradeEvent;
    const here = Math.floor(event.bar / span);
    if (here !== place) {
      marks.push(...open.values());
      open = new Map();
      place = here;
    }
    const known = open.get(event.kind);
    open.set(event.kind, known === undefined ? { ...event, count: 1 } : { ...known, count: known.count + 1 });
  }
  marks.push(...open.values());
  return { marks: marks.sort((a, b) => a.bar - b.bar), marked: end - first };
}

function firstEventFrom(events: readonly TradeEvent[], bar: number): number {
  let from = 0;
  let to = events.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((events[middle] as TradeEvent).bar < bar) from = middle + 1;
    else to = middle;
  }
  return from;
}
