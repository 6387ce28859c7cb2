import { LabError } from '../../../../extension/contracts/errors.ts';
import type { Decision, SagaView } from '../../../../extension/contracts/saga.ts';
import { SagaEngine } from '../../../../extension/orchestrator/saga/engine.ts';
import { replayHistory } from '../../../../extension/orchestrator/saga/replayHistory.ts';
import { parseEvent } from '../../../../extension/orchestrator/saga/sagaLog.ts';
import { problemsOf } from './checker.ts';
import { Effects } from './effects.ts';
import { MemoryDisk, MemoryProcess } from './memoryJournal.ts';
import { definitionOf, type Plan, planByChance } from './scenario.ts';
import { Scheduler } from './scheduler.ts';

const ends = ['completed', 'rejected', 'failed', 'cancelled'];
/** After so much time nothing goes wrong any more from outside, and persons approve. */
const wildMilliseconds = 4000;

export interface Simulated {
  readonly problems: readonly string[];
  /** How each saga ended, and what happened on the way: to see that a simulation reaches what it is for. */
  readonly ends: readonly string[];
  readonly types: ReadonlySet<string>;
  readonly deaths: number;
  /** All events, for comparing two runs of one seed. */
  readonly history: string;
}

/** Runs one saga by chance, with its children, through deaths of processes, to its end, and checks it. */
export async function simulate(seed: number): Promise<Simulated> {
  const scheduler = new Scheduler(seed);
  const [disk, effects] = [new MemoryDisk(), new Effects()];
  const plans = [
    planByChance(scheduler, 'root', true),
    planByChance(scheduler, 'child0', false),
    planByChance(scheduler, 'child1', false),
  ];
  const start = scheduler.time;
  const isWild = () => scheduler.time < start + wildMilliseconds;
  let deaths = 0;
  let ids = 0;
  const open = () => {
    const process = new MemoryProcess(disk, scheduler);
    const engine = new SagaEngine({
      journal: process.journal,
      definitions: plans.map((plan) => definitionOf(plan, { effects, scheduler, process })),
      clock: () => scheduler.time,
      newId: () => `id${ids++}`,
      sleep: process.sleep,
      lookMilliseconds: 120,
    });
    return { process, engine };
  };
  const processes = [open(), open()];
  let rootId = '';
  let isOver = false;
  let broken: unknown;

  /** What a person or a program does next with a saga, wherever it stands. */
  const act = async (engine: SagaEngine, id: string) => {
    const view = await engine.view(id);
    if (ends.includes(view.state)) return;
    if (isWild() && scheduler.chance(0.04)) await engine.cancel(id, { by: 'Ada' });
    else if (view.waitingFor !== null) await engine.decide(id, decisionOn(view, scheduler, isWild()));
    await engine.run(id);
  };
  const live = (place: number) => {
    const { process, engine } = processes[place] as (typeof processes)[number];
    const sagas = [...disk.sagas().keys()];
    const id = sagas[scheduler.pick(sagas.length)] ?? rootId;
    const ready = sagas.length === 0 ? Promise.resolve() : act(engine, id);
    void ready
      .catch((error) => {
        const isExpected =
          LabError.is(error, 'conflict') ||
          LabError.is(error, 'saga.state') ||
          LabError.is(error, 'journal.conflict');
        if (!isExpected) broken ??= error;
      })
      .then(() => undefined);
    if (isWild() && scheduler.chance(0.1)) {
      deaths += 1;
      process.die();
      processes[place] = open();
    } else if (isWild() && scheduler.chance(0.04)) process.stall();
    isOver =
      sagas.length > 0 &&
      [...disk.sagas().values()].every((events) => ends.includes(String(events.at(-1)?.type.slice(5))));
    if (!isOver) scheduler.after(60 + scheduler.pick(240), () => live(place));
  };
  void (processes[0] as (typeof processes)[number]).engine
    .create({ name: 'root', input: { fixes: 0 } })
    .then((id) => {
      rootId = id;
      live(0);
      live(1);
    });
  await scheduler.runUntil(() => isOver || broken !== undefined);
  if (broken !== undefined) throw broken;

  const problems: string[] = [];
  const outcomes: string[] = [];
  const checkedById = new Map<string, ReturnType<typeof problemsOf>['checked']>();
  for (const [id, events] of disk.sagas()) {
    const plan = planOf(plans, events[0]?.data);
    const { problems: found, checked } = problemsOf(id, events, plan, effects);
    problems.push(...found);
    outcomes.push(checked.end);
    checkedById.set(id, checked);
  }
  for (const [id, { end, children }] of checkedById) {
    if (end === 'saga.completed') continue;
    for (const child of children) {
      if (checkedById.get(child)?.end === 'saga.completed')
        problems.push(`${id} ended ${end}; its child ${child} is complete`);
    }
  }
  for (const [id, events] of disk.sagas()) {
    const process = new MemoryProcess(disk, scheduler);
    const definition = definitionOf(planOf(plans, events[0]?.data), { effects, scheduler, process });
    const replayed = events.map((event) => parseEvent(id, event));
    const divergence = await replayHistory(replayed, definition);
    if (divergence !== null)
      problems.push(`${id}: event ${divergence.sequence} ${divergence.type}: ${divergence.why}`);
  }
  const stored = [...disk.sagas().values()].flat();
  return {
    problems: problems.map((problem) => `seed ${seed}: ${problem}`),
    ends: outcomes,
    types: new Set(stored.map(({ type }) => type)),
    deaths,
    history: JSON.stringify([...disk.sagas()]),
  };
}

function planOf(plans: readonly Plan[], started: unknown): Plan {
  const { name } = started as { readonly name: string };
  const plan = plans.find((candidate) => candidate.name === name);
  if (plan === undefined) throw new Error(`There is no plan ${name}.`);
  return plan;
}

function decisionOn(view: SagaView, scheduler: Scheduler, isWild: boolean): Decision {
  const { waitingFor, rollbackTargets, evidence, decisions } = view;
  const common = { at: waitingFor ?? '', by: 'Ada', ...(evidence === null ? {} : { evidence }) };
  const target = rollbackTargets[scheduler.pick(rollbackTargets.length)];
  const isPatient = isWild && decisions.length < 6;
  if (isPatient && scheduler.chance(0.1)) return { action: 'reject', ...common };
  if (isPatient && target !== undefined && scheduler.chance(0.2)) {
    return { action: 'rollback', to: target, ...common };
  }
  if (isPatient && scheduler.chance(0.2)) {
    const restartAt = target ?? common.at;
    return { action: 'fix', patch: { restartAt, fixes: decisions.length }, ...common };
  }
  return { action: 'approve', ...common };
}
