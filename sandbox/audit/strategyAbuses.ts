import { randomBytes } from 'node:crypto';
import { defaultRunSettings } from '../../extension/contracts/backtest.ts';
import type { CandleColumns } from '../../extension/contracts/candles.ts';
import { LabError, type LabErrorReason } from '../../extension/contracts/errors.ts';
import type { StrategyLanguage } from '../../extension/contracts/strategyLanguage.ts';
import { defaultLimits, type SandboxBackend, type SandboxLimits } from '../sandbox.ts';
import { runInSandbox } from '../session.ts';
import type { AuditFinding, Threat } from './abuse.ts';
import { pythonAbuses, pythonSourceOf } from './pythonAbuses.ts';

/** How a run ends: as any other, as one of whose log a part was dropped, or by an error. */
type End = LabErrorReason | 'done' | 'log-dropped';

export interface StrategyAbuse {
  readonly id: string;
  readonly threat: Threat;
  readonly tried: string;
  readonly setup?: string;
  readonly next?: string;
  /** The whole file, where it is none of `setup` and `next`. */
  readonly source?: string;
  /** How the run must end, by any of these. */
  readonly ends: readonly End[];
  /** What the error says by which it tells that it came through; any other ending shows nothing. */
  readonly cameThrough?: string;
}

const shortMilliseconds = 2500;

const threw = ['strategy.threw'] as const;
const ended = ['sandbox.timeout'] as const;
// A slow machine is still at it when its time is over.
const hoarded = ['sandbox.memory', 'sandbox.timeout'] as const;

/** What a strategy can try from inside its realm. */
const abuses: readonly StrategyAbuse[] = [
  {
    id: 'loop-in-setup',
    threat: 'denial of service',
    tried: 'an endless loop before the first bar',
    setup: 'for (;;);',
    ends: ended,
  },
  {
    id: 'loop-in-next',
    threat: 'denial of service',
    tried: 'an endless loop on a bar',
    next: 'for (;;);',
    ends: ended,
  },
  {
    id: 'regular-expression',
    threat: 'denial of service',
    tried: 'a regular expression of unbounded cost',
    next: "/^(a+)+$/.test('a'.repeat(60) + '!');",
    ends: ended,
  },
  {
    id: 'recursion',
    threat: 'denial of service',
    tried: 'recursion without an end',
    next: 'const dive = (): number => 1 + dive(); dive();',
    ends: threw,
  },
  {
    id: 'order-flood',
    threat: 'denial of service',
    tried: 'more orders on a bar than a run takes',
    next: 'for (;;) orders.close();',
    ends: ['strategy.order', 'sandbox.timeout'],
  },
  {
    id: 'log-flood',
    threat: 'denial of service',
    tried: '64 MB of log',
    next: "for (let line = 0; line < 1000; line++) log('x'.repeat(1000));",
    ends: ['log-dropped'],
  },
  {
    id: 'objects',
    threat: 'resource starvation',
    tried: 'memory for objects without an end',
    next: 'for (;;) kept.push({ bar: bar.index, text: [1, 2, 3, 4] });',
    ends: hoarded,
  },
  {
    id: 'buffers',
    threat: 'resource starvation',
    tried: 'memory for arrays of numbers without an end',
    next: 'for (;;) kept.push(new Float64Array(100_000).fill(1));',
    ends: hoarded,
  },
  {
    id: 'process',
    threat: 'credential theft',
    tried: 'the environment of the process',
    next: '(globalThis as any).process.env.HOME;',
    ends: threw,
  },
  {
    id: 'require',
    threat: 'command injection',
    tried: 'a module that starts programs',
    next: "(globalThis as any).require('node:child_process').execSync('id');",
    ends: threw,
  },
  {
    id: 'import',
    threat: 'command injection',
    tried: 'an import of a module of the system',
    source: "import fs from 'node:fs';\nexport default fs.readFileSync('/etc/passwd');\n",
    ends: ['strategy.syntax'],
  },
  {
    id: 'code-from-text',
    threat: 'sandbox escape',
    tried: 'code made from text, by way of a constructor',
    next: "if (({} as any).constructor.constructor('return 7')() === 7) kept.push(1); throw new Error('made');",
    ends: threw,
  },
  {
    id: 'built-ins',
    threat: 'sandbox escape',
    tried: 'a change of what all code shares',
    next: '(Array.prototype as any).entries = () => [];',
    ends: threw,
  },
  {
    id: 'clock',
    threat: 'look-ahead',
    tried: 'the time of the day',
    next: 'Date.now();',
    ends: threw,
  },
  {
    id: 'randomness',
    threat: 'look-ahead',
    tried: 'random numbers that no seed repeats',
    next: 'Math.random();',
    ends: threw,
  },
  {
    id: 'future-bar',
    threat: 'look-ahead',
    tried: 'the close of the next bar',
    next: "if (bars.close.ago(-1) > 0) throw new Error('seen');",
    ends: threw,
  },
];

function sourceOf({ source, setup = '', next = '' }: StrategyAbuse): string {
  return (
    source ??
    `import { defineStrategy } from 'strategy-lab';
const kept: unknown[] = [];
export default defineStrategy({
  name: 'Abuse',
  setup() { ${setup} },
  next({ bar, bars, orders, log }) { void [bar, bars, orders, log]; ${next} },
});
`
  );
}

/** Bars that are enough to be called on. */
function fewBars(): CandleColumns {
  const flat = (value: number): Float64Array => new Float64Array(64).fill(value);
  const time = Float64Array.from({ length: 64 }, (_, bar) => bar * 60_000);
  return { time, open: flat(100), high: flat(101), low: flat(99), close: flat(100), volume: flat(1) };
}

export interface StrategyAudit {
  readonly backend: SandboxBackend;
  /** The abuses of this language are tried. */
  readonly language: StrategyLanguage;
  /** SHA-256 of what this lab runs strategies of the language with. */
  readonly engineHash: string;
  /** Memory in bytes in which a small strategy runs. */
  readonly memoryBytes: number;
  readonly signal: AbortSignal;
  readonly onFinding: (finding: AuditFinding) => void;
}

/**
 * Runs one hostile strategy after the other in a sandbox of its own.
 * @throws LabError `cancelled`
 */
export async function auditStrategies(audit: StrategyAudit): Promise<void> {
  const limits: SandboxLimits = { ...defaultLimits, memoryBytes: audit.memoryBytes };
  const isPython = audit.language === 'python';
  for (const abuse of isPython ? pythonAbuses : abuses) {
    const { id, threat, tried, ends, cameThrough } = abuse;
    // What may last for ever is soon ended; the rest gets the time that a busy machine needs.
    const short = ends.includes('sandbox.timeout') ? { answerMilliseconds: shortMilliseconds } : {};
    const source = isPython ? pythonSourceOf(abuse) : sourceOf(abuse);
    const { end, seen } = await endOf(audit, source, { ...limits, ...short });
    const isUnknown =
      end === 'sandbox.unavailable' ||
      (cameThrough !== undefined && end === 'strategy.threw' && !seen.includes(cameThrough));
    const verdict = ends.includes(end) ? 'held' : isUnknown ? 'unknown' : 'failed';
    audit.onFinding({ id, threat, tried, verdict, seen });
  }
}

async function endOf(
  { backend, language, engineHash, signal }: StrategyAudit,
  source: string,
  limits: SandboxLimits,
): Promise<{ readonly end: End; readonly seen: string }> {
  try {
    const { logDropped } = await runInSandbox({
      backend,
      language,
      engineHash,
      label: 'audit',
      source,
      markets: [{ symbol: 'AUDIT', columns: fewBars() }],
      timeframe: '1m',
      settings: defaultRunSettings,
      sets: [{}],
      limits,
      newNonce: () => randomBytes(16),
      signal,
    });
    if (logDropped === 0) return { end: 'done', seen: 'the run ended as any other' };
    return { end: 'log-dropped', seen: `${logDropped} lines of log were dropped` };
  } catch (error) {
    if (!LabError.is(error) || error.reason === 'cancelled') throw error;
    return { end: error.reason, seen: error.message };
  }
}
