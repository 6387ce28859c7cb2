import { defaultSettings, readSettings, type Settings } from './settings.ts';

/** Asks the editor for the section `strategyLab.guardian` of each file, in the same order. */
export type AskSettings = (uris: readonly string[]) => Promise<readonly unknown[]>;

/** Each file's settings, asked for once until they change; what is wrong in them is told once. */
export class SettingsSource {
  readonly #ask: AskSettings;
  readonly #tell: (sentence: string) => void;
  readonly #told = new Set<string>();
  readonly #known = new Map<string, Promise<Settings>>();

  constructor(ask: AskSettings, tell: (sentence: string) => void) {
    this.#ask = ask;
    this.#tell = tell;
  }

  async of(uri: string): Promise<Settings> {
    await this.prepare([uri]);
    return (await this.#known.get(uri)) ?? defaultSettings;
  }

  /** Asks for the settings of many files at once. */
  async prepare(uris: readonly string[]): Promise<void> {
    const missing = uris.filter((uri) => !this.#known.has(uri));
    if (missing.length === 0) return;
    const answers = this.#ask(missing).catch((error: unknown) => {
      this.#tellOnce(`The editor does not tell its settings, so the defaults hold: ${String(error)}`);
      return [];
    });
    for (const [index, uri] of missing.entries()) {
      this.#known.set(
        uri,
        answers.then((sections) => readSettings(sections[index], (sentence) => this.#tellOnce(sentence))),
      );
    }
    await answers;
  }

  /** To be called when a file is no longer of interest. */
  forget(uri: string): void {
    this.#known.delete(uri);
  }

  /** To be called when the settings have changed. */
  forgetAll(): void {
    this.#known.clear();
  }

  #tellOnce(sentence: string): void {
    if (this.#told.has(sentence)) return;
    this.#told.add(sentence);
    this.#tell(sentence);
  }
}
