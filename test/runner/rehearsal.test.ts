import { realmSource } from 'virtual:realm';
import { describe, expect, it } from 'vitest';
import { encodeFrame, frameTypes } from '../../sandbox/frames.ts';
import { rehearse } from '../../sandbox/runner/rehearsal.ts';
import { createVmRealms } from '../../sandbox/runner/vmRealm.ts';
import { barsFrame, decodeJson, LocalRunner } from './support/host.ts';
import { crossing, sourceOf } from './support/realm.ts';

/** A runner that has rehearsed `turns` times. */
function rehearsed(turns: number): LocalRunner {
  const { create, createForRehearsal } = createVmRealms(realmSource);
  for (let turn = 0; turn < turns; turn++) rehearse(new LocalRunner(createForRehearsal).core);
  return new LocalRunner(create);
}

/** All that a run of the strategy is answered, as text. */
function answersOf(runner: LocalRunner, source: string): string[] {
  runner.begin(source, [{ fast: 3, slow: 8 }]);
  const frames = [barsFrame(0, 120), barsFrame(120, 200), encodeFrame(frameTypes.end)];
  return frames.map((frame) => Buffer.from(runner.ask(frame).payload).toString('hex'));
}

describe('a rehearsal', () => {
  it('changes no byte of what the run after it is answered', () => {
    expect(answersOf(rehearsed(3), crossing)).toEqual(answersOf(rehearsed(0), crossing));
  });

  it('goes through to its end, so that all of a run is compiled', () => {
    const { createForRehearsal } = createVmRealms(realmSource);
    const { core } = new LocalRunner(createForRehearsal);
    rehearse(core);
    expect(core.isDone).toBe(true);
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
    expect(logOf(rehearsed(3))).toEqual(seen);
  });
});
