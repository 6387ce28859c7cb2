import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import {
  type ClientCapabilities,
  type CodeAction,
  CodeActionRequest,
  ConfigurationRequest,
  createProtocolConnection,
  DidChangeConfigurationNotification,
  DidChangeTextDocumentNotification,
  DidChangeWatchedFilesNotification,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  ExitNotification,
  type FileChangeType,
  HoverRequest,
  InitializedNotification,
  InitializeRequest,
  LogMessageNotification,
  type Position,
  type ProtocolConnection,
  PublishDiagnosticsNotification,
  type PublishDiagnosticsParams,
  type Range,
  RegistrationRequest,
  ShowDocumentRequest,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
  type TextDocumentContentChangeEvent,
} from 'vscode-languageserver/node';

/** The built server. `npm test` builds it before any test. */
export const serverModule = fileURLToPath(new URL('../../../dist/server.js', import.meta.url));

/** What an editor such as VS Code can do, as far as the server asks. */
export const fullCapabilities: ClientCapabilities = {
  workspace: {
    configuration: true,
    didChangeConfiguration: { dynamicRegistration: true },
    didChangeWatchedFiles: { dynamicRegistration: true },
    workspaceEdit: { documentChanges: true, snippetEditSupport: true },
  },
  window: { showDocument: { support: true }, workDoneProgress: true },
};

export interface EditorOptions {
  readonly capabilities?: ClientCapabilities;
  /** The section `strategyLab.guardian` of a file, or a promise of it. */
  readonly settings?: (uri: string) => unknown;
  readonly initializationOptions?: unknown;
}

/** A text with `<|>` at the caret. */
export function marked(text: string): { readonly text: string; readonly caret: Position } {
  const [before = '', after = ''] = text.split('<|>');
  const lines = before.split('\n');
  return { text: before + after, caret: { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 } };
}

/** An editor that speaks with a server process of its own. */
export class Editor implements AsyncDisposable {
  /** All that was published, in order. */
  readonly published: PublishDiagnosticsParams[] = [];
  readonly log: string[] = [];
  /** URIs of the documents that the server had shown. */
  readonly shown: string[] = [];
  readonly registered: string[] = [];
  readonly connection: ProtocolConnection;
  settings: (uri: string) => unknown;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #listeners = new Set<() => void>();

  private constructor(child: ChildProcessWithoutNullStreams, options: EditorOptions) {
    this.#child = child;
    this.settings = options.settings ?? (() => null);
    this.connection = createProtocolConnection(
      new StreamMessageReader(child.stdout),
      new StreamMessageWriter(child.stdin),
    );
    this.#answer();
    this.connection.listen();
  }

  static async start(options: EditorOptions = {}): Promise<Editor> {
    const child = spawn(process.execPath, [serverModule, '--stdio']);
    child.stderr.pipe(process.stderr);
    const editor = new Editor(child, options);
    await editor.connection.sendRequest(InitializeRequest.type, {
      processId: process.pid,
      rootUri: null,
      capabilities: options.capabilities ?? fullCapabilities,
      initializationOptions: options.initializationOptions,
    });
    await editor.connection.sendNotification(InitializedNotification.type, {});
    return editor;
  }

  #answer(): void {
    const { connection } = this;
    connection.onNotification(PublishDiagnosticsNotification.type, (params) => {
      this.published.push(params);
      for (const listener of this.#listeners) listener();
    });
    connection.onNotification(LogMessageNotification.type, ({ message }) => {
      this.log.push(message);
      for (const listener of this.#listeners) listener();
    });
    connection.onRequest(ConfigurationRequest.type, ({ items }) =>
      Promise.all(items.map(({ scopeUri }) => this.settings(scopeUri ?? ''))),
    );
    connection.onRequest(RegistrationRequest.type, ({ registrations }) => {
      this.registered.push(...registrations.map(({ method }) => method));
      for (const listener of this.#listeners) listener();
    });
    connection.onRequest(ShowDocumentRequest.type, ({ uri }) => {
      this.shown.push(uri);
      return { success: true };
    });
  }

  /** Waits until `look` finds something, now or after a later message of the server. */
  async until<T>(look: () => T | undefined): Promise<T> {
    const now = look();
    if (now !== undefined) return now;
    return new Promise((resolve) => {
      const listener = () => {
        const found = look();
        if (found === undefined) return;
        this.#listeners.delete(listener);
        resolve(found);
      };
      this.#listeners.add(listener);
    });
  }

  /** What is published on a document's version. */
  ofVersion(uri: string, version: number): Promise<PublishDiagnosticsParams> {
    return this.until(() => this.published.find((one) => one.uri === uri && one.version === version));
  }

  /** The first publication on a file after so many publications of all. */
  after(count: number, uri: string): Promise<PublishDiagnosticsParams> {
    return this.until(() => this.published.slice(count).find((one) => one.uri === uri));
  }

  async open(uri: string, text: string, languageId = 'typescript'): Promise<PublishDiagnosticsParams> {
    const count = this.published.length;
    await this.openSilently(uri, text, languageId);
    return this.after(count, uri);
  }

  openSilently(uri: string, text: string, languageId = 'typescript'): Promise<void> {
    return this.connection.sendNotification(DidOpenTextDocumentNotification.type, {
      textDocument: { uri, languageId, version: 1, text },
    });
  }

  change(uri: string, version: number, ...contentChanges: TextDocumentContentChangeEvent[]): Promise<void> {
    return this.connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument: { uri, version },
      contentChanges,
    });
  }

  close(uri: string): Promise<void> {
    return this.connection.sendNotification(DidCloseTextDocumentNotification.type, { textDocument: { uri } });
  }

  changedOnDisk(uri: string, type: FileChangeType): Promise<void> {
    return this.connection.sendNotification(DidChangeWatchedFilesNotification.type, {
      changes: [{ uri, type }],
    });
  }

  configure(settings: (uri: string) => unknown): Promise<void> {
    this.settings = settings;
    return this.connection.sendNotification(DidChangeConfigurationNotification.type, { settings: null });
  }

  /** The text of the hover at a place. */
  async hover(uri: string, position: Position): Promise<string | undefined> {
    const hover = await this.connection.sendRequest(HoverRequest.type, { textDocument: { uri }, position });
    return hover ? (hover.contents as { readonly value: string }).value : undefined;
  }

  async codeActions(uri: string, range: Range, only?: string[]): Promise<CodeAction[]> {
    const actions = await this.connection.sendRequest(CodeActionRequest.type, {
      textDocument: { uri },
      range,
      context: { diagnostics: [], ...(only ? { only } : {}) },
    });
    return (actions ?? []) as CodeAction[];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = this.#child.exitCode === null ? once(this.#child, 'exit') : undefined;
    await this.connection.sendRequest(ShutdownRequest.type);
    await this.connection.sendNotification(ExitNotification.type);
    await ended;
    this.connection.dispose();
  }
}
