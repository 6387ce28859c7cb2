import { basename } from 'node:path';
import { type ErrorPlace, LabError } from '../contracts/errors.ts';
import type { SandboxAlert } from '../contracts/sandboxEvidence.ts';
import { alertSentence } from '../reports/sandboxTexts.ts';

export interface TerminalOptions {
  /** One JSON document on stdout in place of text. */
  readonly json: boolean;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Whether stderr is a screen on which a line can be drawn over. */
  readonly isScreen: boolean;
  readonly columns: number;
  /** UTC milliseconds, for estimates of the time left. */
  readonly clock: () => number;
}

const barWidth = 24;
const redrawMilliseconds = 100;

/** What a command says: text for people or one JSON document on stdout, progress on stderr. */
export class Terminal {
  readonly json: boolean;
  readonly #options: TerminalOptions;
  #step = '';
  #stepStart = 0;
  #lastDraw = 0;
  #isDrawn = false;
  readonly #alerts: SandboxAlert[] = [];

  constructor(options: TerminalOptions) {
    this.#options = options;
    this.json = options.json;
  }

  get columns(): number {
    return this.#options.columns;
  }

  /** A line for people; silent where a program listens. */
  say(line = ''): void {
    this.#wipe();
    if (!this.json) this.#options.out(`${line}\n`);
  }

  /** The one document for programs; silent where a person reads. */
  document(value: unknown): void {
    this.#wipe();
    if (!this.json) return;
    const whole = this.#alerts.length === 0 ? value : { ...Object(value), sandboxAlerts: this.#alerts };
    this.#options.out(`${JSON.stringify(whole, null, 2)}\n`);
  }

  /** A sandbox did what no honest strategy does: said at once, and with the document. */
  alert(alert: SandboxAlert): void {
    this.#alerts.push(alert);
    this.note(alertSentence(alert));
  }

  /** A document on one line, for programs that read before this one ends; silent where a person reads. */
  line(value: unknown): void {
    if (this.json) this.#options.out(`${JSON.stringify(value)}\n`);
  }

  /** A remark that belongs to no result. */
  note(line: string): void {
    this.#wipe();
    this.#options.err(`${line}\n`);
  }

  /** Progress of a named step, `fraction` from 0 to 1, with a bar and the time left. */
  progress(step: string, fraction: number, text: string): void {
    const now = this.#options.clock();
    if (step !== this.#step) {
      this.#step = step;
      this.#stepStart = now;
      this.#lastDraw = 0;
      if (!this.#options.isScreen && !this.json) this.#options.err(`${step} ...\n`);
    }
    if (!this.#options.isScreen || now - this.#lastDraw < redrawMilliseconds) return;
    this.#lastDraw = now;
    const filled = Math.round(Math.min(1, Math.max(0, fraction)) * barWidth);
    const bar = '█'.repeat(filled) + '░'.repeat(barWidth - filled);
    const elapsed = now - this.#stepStart;
    const left = fraction > 0.02 ? `, ${formatSeconds((elapsed * (1 - fraction)) / fraction)} left` : '';
    const line = `${step.padEnd(9)} ${bar} ${Math.round(fraction * 100)}%${left}  ${text}`;
    this.#options.err(`\r${line.slice(0, this.#options.columns - 1)}\u001b[K`);
    this.#isDrawn = true;
  }

  /** An error: a sentence and an action for people, a document for programs. */
  fail(error: unknown): void {
    const facts = describeError(error);
    this.document({ error: facts });
    // Many messages name their file and line themselves.
    const isNamed = facts.place?.file !== undefined && facts.message.includes(basename(facts.place.file));
    const place = isNamed ? '' : placeText(facts.place);
    this.note(
      `${place === '' ? '' : `${place}: `}${facts.message}${facts.action === null ? '' : `\n${facts.action}`}`,
    );
  }

  #wipe(): void {
    if (!this.#isDrawn) return;
    this.#isDrawn = false;
    this.#options.err('\r\u001b[K');
  }
}

export interface ErrorFacts {
  readonly reason: string;
  readonly message: string;
  readonly action: string | null;
  readonly place: ErrorPlace | null;
}

export function describeError(error: unknown): ErrorFacts {
  if (LabError.is(error)) {
    return {
      reason: error.reason,
      message: error.message,
      action: error.action ?? null,
      place: error.place ?? null,
    };
  }
  const message = error instanceof Error ? error.message : String(error);
  return {
    reason: 'internal',
    message: `Something in the lab itself went wrong: ${message}`,
    action: 'Run the command again with STRATEGY_LAB_DEBUG=1 and report what it prints.',
    place: null,
  };
}

/** A place as people write it: file:line:column, and the bar with its time. */
export function placeText(place: ErrorPlace | null): string {
  if (place === null) return '';
  const position = [place.file, place.line, place.column].filter((part) => part !== undefined).join(':');
  if (place.bar === undefined) return position;
  const time = place.time === undefined ? '' : `, ${formatTime(place.time)}`;
  return `${position === '' ? '' : `${position}, `}bar ${place.bar}${time}`;
}

/** `2021-06-10 00:00`, in UTC. */
export function formatTime(time: number): string {
  return new Date(time).toISOString().slice(0, 16).replace('T', ' ');
}

function formatSeconds(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  return seconds < 90 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`;
}

/** Rows as aligned columns; numbers to the right where a cell looks like one. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  const isNumeric = header.map((_, column) =>
    rows.every((row) => /^[-+]?[\d.,]+ ?%?$|^-?$/.test(row[column] ?? '')),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return isNumeric[column] ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  return [line(header), widths.map((width) => '-'.repeat(width)).join('  '), ...rows.map(line)].join('\n');
}
