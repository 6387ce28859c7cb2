import type { StoredEvent } from '../../../../extension/contracts/journal.ts';
import type { EffectEntry, Effects } from './effects.ts';
import { type Plan, retries } from './scenario.ts';

/** An event as the checker reads it: it knows nothing of the engine's own reducer. */
interface Fact {
  readonly sequence: number;
  readonly type: string;
  readonly time: number;
  readonly step: string;
  readonly generation: number;
  readonly data: Readonly<Record<string, unknown>>;
}

const ends = ['saga.completed', 'saga.failed', 'saga.rejected', 'saga.cancelled'];

export interface Checked {
  readonly end: string;
  readonly standing: ReadonlySet<string>;
  readonly children: readonly string[];
}

/** Finds what is wrong with a saga's events and its effects; an empty list is right. */
export function problemsOf(
  id: string,
  stored: readonly StoredEvent[],
  plan: Plan,
  effects: Effects,
): { problems: string[]; checked: Checked } {
  const facts = stored.map(({ sequence, type, time, data }): Fact => {
    const content = data as Record<string, unknown>;
    return {
      sequence,
      type: type.replace('saga.', ''),
      time,
      step: String(content['step'] ?? ''),
      generation: Number(content['generation'] ?? 0),
      data: content,
    };
  });
  const problems: string[] = [];
  const complain = (what: string) => problems.push(`${id}: ${what}`);
  if (facts.some(({ sequence }, index) => sequence !== index + 1)) complain('its events have holes');

  const last = `saga.${facts.at(-1)?.type}`;
  if (!ends.includes(last)) complain(`it ended with ${last}`);
  const endCount = facts.filter(({ type }) => ends.includes(`saga.${type}`)).length;
  const isUndoneLater = endCount === 2 && last === 'saga.cancelled' && facts.some(isParentsWish);
  if (endCount !== 1 && !isUndoneLater) complain(`it ended ${endCount} times`);

  const isCancelled = facts.some(({ type }) => type === 'cancel-requested');
  if (isCancelled !== (last === 'saga.cancelled'))
    complain(`it ended with ${last} and was ${isCancelled ? '' : 'not '}cancelled`);
  for (const { type, step, generation, data } of facts) {
    if (type === 'step-started' && data['idempotencyKey'] !== `${id}/${step}/${generation}`) {
      complain(`${step} has the key ${data['idempotencyKey']}`);
    }
  }
  checkOrder(facts, plan, complain);
  checkUndoing(facts, plan, complain);
  checkRetries(facts, complain);
  const standing = checkEffects(id, facts, plan, effects, complain);
  const children = facts
    .filter(({ type }) => type === 'child-started')
    .map(({ data }) => String(data['sagaId']));
  return { problems, checked: { end: last, standing, children } };
}

function isParentsWish({ type, data }: Fact): boolean {
  return type === 'cancel-requested' && data['byParent'] === true;
}

/** No step begins before all that it builds on is done, nor any while the saga is undone. */
function checkOrder(facts: readonly Fact[], { stages, gates }: Plan, complain: (what: string) => void): void {
  const done = new Map<string, number>();
  const approved = new Set<string>();
  let isUndoing = false;
  for (const { type, step, generation, data } of facts) {
    if (type === 'step-started') {
      if (isUndoing) complain(`${step} began while the saga was undone`);
      for (const earlier of before(stages, step)) {
        if (!done.has(earlier)) complain(`${step} began before ${earlier} was done`);
        if (gates.includes(earlier) && !approved.has(earlier))
          complain(`${step} began before ${earlier} was approved`);
      }
    } else if (type === 'step-completed') {
      if (done.get(step) === generation) complain(`${step} was done twice`);
      done.set(step, generation);
    } else if (type === 'decided') {
      if (data['action'] === 'approve') approved.add(step);
      else isUndoing = true;
    } else if (type === 'step-failed' || type === 'cancel-requested') {
      isUndoing = true;
    } else if (type === 'rolled-back' || type === 'restarted') {
      isUndoing = false;
      const from = String(data['to'] ?? data['from']);
      const gone = stages.flat(2).filter((name) => before(stages, name).includes(from));
      for (const name of type === 'restarted' ? [from, ...gone] : gone) {
        done.delete(name);
        approved.delete(name);
      }
      if (type === 'rolled-back') approved.delete(from);
    }
  }
}

function before(stages: Plan['stages'], step: string): string[] {
  const at = stages.findIndex((branches) => branches.flat().includes(step));
  const branch = stages[at]?.find((steps) => steps.includes(step)) ?? [];
  return [...stages.slice(0, at).flat(2), ...branch.slice(0, branch.indexOf(step))];
}

/**
 * Each time that steps are undone, the last begun is undone first, one at a time, and no step before those that have
 * built on it. Who cancels while a part is undone has the rest undone too, which may have begun later in another
 * branch.
 */
function checkUndoing(
  facts: readonly Fact[],
  { stages, steps }: Plan,
  complain: (what: string) => void,
): void {
  const began = new Map<string, number>();
  /** Steps whose current run could be undone and was not. */
  const standing = new Set<string>();
  const compensates = new Set(steps.filter((step) => step.compensates).map(({ name }) => name));
  let lowest = Number.POSITIVE_INFINITY;
  let open: string | null = null;
  for (const { type, step, generation, sequence } of facts) {
    const run = `${step}#${generation}`;
    if (type === 'step-started') {
      if (!began.has(run)) began.set(run, sequence);
      if (compensates.has(step)) standing.add(step);
    } else if (type === 'compensation-started') {
      if (open !== null && open !== run) complain(`${run} was undone while ${open} was`);
      const start = began.get(run) ?? 0;
      if (open === null && start >= lowest) complain(`${run} was undone out of order`);
      const built = [...standing].find((other) => before(stages, other).includes(step));
      if (built !== undefined) complain(`${run} was undone before ${built}, which has built on it`);
      lowest = Math.min(lowest, start);
      open = run;
    } else if (type === 'compensation-completed' || type === 'compensation-failed') {
      if (open !== run) complain(`the undoing of ${run} ended and had not begun`);
      open = null;
      standing.delete(step);
    } else if (['rolled-back', 'restarted', 'completed', 'cancel-requested'].includes(type)) {
      lowest = Number.POSITIVE_INFINITY;
    }
  }
}

function checkRetries(facts: readonly Fact[], complain: (what: string) => void): void {
  const failures = new Map<string, number>();
  const due = new Map<string, number>();
  for (const { type, step, generation, time, data } of facts) {
    const run = `${step}#${generation}`;
    if (type === 'step-retrying') {
      failures.set(run, (failures.get(run) ?? 0) + 1);
      due.set(run, Number(data['dueTime']));
      if ((failures.get(run) ?? 0) > retries) complain(`${run} was tried again too often`);
    }
    if (type === 'step-started' && time < (due.get(run) ?? 0)) complain(`${run} was tried again too early`);
  }
}

/** Every effect follows its intent, is made and undone once at most, and stands exactly where it shall. */
function checkEffects(
  id: string,
  facts: readonly Fact[],
  plan: Plan,
  effects: Effects,
  complain: (what: string) => void,
): ReadonlySet<string> {
  const own = effects.diary.filter(({ key }) => key.startsWith(`${id}/`));
  const count = (kind: EffectEntry['kind'], key: string) =>
    own.filter((entry) => entry.kind === kind && entry.key === key && entry.isEffective).length;
  const standing = new Set([...effects.standing].filter((key) => key.startsWith(`${id}/`)));
  for (const key of new Set(own.map((entry) => entry.key))) {
    if (count('do', key) > 1 || count('undo', key) > 1) complain(`${key} was effective more than once`);
    const [, step = '', generation = ''] = key.split('/');
    const of = (type: string) =>
      facts.filter((fact) => fact.type === type && fact.step === step && `${fact.generation}` === generation);
    const firstDone = own.find((entry) => entry.kind === 'do' && entry.key === key);
    const firstUndone = own.find((entry) => entry.kind === 'undo' && entry.key === key);
    const intended = of('step-started')[0];
    const undoing = of('compensation-started')[0];
    if (firstDone && (!intended || intended.time > firstDone.time)) complain(`${key} came before its intent`);
    if (firstUndone && (!undoing || undoing.time > firstUndone.time))
      complain(`${key} was undone unannounced`);
    const planned = plan.steps.find(({ name }) => name === step);
    if (planned?.compensates && of('compensation-completed').length > 0 && standing.has(key)) {
      complain(`${key} stands and was undone`);
    }
    const ended = facts.at(-1)?.type;
    if (ended !== 'completed' && standing.has(key) && planned?.compensates && !planned.cannotBeUndone) {
      complain(`${key} stands after the saga ended ${ended}`);
    }
  }
  const completed = facts.filter(({ type }) => type === 'step-completed');
  for (const { step, generation } of completed) {
    const key = `${id}/${step}/${generation}`;
    if (!own.some((entry) => entry.key === key && entry.kind === 'do'))
      complain(`${key} has a result and no effect`);
    const isUndone = facts.some(
      (fact) => fact.type === 'compensation-started' && fact.step === step && fact.generation === generation,
    );
    if (!isUndone && !standing.has(key)) complain(`the effect of ${key} is lost`);
  }
  if (facts.at(-1)?.type === 'completed') {
    for (const { name } of plan.steps) {
      const last = completed.findLast(({ step }) => step === name);
      if (last === undefined) complain(`${name} has no result in a completed saga`);
      else if (!standing.has(`${id}/${name}/${last.generation}`))
        complain(`the effect of ${name} does not stand`);
    }
  }
  return standing;
}
