import {
  type ForensicFinding,
  type ForensicKind,
  forensicKinds,
  mostForensicExamples,
} from '../../extension/contracts/sandboxEvidence.ts';
import type { StrategyLanguage } from '../../extension/contracts/strategyLanguage.ts';
import { suspicionOf } from './rules.ts';
import { beginsEntry, parseTraceLine, wasRefused } from './straceLog.ts';

/** Threads whose call under way is remembered; each call of one takes the place of the one before. */
const mostThreads = 4096;
/** Characters of an entry of several lines that are kept. */
const longestEntry = 20_000;

/**
 * Processes that the libraries of Python try to start while they are imported, and are refused: pandas has uname
 * asked for the processor, by vfork and then by fork. So few refused attempts tell nothing of a strategy.
 */
const pythonsOwnForks = 4;

interface Tally {
  count: number;
  refused: number;
  readonly examples: string[];
}

/** Reads a trace line by line and keeps what no honest strategy does. Memory is bounded, whatever comes. */
export class FindingsReader {
  readonly #tallies = new Map<ForensicKind, Tally>();
  /** Of each thread its call under way, where that is suspicious. */
  readonly #underWay = new Map<number, { readonly call: string; readonly tally: Tally }>();
  readonly #language: StrategyLanguage;
  #entry = '';
  #calls = 0;

  /** `language`: of the runner that was traced. */
  constructor(language: StrategyLanguage) {
    this.#language = language;
  }

  take(line: string): void {
    if (beginsEntry(line)) {
      this.#close();
      this.#entry = line;
    } else if (this.#entry.length < longestEntry) {
      // A line feed in an argument, or in a thread's name.
      this.#entry += ` ${line}`;
    }
  }

  finish(): { readonly calls: number; readonly findings: ForensicFinding[] } {
    this.#close();
    const findings = forensicKinds.flatMap((kind): ForensicFinding[] => {
      const tally = this.#tallies.get(kind);
      return tally === undefined || this.#isOwn(kind, tally) ? [] : [{ kind, ...tally }];
    });
    return { calls: this.#calls, findings };
  }

  #isOwn(kind: ForensicKind, { count, refused }: Tally): boolean {
    if (this.#language !== 'python' || kind !== 'process') return false;
    return refused === count && count <= pythonsOwnForks;
  }

  #close(): void {
    const line = parseTraceLine(this.#entry);
    this.#entry = '';
    if (line === null) return;
    const { thread, call } = line;
    if (line.kind === 'exit') {
      const begun = this.#underWay.get(thread);
      this.#underWay.delete(thread);
      if (begun?.call === call && wasRefused(line)) begun.tally.refused++;
      return;
    }
    this.#calls++;
    this.#underWay.delete(thread);
    const suspicion = suspicionOf(line);
    if (suspicion === null) return;
    const tally = this.#tallyOf(suspicion.kind);
    tally.count++;
    const { examples } = tally;
    if (examples.length < mostForensicExamples && !examples.includes(suspicion.shown)) {
      examples.push(suspicion.shown);
    }
    if (this.#underWay.size < mostThreads) this.#underWay.set(thread, { call, tally });
  }

  #tallyOf(kind: ForensicKind): Tally {
    const known = this.#tallies.get(kind);
    if (known !== undefined) return known;
    const tally = { count: 0, refused: 0, examples: [] };
    this.#tallies.set(kind, tally);
    return tally;
  }
}
