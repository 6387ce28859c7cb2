import { expect, it } from 'vitest';
import { untriedLimits } from '../../extension/contracts/isolation.ts';
import { alertReasons, forensicKinds, type SandboxAlert } from '../../extension/contracts/sandboxEvidence.ts';
import {
  alertSentence,
  attemptSentence,
  findingSentence,
  forensicSentence,
  sandboxRecordSentence,
  suspicionLines,
} from '../../extension/reports/sandboxTexts.ts';

const alert: SandboxAlert = {
  reason: 'sandbox.tampered',
  message: 'The sandbox reported other fills than its orders give.',
  bar: 7,
  isolation: { level: 'container', backend: 'docker-runc', limits: untriedLimits },
  exit: { code: 137, signal: 'SIGKILL', memoryExceeded: false, killedBy: null },
  receivedBytes: 12_345,
  stderrBytes: 10,
};

it.each([
  [{}, 'ended with code 137 (SIGKILL)'],
  [{ signal: null, code: 0 }, 'ended with code 0'],
  [{ signal: null, code: null }, 'ended;'],
  [{ killedBy: 'output' as const }, 'was ended by the lab (output)'],
  [{ memoryExceeded: true }, 'was ended by its limit of memory'],
])('an alert says how its process ended: %j', (exit, words) => {
  const line = alertSentence({ ...alert, exit: { ...alert.exit, ...exit } });
  expect(line).toContain(
    'Sandbox alert sandbox.tampered under docker-runc (container): The sandbox reported',
  );
  expect(line).toContain(`The sandbox ${words}`);
  expect(line).toContain('received: 12,345 bytes; dropped: 10 bytes of error output.');
});

it('an alert is one line whatever it holds, and shows what reorders or hides text', () => {
  const line = alertSentence({ ...alert, message: 'a\nb\u001b[31m\u202ec' });
  for (const hidden of ['\n', '\u001b', '\u202e']) expect(line).not.toContain(hidden);
  expect(line).toContain('a b<U+001B>[31m<U+202E>c');
});

it('every kind of finding has a sentence of its own', () => {
  const sentences = forensicKinds.map((kind) =>
    findingSentence({ kind, count: 3, refused: 2, examples: [] }),
  );
  expect(new Set(sentences).size).toBe(forensicKinds.length);
  for (const sentence of sentences)
    expect(sentence).toMatch(/^It tried .*\. Calls: 3, refused by the sandbox: 2\.$/);
});

it('a forensic re-run tells what it read, how it ended, and that its trace was cut', () => {
  const report = {
    runtime: 'runsc-strace',
    ended: 'done',
    message: null,
    calls: 1200,
    isCut: false,
    findings: [],
  };
  expect(forensicSentence(report)).toBe(
    'Forensic re-run under runsc-strace: nothing that an honest strategy does not do. System calls read: 1,200; it ran to its end.',
  );
  expect(forensicSentence({ ...report, isCut: true })).toContain('The trace was cut');
});

it('the signs of an attempt are the alerts, then each re-run with its findings and their calls', () => {
  const finding = { kind: 'network', count: 1, refused: 1, examples: ['connect(a\u202eb)'] } as const;
  const report = { runtime: 'r', ended: 'done', message: null, calls: 1, isCut: false, time: 0 };
  const lines = suspicionLines({
    alerts: [{ ...alert, step: 'backtest', generation: 1, time: 0 }],
    forensics: [{ ...report, findings: [{ ...finding, examples: [...finding.examples] }] }],
  });
  expect(lines).toHaveLength(3);
  expect(lines[2]).toMatch(/^It tried to use a network .* connect\(a<U\+202E>b\)$/);
  expect(suspicionLines({})).toEqual([]);
});

it('the record of a good run names every figure', () => {
  const record = {
    exit: 'finished',
    sandboxes: 2,
    receivedBytes: 2000,
    stderrBytes: 3,
    logLinesDropped: 4,
  } as const;
  expect(sandboxRecordSentence(record)).toBe(
    'Sandboxes that ended after their last answer: 2; received: 2,000 bytes; dropped: 3 bytes of error output, 4 lines of log.',
  );
});

it('every kind of attempt that the lab counts is a sentence of its own, and an unknown one keeps its name', () => {
  const reasons = [...alertReasons, ...forensicKinds.map((kind) => `forensics.${kind}`)];
  const sentences = reasons.map((reason) => attemptSentence(reason));
  for (const sentence of sentences) expect(sentence).toMatch(/^It .*\.$/);
  expect(new Set(sentences).size).toBe(reasons.length);
  expect(attemptSentence('forensics.process')).toBe('It tried to make a process of its own.');
  expect(attemptSentence('sandbox.later')).toBe('sandbox.later');
});
