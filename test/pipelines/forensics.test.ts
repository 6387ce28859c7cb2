import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import type { ForensicFinding } from '../../extension/contracts/sandboxEvidence.ts';
import { sandboxAttempts } from '../../extension/observability/sandboxAttempts.ts';
import { type ForensicServices, runForensics } from '../../extension/pipelines/forensics/runForensics.ts';
import type { TracedSandbox } from '../../sandbox/forensics/tracedSandbox.ts';
import { hostileWorker } from '../sandbox/hostileRunner.ts';
import { engineHashes, failureOf, quickjsBackend } from '../sandbox/support.ts';
import { useReplayLab } from './support/replayLab.ts';

const replayed = useReplayLab();
const quietly = { signal: new AbortController().signal, progress: () => {} };

const network: ForensicFinding = { kind: 'network', count: 3, refused: 3, examples: ['connect(...)'] };

/** A sandbox of the preview that claims to be traced. */
function traced(
  changes: Partial<TracedSandbox> = {},
  findings: readonly ForensicFinding[] = [],
): TracedSandbox {
  return {
    runtime: 'trace',
    backend: quickjsBackend(),
    watch: () => () => undefined,
    findings: async () => ({ calls: 42, isCut: false, findings }),
    ...changes,
  };
}

async function examine(id: string, sandbox: TracedSandbox) {
  const sagas = await replayed.lab.sagas();
  return replayed.withSources((sources) => {
    const services: ForensicServices = {
      ...sources,
      trace: async () => sandbox,
      engineHashes: engineHashes(),
      newNonce: () => randomBytes(16),
      note: (...noted) => sagas.note(...noted),
    };
    return runForensics(services, id, quietly);
  });
}

test('runs the strategy again, and keeps with the run what the trace shows', async () => {
  const { id } = await replayed.runOf('smaCross.strategy.ts');
  const before = await replayed.lab.evidence(id);
  const asked: string[] = [];
  const findings: TracedSandbox['findings'] = async (language) => {
    asked.push(language);
    return { calls: 42, isCut: false, findings: [network] };
  };
  const report = await examine(id, traced({ findings }));
  expect(report).toEqual({
    ...{ runtime: 'trace', ended: 'done', message: null },
    ...{ calls: 42, isCut: false, findings: [network] },
  });
  expect(asked).toEqual(['javascript']);
  const { run, result } = await replayed.lab.evidence(id);
  expect(run.forensics).toMatchObject([report]);
  expect(run.state).toBe(before.run.state);
  expect(result).toEqual(before.result);
  const counted = sandboxAttempts([run]);
  expect(counted).toMatchObject([{ labels: { reason: 'forensics.network' }, value: 1 }]);
  await examine(id, traced({}, [network]));
  expect(sandboxAttempts([(await replayed.lab.evidence(id)).run])).toEqual(counted);
});

test('tells how a re-run failed, and raises no alert of its own', async () => {
  const { id } = await replayed.runOf('smaCross.strategy.ts');
  const worker = hostileWorker('examined', "lie.intents = () => Buffer.from('this is no answer');");
  const report = await examine(id, traced({ backend: quickjsBackend(worker) }));
  expect(report).toMatchObject({ ended: 'sandbox.protocol', findings: [] });
  expect(report.message).toContain('broke its protocol');
  expect((await replayed.lab.evidence(id)).run.alerts).toEqual([]);
});

test('ends a re-run whose trace is full, and says so', async () => {
  const { id } = await replayed.runOf('smaCross.strategy.ts');
  let watched = 0;
  const watch: TracedSandbox['watch'] = (tooLong) => {
    watched++;
    tooLong();
    return () => watched--;
  };
  const findings: TracedSandbox['findings'] = async () => ({ calls: 1, isCut: true, findings: [] });
  expect(await examine(id, traced({ watch, findings }))).toMatchObject({ ended: 'trace-full', isCut: true });
  expect(watched).toBe(0);
});

test('refuses a run that came to no strategy, and one that is not there', async () => {
  const sagas = await replayed.lab.sagas();
  const { id } = await replayed.runOf('smaCross.strategy.ts');
  const { input } = await sagas.view(id);
  const empty = await sagas.create({ name: 'backtest', input, gates: [] });
  // Nobody runs it: it is interrupted before its first step.
  expect((await failureOf(examine(empty, traced()))).reason).toBe('saga.state');
  expect((await failureOf(examine('nothing', traced()))).reason).toBe('not-found');
});
