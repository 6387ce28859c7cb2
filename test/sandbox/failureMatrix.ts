import type { LabErrorReason } from '../../extension/contracts/errors.ts';
import type { SandboxLimits } from '../../sandbox/sandbox.ts';
import { strategyOf } from './support.ts';

const mebibyte = 1_048_576;

/** How a run ends: by an error with its reason, or as any other. */
export type End = LabErrorReason | 'done';

export interface Failure {
  readonly name: string;
  /** A strategy, or statements that make the honest runner of hostileRunner.ts lie. */
  readonly source?: string;
  readonly lies?: string;
  readonly limits?: Partial<SandboxLimits>;
  /** The ends that show that the host was not harmed and knows what happened. */
  readonly ends: readonly End[];
  /** What the error says, where that matters. */
  readonly says?: RegExp;
}

/** Answers the first chunk with what `code`, an expression, came to, as the failure of a strategy. */
const tell = (code: string) => `
  const attempt = () => { try { return String(${code}); } catch (error) { return error.code ?? error.message; } };
  lie.intents = () => json(types.fail, {
    nonce, phase: 'next', isOrder: false, message: attempt(), set: 0, bar: 0, time: 0, line: 1, column: 1,
  });
`;

/** Does `code` when the first chunk is asked for, and then answers honestly. */
const meanwhile = (code: string) => `lie.intents = () => { try { ${code} } catch {} return intents(); };`;

/** Does `code` when the first chunk is asked for, and never answers. */
const instead = (code: string) => `lie.intents = () => { ${code}; for (;;); };`;

/** What hostile or faulty code does to a sandbox, beyond what every backend's contract holds already. */
export const failures: readonly Failure[] = [
  {
    name: 'a regular expression without an end',
    source: strategyOf("/^(a+)+$/.test('a'.repeat(60) + '!');"),
    ends: ['sandbox.timeout'],
  },
  {
    name: 'WebAssembly from a strategy',
    source: strategyOf('new (globalThis as any).WebAssembly.Memory({ initial: 1 });'),
    ends: ['strategy.threw'],
  },
  {
    name: 'memory beside the heap',
    lies: instead('const kept = []; for (;;) kept.push(Buffer.alloc(8388608, 1))'),
    limits: { memoryBytes: 128 * mebibyte },
    ends: ['sandbox.memory'],
  },
  {
    name: 'memory of WebAssembly',
    lies: instead(`
      const kept = [];
      for (;;) {
        const memory = new WebAssembly.Memory({ initial: 160 });
        new Uint8Array(memory.buffer).fill(1);
        kept.push(memory);
      }`),
    limits: { memoryBytes: 128 * mebibyte },
    ends: ['sandbox.memory'],
  },
  {
    name: 'a bomb of processes',
    lies: instead(`
      const { spawn } = require('node:child_process');
      for (let i = 0; i < 500; i++) {
        spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' }).on('error', () => {});
      }`),
    ends: ['sandbox.timeout', 'sandbox.crash', 'sandbox.memory'],
  },
  {
    name: 'a bomb of threads',
    lies: instead(`
      const { Worker } = require('node:worker_threads');
      for (let i = 0; i < 300; i++) new Worker('for (;;);', { eval: true }).on('error', () => {});`),
    ends: ['sandbox.timeout', 'sandbox.crash', 'sandbox.memory'],
  },
  {
    name: 'a flood of output',
    lies: instead('for (;;) send(Buffer.alloc(1048576))'),
    ends: ['sandbox.output', 'sandbox.protocol'],
  },
  {
    name: 'a flood of frames, each sound',
    lies: instead('for (;;) send(intents())'),
    ends: ['sandbox.protocol'],
  },
  {
    name: 'a flood of complaints',
    lies: instead("for (;;) require('node:fs').writeSync(2, Buffer.alloc(65536, 65))"),
    ends: ['sandbox.output'],
  },
  {
    name: 'a flood of log from a strategy',
    source: strategyOf("for (let i = 0; i < 5000; i++) log('x'.repeat(1000));").replace(
      '{ bar, orders, random }',
      '{ bar, orders, random, log }',
    ),
    limits: { answerMilliseconds: 30_000 },
    ends: ['done'],
  },
  {
    name: 'a disk that it fills',
    lies: tell(
      "(() => { for (let i = 0; i < 64; i++) require('node:fs').writeFileSync('/tmp/' + i, Buffer.alloc(1048576)); return 'filled'; })()",
    ),
    ends: ['strategy.threw'],
    says: /ENOSPC|EFBIG/,
  },
  {
    name: 'one file that it fills',
    lies: tell("(require('node:fs').writeFileSync('/tmp/x', Buffer.alloc(67108864)), 'filled')"),
    ends: ['strategy.threw', 'sandbox.crash'],
    says: /ENOSPC|EFBIG|exit code/,
  },
  {
    name: 'more files than it may have',
    lies: tell(
      "(() => { for (let i = 0; i < 200000; i++) require('node:fs').writeFileSync('/tmp/' + i, ''); return 'made'; })()",
    ),
    limits: { memoryBytes: 96 * mebibyte, answerMilliseconds: 20_000 },
    ends: ['strategy.threw', 'sandbox.memory', 'sandbox.timeout'],
    says: /ENOSPC|memory|20 s/,
  },
  ...['SIGKILL', 'SIGTERM', 'SIGSTOP', 'SIGSEGV'].flatMap((signal): Failure[] => [
    {
      name: `${signal} to the first process`,
      lies: meanwhile(`process.kill(1, '${signal}')`),
      ends: ['done', 'sandbox.crash', 'sandbox.memory', 'sandbox.timeout'],
    },
    {
      name: `${signal} to all processes`,
      lies: meanwhile(`process.kill(-1, '${signal}')`),
      ends: ['done', 'sandbox.crash', 'sandbox.memory', 'sandbox.timeout'],
    },
  ]),
  {
    name: 'a terminal that it lost',
    lies: meanwhile("process.kill(process.pid, 'SIGHUP')"),
    ends: ['done', 'sandbox.crash'],
  },
  {
    name: 'an input that it closes',
    lies: instead("require('node:fs').closeSync(0)"),
    ends: ['sandbox.timeout'],
  },
  {
    name: 'an output that it closes',
    lies: instead("require('node:fs').closeSync(1)"),
    ends: ['sandbox.timeout'],
  },
];
