import * as vscode from 'vscode';
import { strategyFileName } from '../contracts/languageServer.ts';
import type { LabHost } from './labHost.ts';
import type { GuardianClient } from './languageClient.ts';
import { type Log, showError } from './log.ts';
import type { RunBook } from './runBook.ts';
import { strategyFiles } from './strategyFiles.ts';

export interface GuardianControlOptions {
  readonly context: vscode.ExtensionContext;
  readonly host: LabHost;
  readonly book: RunBook;
  readonly log: Log;
}

/** Starts the language server with the first strategy that is opened, and tells it what agents wrote. */
export class GuardianControl implements vscode.Disposable {
  readonly #options: GuardianControlOptions;
  readonly #subscriptions: vscode.Disposable[];
  readonly #changed = new vscode.EventEmitter<void>();
  #client: Promise<GuardianClient> | undefined;
  #isRunning = false;
  /** What was last said of agents' sources: each saying makes the server judge all files anew. */
  #told = '';
  #toldFindings = JSON.stringify({ runs: [] });

  /** Guardian began to judge. */
  readonly onDidStart = this.#changed.event;

  constructor(options: GuardianControlOptions) {
    this.#options = options;
    const { host, log } = options;
    const look = (document: vscode.TextDocument): void => {
      if (!strategyFileName.test(document.uri.path)) return;
      this.#started().catch((error: unknown) => showError(log, 'Guardian', error));
    };
    this.#subscriptions = [
      this.#changed,
      vscode.workspace.onDidOpenTextDocument(look),
      host.onDidChangeRun(() => this.#tellAll()),
    ];
    for (const document of vscode.workspace.textDocuments) look(document);
  }

  /** True once the language server judges: before, no finding means nothing. */
  get isRunning(): boolean {
    return this.#isRunning;
  }

  /** Judges every strategy file of the workspace. */
  async guardAll(): Promise<void> {
    const { guardAll } = await import('./commands/guardAll.ts');
    await guardAll(await this.#started(), strategyFiles);
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#client?.then((client) => client.dispose()).catch(() => undefined);
  }

  #started(): Promise<GuardianClient> {
    if (this.#client === undefined) {
      this.#client = this.#start();
      this.#client.then(
        () => this.#begun(),
        () => {
          // The next wish for it tries again.
          this.#client = undefined;
        },
      );
    }
    return this.#client;
  }

  #begun(): void {
    this.#isRunning = true;
    this.#changed.fire();
    this.#tellAll();
  }

  #tellAll(): void {
    void this.#tellSources();
    void this.#tellRunFindings();
  }

  async #start(): Promise<GuardianClient> {
    const { context, log } = this.#options;
    const { GuardianClient } = await import('./languageClient.ts');
    const client = new GuardianClient({
      serverModule: vscode.Uri.joinPath(context.extensionUri, 'dist', 'server.js').fsPath,
      log: log.channel,
      clock: Date.now,
    });
    await client.start();
    return client;
  }

  async #tellSources(): Promise<void> {
    if (this.#client === undefined) return;
    try {
      const hashes = await this.#options.book.agentSources();
      const told = hashes.join();
      if (told === this.#told) return;
      this.#told = told;
      await (await this.#client).setAgentSources(hashes);
    } catch (error) {
      this.#options.log.error('Guardian was not told what agents wrote', error);
    }
  }

  async #tellRunFindings(): Promise<void> {
    if (this.#client === undefined) return;
    try {
      const findings = await this.#options.book.runFindings();
      const told = JSON.stringify(findings);
      if (told === this.#toldFindings) return;
      this.#toldFindings = told;
      await (await this.#client).setRunFindings(findings);
    } catch (error) {
      this.#options.log.error('Guardian was not told what runs showed', error);
    }
  }
}
