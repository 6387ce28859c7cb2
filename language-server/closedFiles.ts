import type { CancellationToken, Diagnostic, TextDocuments } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Finding } from '../extension/contracts/guardian.ts';
import type { GuardedFile } from '../extension/contracts/languageServer.ts';
import { diagnosticsOf } from './diagnostics.ts';
import type { Judge, Judgement } from './judge.ts';
import { readSource } from './readSource.ts';
import type { RulePages } from './rulePages.ts';
import type { SettingsSource } from './settingsSource.ts';
import { languageOfUri } from './strategyDocuments.ts';

export interface ClosedFilesServices {
  readonly documents: TextDocuments<TextDocument>;
  readonly settings: SettingsSource;
  readonly judge: Judge;
  readonly pages: RulePages;
  publish(uri: string, diagnostics: Diagnostic[]): Promise<void>;
}

/** What is known of a file on the disk: its judgement, or one sentence on why there is none. */
type State = Judgement | string;

/**
 * The files that were asked to be judged whether they are open or not. While one is open its document counts,
 * which `OpenFiles` publishes; else what lies on the disk does.
 */
export class ClosedFiles {
  readonly #services: ClosedFilesServices;
  /** A file that vanished stays here: it may come back, as in an atomic save. */
  readonly #states = new Map<string, State>();
  /** The newest reading of each file. */
  readonly #readings = new Map<string, symbol>();

  constructor(services: ClosedFilesServices) {
    this.#services = services;
  }

  /** Judges files one by one; other messages are answered in between. Ends early when `token` is cancelled. */
  async guard(
    uris: readonly string[],
    token: CancellationToken,
    report: (done: number) => void,
  ): Promise<GuardedFile[]> {
    const { documents, settings, judge } = this.#services;
    await settings.prepare(uris);
    const files: GuardedFile[] = [];
    for (const uri of uris) {
      if (token.isCancellationRequested) break;
      const state = await this.#readAndPublish(uri);
      const document = documents.get(uri);
      files.push(countsOf(uri, document ? judge.judge(document) : state));
      report(files.length);
    }
    return files;
  }

  /** To be called when a document was closed. */
  async closed(uri: string): Promise<void> {
    if (this.#states.has(uri)) await this.#readAndPublish(uri);
    else await this.#services.publish(uri, []);
  }

  /** To be called when files or whole folders were changed, made or deleted on the disk. */
  async changedOnDisk(uris: readonly string[]): Promise<void> {
    const changed = new Set(uris);
    const isBelow = (uri: string) => uris.some((folder) => uri.startsWith(`${folder}/`));
    for (const uri of [...this.#states.keys()]) {
      if (changed.has(uri) || isBelow(uri)) await this.#readAndPublish(uri);
    }
  }

  /** To be called when files' settings or authors may be others. */
  async judgeAgain(): Promise<void> {
    const { settings, judge } = this.#services;
    await settings.prepare([...this.#states.keys()]);
    for (const [uri, state] of [...this.#states]) {
      if (typeof state !== 'string' && judge.holds(state)) await this.#publish(uri, state);
      else await this.#readAndPublish(uri);
    }
  }

  async #readAndPublish(uri: string): Promise<State> {
    const reading = Symbol(uri);
    this.#readings.set(uri, reading);
    const source = await readSource(uri);
    const state =
      source.kind === 'text'
        ? this.#services.judge.judgeText(source.text, languageOfUri(uri))
        : source.problem;
    if (this.#readings.get(uri) !== reading) return state;
    this.#states.set(uri, state);
    await this.#publish(uri, state);
    return state;
  }

  async #publish(uri: string, state: State): Promise<void> {
    const { documents, settings: source, pages, publish } = this.#services;
    const settings = await source.of(uri);
    if (documents.get(uri) !== undefined || this.#states.get(uri) !== state) return;
    const findings = typeof state === 'string' ? [] : state.findings;
    await publish(uri, diagnosticsOf(findings, settings, pages));
  }
}

function countsOf(uri: string, state: State): GuardedFile {
  if (typeof state === 'string') return { uri, errors: 0, warnings: 0, infos: 0, problem: state };
  const count = (severity: Finding['severity']) =>
    state.findings.filter((finding) => finding.severity === severity).length;
  return { uri, errors: count('error'), warnings: count('warning'), infos: count('info') };
}
