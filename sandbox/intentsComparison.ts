import { intentColumns, intentWidth } from '../extension/backtest/intents.ts';
import { LabError } from '../extension/contracts/errors.ts';
import type { SetAnswer } from './answers.ts';

function lookAhead(bar: number): LabError {
  return new LabError(
    'sandbox.look-ahead',
    `Two runs over the same bars gave different orders on bar ${bar}: the strategy looks ahead or is not deterministic.`,
    { action: 'Use only bars that have closed, and random() for chance.', place: { bar } },
  );
}

/** Rows that one run is ahead of the other. Every piece holds whole rows, as words of 32 bits. */
interface Lead {
  readonly run: number;
  readonly pieces: Int32Array[];
}

const rowWords = intentWidth * 2;

/** Compares two streams of intents as they come, and keeps only what one run is ahead of the other. */
export class IntentsComparison {
  readonly #leads: Lead[] = [];
  readonly #reached = [0, 0];

  /** Takes what `run` (0 or 1) answered up to bar `to`. @throws LabError `sandbox.look-ahead` */
  add(run: number, answers: readonly SetAnswer[], to: number): void {
    this.#reached[run] = to;
    for (const [set, { rows }] of answers.entries()) {
      this.#addSet(run, set, new Int32Array(rows.buffer, rows.byteOffset, rows.length * 2));
    }
  }

  #addSet(run: number, set: number, words: Int32Array): void {
    const lead = this.#leads[set];
    let rest = words;
    if (lead !== undefined && lead.run !== run) {
      rest = compareWithLead(lead.pieces, words);
      const [missing] = lead.pieces;
      if (missing !== undefined) {
        this.#requireSilence(barOf(missing, 0), run);
        return;
      }
    }
    if (rest.length === 0) return;
    this.#requireSilence(barOf(rest, 0), 1 - run);
    if (lead?.run === run) lead.pieces.push(rest);
    else this.#leads[set] = { run, pieces: [rest] };
  }

  /** An order that the other run gave on `bar` is missing when `run` has answered for that bar. */
  #requireSilence(bar: number, run: number): void {
    if ((this.#reached[run] ?? 0) > bar) throw lookAhead(bar);
  }
}

/** Takes from the front of `pieces` what `words` repeat; returns the words that lie beyond all pieces. */
function compareWithLead(pieces: Int32Array[], words: Int32Array): Int32Array {
  let rest = words;
  for (let piece = pieces[0]; piece !== undefined && rest.length > 0; piece = pieces[0]) {
    const length = Math.min(piece.length, rest.length);
    for (let index = 0; index < length; index++) {
      if (piece[index] === rest[index]) continue;
      const row = index - (index % rowWords);
      throw lookAhead(Math.min(barOf(piece, row), barOf(rest, row)));
    }
    if (length === piece.length) pieces.shift();
    else pieces[0] = piece.subarray(length);
    rest = rest.subarray(length);
  }
  return rest;
}

function barOf(words: Int32Array, row: number): number {
  const bar = words.slice(row + intentColumns.bar * 2, row + intentColumns.bar * 2 + 2);
  return new Float64Array(bar.buffer)[0] ?? 0;
}
