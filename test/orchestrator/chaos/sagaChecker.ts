import type { FinalEvent, HistoryRecord } from './history.ts';

const ends = ['saga.completed', 'saga.failed', 'saga.cancelled', 'saga.rejected'];
const steps = ['a', 'b', 'c', 'd'];

/**
 * Judges sagas of the steps a to d, each with an effect and its undoing, by their events and by what was done in
 * the world. That knows requests by their keys: what was done or undone once stays so, whoever asks again.
 */
export function sagaProblems(
  history: readonly HistoryRecord[],
  events: readonly FinalEvent[],
  complain: (what: string) => void,
): void {
  const streams = Map.groupBy(events, ({ stream }) => stream.replace(/^saga\//, ''));
  const failing = new Map<string, string | null>();
  const cancelled = new Set<string>();
  const world = new Map<string, World>();
  for (const [at, record] of history.entries()) {
    if (record.kind === 'saga-acknowledged') failing.set(record.saga, record.failing);
    else if (record.kind === 'saga-cancelled') cancelled.add(record.saga);
    else if (record.kind === 'did' || record.kind === 'undid') {
      const known = world.get(record.saga) ?? { did: new Map(), undid: new Map() };
      world.set(record.saga, known);
      const first = known[record.kind];
      if (!first.has(record.step)) first.set(record.step, at);
    }
  }
  for (const saga of [...failing.keys(), ...cancelled, ...world.keys()]) {
    if (!streams.has(saga)) complain(`saga ${saga} was acknowledged and is lost`);
  }
  for (const [saga, facts] of streams) {
    const about = (what: string) => complain(`saga ${saga}: ${what}`);
    const done = world.get(saga) ?? { did: new Map(), undid: new Map() };
    const end = checkFacts(facts, about);
    if (failing.get(saga) && end === 'saga.completed') about('a saga with a broken step completed');
    if (failing.get(saga) === null && end === 'saga.failed') about('it failed, and no step of it was broken');
    if (cancelled.has(saga) && end !== 'saga.cancelled') about(`cancelled, it ended ${end}`);
    if (end === 'saga.completed') checkComplete(facts, done, about);
    else checkUndone(facts, done, about);
  }
}

interface World {
  /** The first time that each step's effect was made and undone, as a place in the history. */
  readonly did: Map<string, number>;
  readonly undid: Map<string, number>;
}

/** Events have no holes, one end, which is the last, and no step begins while the saga is undone. Answers the end. */
function checkFacts(facts: readonly FinalEvent[], complain: (what: string) => void): string {
  if (facts.some(({ sequence }, index) => sequence !== index + 1)) complain('its events have holes');
  const last = facts.at(-1)?.type ?? '';
  if (!ends.includes(last)) complain(`it did not end: its last event is ${last}`);
  if (facts.filter(({ type }) => ends.includes(type)).length > 1) complain('it ended more than once');
  const undoing = facts.findIndex(
    ({ type }) => type === 'saga.cancel-requested' || type === 'saga.step-failed',
  );
  const completed = new Set<unknown>();
  let open: unknown = null;
  let lowest = steps.length;
  for (const [index, { type, data }] of facts.entries()) {
    const { step } = data;
    const place = steps.indexOf(String(step));
    if (type === 'saga.step-started') {
      if (undoing >= 0 && index > undoing) complain(`step ${step} began after the saga was to be undone`);
      if (place > 0 && !completed.has(steps[place - 1])) complain(`step ${step} began too early`);
    } else if (type === 'saga.step-completed') {
      if (completed.has(step)) complain(`step ${step} was done twice`);
      completed.add(step);
    } else if (type === 'saga.compensation-started') {
      if (open !== null && open !== step) complain(`step ${step} was undone while ${open} was`);
      if (open === null && place >= lowest) complain(`step ${step} was undone out of order`);
      open = step;
      lowest = place;
    } else if (type === 'saga.compensation-completed') {
      if (open !== step) complain(`the undoing of ${step} ended and had not begun`);
      open = null;
    } else if (type === 'saga.compensation-failed') complain(`step ${step} could not be undone`);
  }
  return last;
}

function checkComplete(
  facts: readonly FinalEvent[],
  { did, undid }: World,
  complain: (what: string) => void,
): void {
  for (const step of steps) {
    const hasResult = facts.some(({ type, data }) => type === 'saga.step-completed' && data['step'] === step);
    if (!hasResult) complain(`step ${step} has no result in a completed saga`);
    if (!did.has(step)) complain(`the effect of ${step} is lost`);
    if (undid.has(step)) complain(`the effect of ${step} was undone in a completed saga`);
  }
}

/** Each effect is undone, and in the world too the last one first. */
function checkUndone(
  facts: readonly FinalEvent[],
  { did, undid }: World,
  complain: (what: string) => void,
): void {
  for (const step of steps) {
    const hasBegun = facts.some(({ type, data }) => type === 'saga.step-started' && data['step'] === step);
    if (did.has(step) && !undid.has(step)) complain(`the effect of ${step} was not undone`);
    if (did.has(step) && !hasBegun) complain(`step ${step} ran and nobody had begun it`);
    if (undid.has(step) && !hasBegun) complain(`step ${step} was undone and had not begun`);
    const isUndone = facts.some(
      ({ type, data }) => type === 'saga.compensation-completed' && data['step'] === step,
    );
    if (hasBegun && !isUndone) complain(`the undoing of ${step} is not complete`);
    if (isUndone && !undid.has(step)) complain(`the undoing of ${step} left no trace`);
  }
  const order = [...undid].sort(([, a], [, b]) => a - b).map(([step]) => step);
  if (order.join() !== order.toSorted().reverse().join()) complain(`it was undone in the order ${order}`);
}
