import { LabError } from '../../../extension/contracts/errors.ts';
import type { Decision } from '../../../extension/contracts/saga.ts';
import type { SagaEngine } from '../../../extension/orchestrator/saga/engine.ts';
import { emptyToy, type Toy, toyEngine } from '../../orchestrator/saga/toy.ts';
import { emptyFolderInMemory, openTestJournal } from '../../storage/lab.ts';

export interface ToyRun {
  readonly engine: SagaEngine;
  readonly toy: Toy;
  readonly id: string;
}

/** A run of the toy pipeline, steps `a` to `f`, that is not yet run. */
export async function toyRun(gates: readonly string[] = ['e']): Promise<ToyRun> {
  const toy = emptyToy();
  const engine = toyEngine(await openTestJournal(emptyFolderInMemory()), toy);
  return { engine, toy, id: await engine.create({ name: 'toy', input: { text: '>' }, gates }) };
}

/** Decides and goes on to the next rest. */
export async function decideAndRun({ engine, id }: ToyRun, decision: Decision) {
  await engine.decide(id, decision);
  return engine.run(id);
}

/** A run that is fixed at `e` from `b` on, rolled back to `c`, and rejected at `e` where `d` cannot be undone. */
export async function fixedRolledBackRejected(): Promise<ToyRun> {
  const run = await toyRun();
  await run.engine.run(run.id);
  await decideAndRun(run, {
    action: 'fix',
    patch: { text: 'better', restartAt: 'b' },
    by: 'Ada',
    comment: 'Take the better text.',
  });
  await decideAndRun(run, { action: 'rollback', to: 'c', by: 'Grace' });
  await decideAndRun(run, { action: 'approve', by: 'Ada' });
  run.toy.undo['d'] = () => {
    throw new LabError('sandbox.unavailable', 'The container is still there.', {
      action: 'Remove it by hand.',
    });
  };
  await decideAndRun(run, { action: 'reject', by: 'Ada', comment: 'No edge.' });
  return run;
}
