import { describe, expect, test } from 'vitest';
import { LabError } from '../../../extension/contracts/errors.ts';
import { untriedLimits } from '../../../extension/contracts/isolation.ts';
import type { Snapshot } from '../../../extension/contracts/journal.ts';
import { sagaStateSchema } from '../../../extension/contracts/saga.ts';
import type { ForensicReport, SandboxAlert } from '../../../extension/contracts/sandboxEvidence.ts';
import { emptyFolderInMemory, openTestJournal } from '../../storage/lab.ts';
import { emptyToy, toyEngine } from './toy.ts';

const alert: SandboxAlert = {
  reason: 'sandbox.protocol',
  message: 'It lied.',
  bar: null,
  isolation: { level: 'gvisor', backend: 'docker-runsc', limits: untriedLimits },
  exit: { code: null, signal: null, memoryExceeded: false, killedBy: 'protocol' },
  receivedBytes: 9,
  stderrBytes: 0,
};

const report: ForensicReport = {
  runtime: 'runsc-strace',
  ended: 'done',
  message: null,
  calls: 100,
  isCut: false,
  findings: [{ kind: 'network', count: 2, refused: 2, examples: ['connect(...)'] }],
};

async function setUp(gates: string[] = []) {
  const journal = await openTestJournal(emptyFolderInMemory());
  const toy = emptyToy();
  const engine = toyEngine(journal, toy);
  const id = await engine.create({ name: 'toy', input: { text: '>' }, gates });
  const types = async () => (await journal.read(`saga/${id}`)).map(({ type }) => type);
  return { journal, toy, engine, id, types };
}

describe('an alert', () => {
  test('is on disk before the step that raised it goes on', async () => {
    const { toy, engine, id, types } = await setUp();
    let seen: string[] = [];
    toy.run['b'] = async ({ alert: raise }) => {
      await raise(alert);
      seen = await types();
    };
    await engine.run(id);
    expect(seen.at(-1)).toBe('saga.sandbox-alert');
  });

  test('of a step that then fails stands before the failure, and stays with the run', async () => {
    const { journal, toy, engine, id, types } = await setUp();
    toy.run['c'] = async ({ alert: raise }) => {
      await raise(alert);
      throw new LabError('sandbox.protocol', 'It lied.');
    };
    const view = await engine.run(id);
    expect(view).toMatchObject({ state: 'failed', alerts: [{ ...alert, step: 'c', generation: 1 }] });
    const order = await types();
    expect(order.indexOf('saga.sandbox-alert')).toBe(order.indexOf('saga.step-failed') - 1);
    expect(await journal.verifyChain(`saga/${id}`)).toMatchObject({ brokenAt: null });
    expect((await engine.list())[0]?.alerts).toHaveLength(1);
  });

  test('keeps no other from being written, and the result of its step waits for both', async () => {
    const { toy, engine, id, types } = await setUp();
    toy.run['b'] = ({ alert: raise }) => {
      void raise(alert);
      void raise({ ...alert, reason: 'sandbox.output' });
    };
    const view = await engine.run(id);
    expect(view.state).toBe('completed');
    expect(view.alerts.map(({ reason }) => reason)).toEqual(['sandbox.protocol', 'sandbox.output']);
    const order = await types();
    const second = order.lastIndexOf('saga.sandbox-alert');
    expect(order.slice(second - 1, second + 2)).toEqual([
      'saga.sandbox-alert',
      'saga.sandbox-alert',
      'saga.step-completed',
    ]);
  });

  test('is known to the steps that follow', async () => {
    const { toy, engine, id } = await setUp();
    let known: readonly SandboxAlert[] = [];
    toy.run['a'] = ({ alert: raise }) => raise(alert);
    toy.run['d'] = ({ alerts }) => {
      known = alerts();
    };
    await engine.run(id);
    expect(known).toMatchObject([alert]);
  });
});

describe('what is found out about a saga at rest', () => {
  test('is added to its events and changes nothing of where it stands', async () => {
    const { engine, id, types } = await setUp(['b']);
    const before = await engine.run(id);
    const after = await engine.note(id, { type: 'saga.forensics', data: { report } });
    expect(after).toMatchObject({ state: 'waiting-for-b', forensics: [report] });
    expect(after.steps).toEqual(before.steps);
    expect((await types()).at(-1)).toBe('saga.forensics');
    await engine.decide(id, { action: 'approve' });
    expect(await engine.run(id)).toMatchObject({ state: 'completed', forensics: [report] });
  });

  test('is refused while a step is at work', async () => {
    const { toy, engine, id } = await setUp();
    let refused: unknown;
    toy.run['b'] = async () => {
      refused = await engine.note(id, { type: 'saga.forensics', data: { report } }).catch((error) => error);
    };
    expect((await engine.run(id)).state).toBe('completed');
    expect(refused).toMatchObject({ reason: 'conflict' });
  });

  test('is none in what was stored before it was looked for', async () => {
    const { journal, engine, id } = await setUp();
    await engine.run(id);
    const [snapshot] = await journal.snapshots('saga');
    const {
      alerts: _alerts,
      forensics: _forensics,
      ...old
    } = (snapshot as Snapshot).data as Record<string, unknown>;
    expect(sagaStateSchema.parse(old)).toMatchObject({ alerts: [], forensics: [] });
  });
});
