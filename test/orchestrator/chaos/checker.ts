import type { FinalState, FinalTask, HistoryRecord, WishedTask } from './history.ts';
import { sagaProblems } from './sagaChecker.ts';

type Of<Kind> = Extract<HistoryRecord, { readonly kind: Kind }> & { readonly at: number };

const ended = ['done', 'dead', 'cancelled'];

/**
 * Judges a history and the state that it left; an empty list is right. Works from records and rows alone and
 * imports nothing of the code under test. A record is written before a call or after its answer, so only such
 * orders are judged as hold whenever a process was stopped between the two.
 */
export function problemsOf(history: readonly HistoryRecord[], state: FinalState): string[] {
  const problems: string[] = [];
  const complain = (what: string) => problems.push(what);
  const records = history.map((record, at) => ({ ...record, at }));
  const of = <Kind extends HistoryRecord['kind']>(kind: Kind) =>
    records.filter((record): record is Of<Kind> & (typeof records)[number] => record.kind === kind);

  const rows = new Map(state.tasks.map((task) => [task.id, task]));
  checkWishes(of('wished'), of('acknowledged'), state.tasks, complain);
  const asked = Map.groupBy(of('asked'), ({ id }) => id);
  const acceptedAt = new Map(of('accepted').map(({ call, at }) => [call, at]));
  const refused = new Set(of('refused').map(({ call }) => call));
  const claims = Map.groupBy(of('claimed'), ({ id }) => id);
  const effects = Map.groupBy(of('effect'), ({ id }) => id);
  const replays = Map.groupBy(of('replay-asked'), ({ id }) => id);
  const cancelAsked = new Set(of('cancel-asked').map(({ id }) => id));
  const cancelled = new Map(of('cancelled').map(({ id, at }) => [id, at]));
  const wishes = new Map(of('wished').flatMap(({ tasks }) => tasks.map((task) => [task.id, task])));

  for (const task of state.tasks) {
    const wish = wishes.get(task.id);
    if (wish === undefined) {
      complain(`task ${task.id} was made up: nobody asked for it`);
      continue;
    }
    const facts: TaskFacts = {
      task,
      wish,
      claims: claims.get(task.id) ?? [],
      effects: effects.get(task.id) ?? [],
      asked: asked.get(task.id) ?? [],
      acceptedAt,
      refused,
      replays: replays.get(task.id)?.length ?? 0,
      cancelledAt: cancelled.get(task.id),
      isCancelAsked: cancelAsked.has(task.id),
    };
    checkEnd(facts, complain);
    checkFencing(facts, complain);
    checkCheckpoints(facts, complain);
    checkCancellation(facts, complain);
  }
  for (const id of claims.keys()) if (!rows.has(id)) complain(`task ${id} was claimed and is lost`);
  checkCounts(state, complain);
  checkLeaders(of('leads'), complain);
  sagaProblems(history, state.events, complain);
  return problems;
}

type Complain = (what: string) => void;

interface TaskFacts {
  readonly task: FinalTask;
  readonly wish: WishedTask;
  readonly claims: readonly Of<'claimed'>[];
  readonly effects: readonly Of<'effect'>[];
  readonly asked: readonly Of<'asked'>[];
  readonly acceptedAt: ReadonlyMap<string, number>;
  readonly refused: ReadonlySet<string>;
  readonly replays: number;
  readonly cancelledAt: number | undefined;
  readonly isCancelAsked: boolean;
}

/** What was acknowledged is there, a batch in whole or not at all, and a key stands for one task. */
function checkWishes(
  wished: readonly Of<'wished'>[],
  acknowledged: readonly Of<'acknowledged'>[],
  tasks: readonly FinalTask[],
  complain: Complain,
): void {
  const rows = new Map(tasks.map((task) => [task.id, task]));
  const byKey = Map.groupBy(
    tasks.filter(({ key }) => key !== null),
    ({ tenant, key }) => `${tenant} ${key}`,
  );
  for (const [key, same] of byKey) {
    if (same.length > 1) complain(`the key ${key} made ${same.length} tasks`);
  }
  if (rows.size !== tasks.length) complain('an id stands for more than one task');
  const batches = new Map(wished.map(({ call, tasks: batch }) => [call, batch]));
  for (const [call, batch] of batches) {
    const there = batch.filter(
      ({ id, tenant, key }) => rows.has(id) || (key !== null && byKey.has(`${tenant} ${key}`)),
    );
    if (there.length !== 0 && there.length !== batch.length) complain(`the batch ${call} was cut in two`);
  }
  const timesNew = new Map<string, number>();
  for (const { call, answers } of acknowledged) {
    const batch = batches.get(call) ?? [];
    if (batch.length !== answers.length)
      complain(`the batch ${call} was answered for ${answers.length} tasks`);
    for (const [index, { id, isNew }] of answers.entries()) {
      const wish = batch[index];
      if (!rows.has(id)) complain(`task ${id} was acknowledged and is lost`);
      if (isNew) timesNew.set(id, (timesNew.get(id) ?? 0) + 1);
      if (wish === undefined || wish.id === id) continue;
      const own = byKey.get(`${wish.tenant} ${wish.key}`)?.[0];
      if (own?.id !== id) complain(`the key ${wish.key} was answered with ${id} and stands for ${own?.id}`);
    }
  }
  for (const [id, times] of timesNew) if (times > 1) complain(`task ${id} was new ${times} times`);
}

/** Every task has come to one end, by a settlement that was asked for under its last epoch. */
function checkEnd(
  { task, wish, asked, effects, claims, replays, refused }: TaskFacts,
  complain: Complain,
): void {
  const { id, epoch } = task;
  if (!ended.includes(task.state)) complain(`task ${id} did not end: it is ${task.state}`);
  if (task.state === 'done') {
    const call = callOf(task.result);
    const completion = asked.find((ask) => ask.call === call && ask.how === 'complete');
    if (completion === undefined) complain(`task ${id} has a result that no worker gave`);
    else {
      if (completion.epoch !== epoch)
        complain(`task ${id} has the result of epoch ${completion.epoch}, not ${epoch}`);
      if (refused.has(completion.call)) complain(`task ${id} has a result that was refused`);
      const isDone = effects.some((effect) => effect.epoch === completion.epoch && effect.at < completion.at);
      // What a saga's turn does in the world is judged with the saga.
      if (!isDone && task.type === 'work') complain(`task ${id} has a result and no effect`);
    }
  } else if (task.result !== null) complain(`task ${id} is ${task.state} and has a result`);
  if (task.state === 'dead') {
    const hasFailed = asked.some(
      (ask) =>
        ask.how === 'fail' && ask.epoch === epoch && ask.error === task.error && !refused.has(ask.call),
    );
    if (task.deadReason === 'failed' && !hasFailed) complain(`task ${id} is dead of a failure nobody told`);
    if (task.deadReason === 'lost' && task.attempts < wish.maximumAttempts) {
      complain(`task ${id} was given up after ${task.attempts} of ${wish.maximumAttempts} attempts`);
    }
    if (task.deadReason === 'deadline' && !wish.hasDeadline)
      complain(`task ${id} missed a deadline it had not`);
  }
  const yields = asked.filter(({ how }) => how === 'yield').length;
  if (claims.length - yields > wish.maximumAttempts * (1 + replays)) {
    complain(`task ${id} was tried ${claims.length - yields} times`);
  }
}

/** Each epoch has one worker and one end; once a newer one is known of, an older one is heard no more. */
function checkFencing({ task, claims, asked, acceptedAt }: TaskFacts, complain: Complain): void {
  const { id } = task;
  for (const [epoch, same] of Map.groupBy(claims, (claim) => claim.epoch)) {
    if (same.length > 1) complain(`epoch ${epoch} of task ${id} was given out ${same.length} times`);
    if (epoch > task.epoch) complain(`task ${id} forgot epoch ${epoch}`);
  }
  const accepted = asked.filter(({ call }) => acceptedAt.has(call));
  const ends = accepted.filter(({ how }) => how !== 'checkpoint');
  for (const [epoch, same] of Map.groupBy(ends, (ask) => ask.epoch)) {
    if (same.length > 1) complain(`epoch ${epoch} of task ${id} was settled ${same.length} times`);
  }
  if (ends.filter(({ how }) => how === 'complete').length > 1) complain(`task ${id} was completed twice`);
  for (const { epoch, how, at } of accepted) {
    const newer = claims.find((claim) => claim.epoch > epoch && claim.at < at);
    if (newer !== undefined) {
      complain(`task ${id} took a ${how} of epoch ${epoch} after epoch ${newer.epoch} had begun`);
    }
    if (!claims.some((claim) => claim.epoch === epoch)) complain(`task ${id} took a ${how} of nobody`);
    const isOver = ends.some((end) => end.epoch === epoch && (acceptedAt.get(end.call) ?? 0) < at);
    if (how === 'checkpoint' && isOver) complain(`task ${id} took a checkpoint after its end`);
  }
}

/** An attempt begins where the last one was known to be, or further. */
function checkCheckpoints({ task, claims, asked, acceptedAt }: TaskFacts, complain: Complain): void {
  for (const { epoch, part } of claims) {
    const kept = asked.filter(
      ({ how, ...ask }) => (how === 'checkpoint' || how === 'yield') && ask.epoch < epoch,
    );
    const least = Math.max(0, ...kept.filter(({ call }) => acceptedAt.has(call)).map((ask) => ask.part));
    const most = Math.max(0, ...kept.map((ask) => ask.part));
    if (part < least || part > most) {
      complain(`epoch ${epoch} of task ${task.id} began at part ${part}, which is not ${least} to ${most}`);
    }
  }
}

function checkCancellation(
  { task, claims, effects, asked, acceptedAt, cancelledAt, isCancelAsked }: TaskFacts,
  complain: Complain,
): void {
  const { id } = task;
  if (task.state === 'cancelled' && !isCancelAsked) complain(`task ${id} was cancelled by nobody`);
  if (cancelledAt === undefined) return;
  if (task.state !== 'cancelled') complain(`task ${id} was cancelled and is ${task.state}`);
  // Cancelling takes an epoch of its own.
  for (const { epoch } of [...claims, ...effects]) {
    if (epoch >= task.epoch) complain(`task ${id} ran in epoch ${epoch}, after it was cancelled`);
  }
  for (const { call, how, at } of asked) {
    if (acceptedAt.has(call) && at > cancelledAt) complain(`task ${id} took a ${how} after it was cancelled`);
  }
}

/** The store's own counts are those of its tasks, and what ended has left no entry behind. */
function checkCounts({ tasks, counts, leftEntries }: FinalState, complain: Complain): void {
  const real = new Map<string, number>();
  for (const { tenant, priority, type, state } of tasks) {
    const line = `${tenant} ${priority} ${type} ${state}`;
    real.set(line, (real.get(line) ?? 0) + 1);
  }
  for (const { tenant, priority, type, state, count } of counts) {
    const line = `${tenant} ${priority} ${type} ${state}`;
    if ((real.get(line) ?? 0) !== count)
      complain(`the queue counts ${count} of ${line}: there are ${real.get(line) ?? 0}`);
    real.delete(line);
  }
  for (const [line, count] of real) complain(`the queue does not count ${line}: there are ${count}`);
  if (leftEntries > 0) complain(`${leftEntries} entries of tasks at work are left`);
}

function checkLeaders(leaders: readonly Of<'leads'>[], complain: Complain): void {
  for (const [epoch, same] of Map.groupBy(leaders, (leader) => leader.epoch)) {
    if (same.length > 1) complain(`${same.length} processes led in epoch ${epoch}`);
  }
}

/** The name of the call that gave a result, which the worker put into it. */
function callOf(result: string | null): unknown {
  const value: unknown = JSON.parse(result ?? 'null');
  return typeof value === 'object' && value !== null && 'call' in value ? value.call : null;
}
