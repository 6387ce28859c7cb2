import { setTimeout as delay } from 'node:timers/promises';
import type { Diagnostic, TextDocuments } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { diagnosticsOf } from './diagnostics.ts';
import type { Judge } from './judge.ts';
import type { RulePages } from './rulePages.ts';
import type { SettingsSource } from './settingsSource.ts';
import { isStrategy } from './strategyDocuments.ts';

export interface OpenFilesServices {
  readonly documents: TextDocuments<TextDocument>;
  readonly settings: SettingsSource;
  readonly judge: Judge;
  readonly pages: RulePages;
  publish(uri: string, diagnostics: Diagnostic[], version: number): Promise<void>;
}

/**
 * Publishes the findings of open documents: at once when one is opened or judged under other terms, after a
 * pause when it was typed into. Of two judgements that wait for one document the older is dropped.
 */
export class OpenFiles {
  readonly #services: OpenFilesServices;
  /** The newest judgement that each document waits for. */
  readonly #turns = new Map<string, symbol>();

  constructor(services: OpenFilesServices) {
    this.#services = services;
  }

  /** To be called on every new text, the first included. */
  async changed(document: TextDocument): Promise<void> {
    const isKnown = this.#turns.has(document.uri);
    // One that is no strategy any more still has findings to be taken back.
    if (isKnown || isStrategy(document))
      await this.#take(document.uri, isKnown ? 'after a pause' : 'at once');
  }

  /** To be called when documents' settings or authors may be others. */
  async judgeAgain(): Promise<void> {
    await Promise.all([...this.#turns.keys()].map((uri) => this.#take(uri, 'at once')));
  }

  /** To be called when a document is closed; false when it was never judged. */
  closed(uri: string): boolean {
    return this.#turns.delete(uri);
  }

  async #take(uri: string, when: 'at once' | 'after a pause'): Promise<void> {
    const { documents, settings: source, judge, pages, publish } = this.#services;
    const turn = Symbol(uri);
    this.#turns.set(uri, turn);
    const settings = await source.of(uri);
    if (when === 'after a pause' && this.#turns.get(uri) === turn) await delay(settings.delay);
    const document = documents.get(uri);
    if (this.#turns.get(uri) !== turn || document === undefined) return;
    const findings = settings.enabled && isStrategy(document) ? judge.judge(document).findings : [];
    await publish(uri, diagnosticsOf(findings, settings, pages), document.version);
  }
}
