import { runInNewContext } from 'node:vm';
import { realmSource } from 'virtual:realm';
import { describe, expect, it } from 'vitest';
import { encodeFrame, frameTypes } from '../../sandbox/frames.ts';
import { garbageCollector } from '../../sandbox/runner/garbage.ts';
import { rehearsals } from '../../sandbox/runner/rehearsal.ts';
import type { RunnerCore } from '../../sandbox/runner/runnerCore.ts';
import { createVmRealms } from '../../sandbox/runner/vmRealm.ts';
import { barsFrame, decodeJson, LocalRunner } from './support/host.ts';
import { crossing, sourceOf } from './support/realm.ts';

/** A runner that has rehearsed, all of it unless it was asked after so many `steps`. */
function rehearsed(steps = Infinity): LocalRunner {
  const { create, createForRehearsal } = createVmRealms(realmSource);
  const rehearsal = rehearsals(() => new LocalRunner(createForRehearsal).core, garbageCollector());
  for (let step = 0; step < steps && rehearsal.next().done !== true; step++);
  return new LocalRunner(create);
}

/** All that a run of the strategy is answered, as text. */
function answersOf(runner: LocalRunner, source: string): string[] {
  runner.begin(source, [{ fast: 3, slow: 8 }]);
  const frames = [barsFrame(0, 120), barsFrame(120, 200), encodeFrame(frameTypes.end)];
  return frames.map((frame) => Buffer.from(runner.ask(frame).payload).toString('hex'));
}

describe('a rehearsal', () => {
  it('leaves no name for the collector of garbage in contexts that are made after it', () => {
    garbageCollector()();
    expect(runInNewContext('typeof gc')).toBe('undefined');
  });

  it('changes no byte of what the run after it is answered', () => {
    const fresh = answersOf(rehearsed(0), crossing);
    for (const steps of [1, 8, Infinity]) expect(answersOf(rehearsed(steps), crossing)).toEqual(fresh);
  });

  it('goes through to its end, so that all of a run is compiled', () => {
    const { createForRehearsal } = createVmRealms(realmSource);
    const cores: RunnerCore[] = [];
    const newRunner = (): RunnerCore => {
      const { core } = new LocalRunner(createForRehearsal);
      cores.push(core);
      return core;
    };
    // A strategy that fails ends its runner, and what comes after that is refused.
    for (const _ of rehearsals(newRunner, () => undefined)) expect(cores.at(-1)?.isDone).toBe(true);
    expect(cores.length).toBeGreaterThan(10);
  });

  it('leaves nothing that a strategy could see of it', () => {
    const look = sourceOf(
      'log([random(), bar.index, bars.close.ago(1), position.isFlat, account.equity, orders.buy({ units: 1 })].join());',
    );
    const logOf = (runner: LocalRunner) => {
      runner.begin(look);
      runner.ask(barsFrame(0, 2));
      return decodeJson(runner.ask(encodeFrame(frameTypes.end)).payload)['log'];
    };
    const seen = logOf(rehearsed(0));
    expect(seen).toEqual([expect.stringContaining(',0,NaN,true,'), expect.stringContaining(',1,')]);
    for (const steps of [1, 8, Infinity]) expect(logOf(rehearsed(steps))).toEqual(seen);
  });
});
