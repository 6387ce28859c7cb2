import { existsSync } from 'node:fs';
import { isRuleId } from './guardian/catalogue.ts';

/** The pages that the build makes of the sections of guardian/rules.md. */
export class RulePages {
  readonly #folder: URL | undefined;

  /** @param folder of the pages, with a slash at its end */
  constructor(folder: URL) {
    this.#folder = existsSync(folder) ? folder : undefined;
  }

  /** The file: URI of a rule's page; nothing where there is none. */
  hrefOf(rule: string): string | undefined {
    if (this.#folder === undefined || !isRuleId(rule)) return undefined;
    return new URL(`${rule}.guardian.md`, this.#folder).href;
  }
}
