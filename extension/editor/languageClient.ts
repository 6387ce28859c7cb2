import * as vscode from 'vscode';
import {
  CloseAction,
  type DocumentSelector,
  ErrorAction,
  type ErrorHandler,
  LanguageClient,
  LSPErrorCodes,
  ResponseError,
  RevealOutputChannelOn,
  State,
  TransportKind,
  type WindowMiddleware,
  WorkDoneProgress,
} from 'vscode-languageclient/node';
import { LabError } from '../contracts/errors.ts';
import {
  agentSourcesMethod,
  type GuardFilesResult,
  guardFilesMethod,
  guardFilesResultSchema,
  type RunFindings,
  runFindingsMethod,
  strategyFilesGlob,
} from '../contracts/languageServer.ts';
import { RestartPolicy } from './restartPolicy.ts';

export interface GuardianClientOptions {
  /** Path of the language server. */
  readonly serverModule: string;
  readonly log: vscode.LogOutputChannel;
  /** UTC milliseconds. */
  readonly clock: () => number;
}

const mostEnds = 5;
const endsMinutes = 3;
/** Messages in a row that cannot be read or written. */
const mostErrors = 3;

/** A document without a name may be a strategy: the server sees by its import. */
const documents: DocumentSelector = [
  { scheme: 'file', pattern: strategyFilesGlob },
  { scheme: 'untitled', pattern: strategyFilesGlob },
  { scheme: 'untitled', language: 'typescript' },
  { scheme: 'untitled', language: 'javascript' },
];

/** The library's client without its own messages to people: those of `GuardianClient` say what to do. */
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }

  override info(message: string, data?: unknown): void {
    super.info(message, data, false);
  }
}

/**
 * Guardian's language server, as the editor sees it; started again when it ends by itself. Loads much, so
 * import it on first use.
 */
export class GuardianClient implements vscode.Disposable {
  readonly #options: GuardianClientOptions;
  readonly #restarts: RestartPolicy;
  #start: Promise<LanguageClient> | undefined;
  #agentSources: readonly string[] = [];
  #runFindings: RunFindings = { runs: [] };
  #requests = 0;
  #isDisposed = false;

  constructor(options: GuardianClientOptions) {
    this.#options = options;
    this.#restarts = new RestartPolicy(mostEnds, endsMinutes * 60_000, options.clock);
  }

  /** Starts the server unless it runs. @throws LabError `internal` */
  async start(): Promise<void> {
    await this.#running();
  }

  /** Says by the SHA-256 in hex of their text which sources an agent wrote; replaces what was said before. */
  async setAgentSources(hashes: readonly string[]): Promise<void> {
    this.#agentSources = hashes;
    const client = await this.#start;
    if (client?.isRunning()) await client.sendNotification(agentSourcesMethod, { hashes });
  }

  /** Says what the last runs of strategies showed; replaces what was said before. */
  async setRunFindings(findings: RunFindings): Promise<void> {
    this.#runFindings = findings;
    const client = await this.#start;
    if (client?.isRunning()) await client.sendNotification(runFindingsMethod, findings);
  }

  /**
   * Judges files, open or not, and shows what is found until they change.
   * @throws LabError `cancelled`, `internal`
   */
  async guardFiles(
    uris: readonly vscode.Uri[],
    token: vscode.CancellationToken,
    progress: vscode.Progress<{ message?: string; increment?: number }>,
  ): Promise<GuardFilesResult> {
    const client = await this.#running();
    this.#requests += 1;
    const workDoneToken = `${guardFilesMethod} ${this.#requests}`;
    let percentage = 0;
    const listener = client.onProgress(WorkDoneProgress.type, workDoneToken, (step) => {
      if (step.kind !== 'report') return;
      const { message = '', percentage: now = percentage } = step;
      progress.report({ message, increment: now - percentage });
      percentage = now;
    });
    const params = { uris: uris.map((uri) => client.code2ProtocolConverter.asUri(uri)), workDoneToken };
    try {
      return guardFilesResultSchema.parse(await client.sendRequest(guardFilesMethod, params, token));
    } catch (cause) {
      if (cause instanceof ResponseError && cause.code === LSPErrorCodes.RequestCancelled) {
        throw new LabError('cancelled', vscode.l10n.t('Judging the strategies was cancelled.'), { cause });
      }
      throw new LabError('internal', vscode.l10n.t('Guardian did not judge the strategies.'), {
        action: vscode.l10n.t('Try again; the log says what went wrong.'),
        cause,
      });
    } finally {
      listener.dispose();
    }
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#start
      ?.then((client) => client.dispose())
      .catch((error: unknown) => this.#options.log.warn(`Guardian did not end well: ${String(error)}`));
  }

  #running(): Promise<LanguageClient> {
    this.#start ??= this.#launch();
    return this.#start;
  }

  async #launch(): Promise<LanguageClient> {
    const client = this.#newClient();
    try {
      await client.start();
    } catch (cause) {
      this.#start = undefined;
      throw new LabError(
        'internal',
        vscode.l10n.t('Guardian could not be started, so strategies are not checked while you type.'),
        { action: vscode.l10n.t('They are checked before every run all the same.'), cause },
      );
    }
    client.onDidChangeState(({ newState }) => {
      if (newState === State.Stopped && !this.#isDisposed) this.#ended();
    });
    return client;
  }

  /** What happens when the server ended by itself. */
  #ended(): void {
    this.#start = undefined;
    if (this.#restarts.ended()) {
      this.#options.log.warn('Guardian ended by itself, and is started again.');
      this.#running().catch(() => this.#ended());
    } else void this.#giveUp();
  }

  async #giveUp(): Promise<void> {
    const [again, log] = [vscode.l10n.t('Start Again'), vscode.l10n.t('Show Log')];
    const sentence = vscode.l10n.t(
      'Guardian ended {0} times within {1} minutes, so strategies are not checked while you type. They are checked before every run all the same.',
      mostEnds,
      endsMinutes,
    );
    const answer = await vscode.window.showErrorMessage(sentence, again, log);
    if (answer === again) this.#running().catch(() => this.#ended());
    if (answer === log) this.#options.log.show();
  }

  #newClient(): LanguageClient {
    const { serverModule, log } = this.#options;
    return new QuietClient(
      'strategyLab.guardian',
      'Guardian',
      { module: serverModule, transport: TransportKind.ipc },
      {
        documentSelector: documents,
        outputChannel: log,
        revealOutputChannelOn: RevealOutputChannelOn.Never,
        initializationOptions: () => ({
          agentSources: { hashes: this.#agentSources },
          runFindings: this.#runFindings,
        }),
        initializationFailedHandler: () => false,
        errorHandler,
        middleware: { window: showsPages },
      },
    );
  }
}

/** The library restarts nothing: `GuardianClient` does. */
const errorHandler: ErrorHandler = {
  error: (_error, _message, count = 0) => ({
    action: count <= mostErrors ? ErrorAction.Continue : ErrorAction.Shutdown,
    handled: true,
  }),
  closed: () => ({ action: CloseAction.DoNotRestart, handled: true, message: 'Guardian ended.' }),
};

const showsPages: WindowMiddleware = {
  /** Opens a page as the editor opens files of its kind: those of rules are shown, not edited. */
  async showDocument(params, token, next) {
    if (params.external) return next(params, token);
    await vscode.commands.executeCommand('vscode.open', vscode.Uri.parse(params.uri));
    return { success: true };
  },
};
