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
  #client: Promise<GuardianClient> | undefined;

  constructor(options: GuardianControlOptions) {
    this.#options = options;
    const { host, log } = options;
    const look = (document: vscode.TextDocument): void => {
      if (!strategyFileName.test(document.uri.path)) return;
      this.#started().catch((error: unknown) => showError(log, 'Guardian', error));
    };
    this.#subscriptions = [
      vscode.workspace.onDidOpenTextDocument(look),
      host.onDidChangeRun(() => void this.#tellSources()),
    ];
    for (const document of vscode.workspace.textDocuments) look(document);
  }

  /** Judges every strategy file of the workspace. */
  async guardAll(): Promise<void> {
    const { guardAll } = await import('./commands/guardAll.ts');
    await guardAll(await this.#started(), strategyFiles);
  }

  /** Opens the page of a Guardian rule. */
  async openRule(rule: string): Promise<void> {
    if (!/^[A-Z]+\d+$/.test(rule)) return;
    const page = vscode.Uri.joinPath(
      this.#options.context.extensionUri,
      'dist',
      'rules',
      `${rule}.guardian.md`,
    );
    await vscode.commands.executeCommand('markdown.showPreview', page);
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#client?.then((client) => client.dispose()).catch(() => undefined);
  }

  #started(): Promise<GuardianClient> {
    this.#client ??= this.#start();
    this.#client.catch(() => {
      // The next wish for it tries again.
      this.#client = undefined;
    });
    return this.#client;
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
    await client.setAgentSources(await this.#options.book.agentSources());
    return client;
  }

  async #tellSources(): Promise<void> {
    if (this.#client === undefined) return;
    try {
      await (await this.#client).setAgentSources(await this.#options.book.agentSources());
    } catch (error) {
      this.#options.log.error('Guardian was not told what agents wrote', error);
    }
  }
}
