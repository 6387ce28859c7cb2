import { normaliseSymbol } from './identity.ts';
import { isMoney } from './pairs.ts';
import { type RowPlace, rowError, type SourceName } from './source.ts';

/** Watches the cells of a file's symbol column: they must all be the same. */
export class SymbolColumn {
  readonly #source: SourceName;
  readonly #name: string;
  #cell: string | undefined;

  /** `name` is the column's, as the file has it. */
  constructor(source: SourceName, name: string) {
    this.#source = source;
    this.#name = name;
  }

  /** Throws `data.format` when the cell differs from those before. */
  check(cell: string, place: RowPlace): void {
    this.#cell ??= cell;
    if (cell === this.#cell) return;
    const problem = `its symbol is ${JSON.stringify(cell)} after rows of ${JSON.stringify(this.#cell)}`;
    throw rowError(this.#source, place, 'data.format', problem, 'Import each symbol from a file of its own.');
  }

  /** The symbol as the lab writes it; none where the column is empty. */
  get symbol(): string | undefined {
    const text = this.#cell?.trim() ?? '';
    // A column `currency` that holds USD names what the prices are in.
    const isQuote = /^\W*currency\W*$/i.test(this.#name) && isMoney(text);
    return text === '' || isQuote ? undefined : normaliseSymbol(text);
  }
}
