import { existsSync } from 'node:fs';
import { rules } from './guardian/rule.ts';

/** The pages of Guardian's rules that the build puts in one folder. */
export class RulePages {
  readonly #folder: URL | undefined;

  /** @param folder of the pages, with a slash at its end */
  constructor(folder: URL) {
    this.#folder = existsSync(folder) ? folder : undefined;
  }

  /** The file: URI of a rule's page; nothing where there is none. */
  hrefOf(rule: string): string | undefined {
    if (this.#folder === undefined || !rules.has(rule)) return undefined;
    return new URL(`${rule}.guardian.md`, this.#folder).href;
  }
}
