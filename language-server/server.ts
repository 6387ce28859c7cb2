import {
  CodeActionKind,
  createConnection,
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
  ErrorCodes,
  type InitializeParams,
  type InitializeResult,
  LSPErrorCodes,
  MarkupKind,
  ResponseError,
  TextDocumentSyncKind,
  TextDocuments,
  WatchKind,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import * as z from 'zod';
import {
  agentSourcesMethod,
  agentSourcesSchema,
  type GuardFilesResult,
  guardFilesMethod,
  guardFilesRequestSchema,
  guardianSection,
  initializationOptionsSchema,
  runFindingsMethod,
  runFindingsSchema,
  strategyFilesGlob,
} from '../extension/contracts/languageServer.ts';
import { ClosedFiles } from './closedFiles.ts';
import { codeActionsOf, fixAllKind, openRuleCommand } from './codeActions.ts';
import { hoverOf } from './hover.ts';
import { Judge } from './judge.ts';
import { OpenFiles } from './openFiles.ts';
import { RulePages } from './rulePages.ts';
import { SettingsSource } from './settingsSource.ts';
import { isStrategy, languageOfDocument } from './strategyDocuments.ts';

declare const __LAB_VERSION__: string;

/*
 * Guardian for editors, over the Language Server Protocol: on the channel that the command line names, as
 * --stdio or --node-ipc, else on stdin and stdout.
 */
const connection =
  process.argv.length > 2 ? createConnection() : createConnection(process.stdin, process.stdout);
const documents = new TextDocuments(TextDocument);
const judge = new Judge();
const pages = new RulePages(new URL('./rules/', import.meta.url));
let capabilities: InitializeParams['capabilities'] = {};
/** The settings of an editor that is not asked for them, but sends them. */
let sentSettings: unknown;

const settings = new SettingsSource(
  async (uris) => {
    if (capabilities.workspace?.configuration !== true) return uris.map(() => sentSettings);
    return connection.workspace.getConfiguration(
      uris.map((scopeUri) => ({ scopeUri, section: guardianSection })),
    );
  },
  (sentence) => connection.console.warn(sentence),
);
const openFiles = new OpenFiles({
  documents,
  settings,
  judge,
  pages,
  publish: (uri, diagnostics, version) => connection.sendDiagnostics({ uri, diagnostics, version }),
});
const closedFiles = new ClosedFiles({
  documents,
  settings,
  judge,
  pages,
  publish: (uri, diagnostics) => connection.sendDiagnostics({ uri, diagnostics }),
});

/** Lets work go on by itself; what fails in it is told in the log and stops nothing else. */
function inBackground(...works: readonly Promise<unknown>[]): void {
  for (const work of works) {
    work.catch((error: unknown) => connection.console.error(`Guardian: ${String(error)}`));
  }
}

connection.onInitialize((params): InitializeResult => {
  capabilities = params.capabilities;
  const options = initializationOptionsSchema.safeParse(params.initializationOptions ?? {});
  judge.setAgentSources(options.data?.agentSources?.hashes ?? []);
  judge.setRunFindings(options.data?.runFindings ?? { runs: [] });
  return {
    serverInfo: { name: 'Guardian', version: __LAB_VERSION__ },
    capabilities: {
      textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
      codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, fixAllKind] },
      hoverProvider: true,
      executeCommandProvider: { commands: [openRuleCommand] },
    },
  };
});

connection.onInitialized(() => {
  const { didChangeConfiguration, didChangeWatchedFiles } = capabilities.workspace ?? {};
  if (didChangeConfiguration?.dynamicRegistration) {
    const section = guardianSection;
    inBackground(connection.client.register(DidChangeConfigurationNotification.type, { section }));
  }
  if (didChangeWatchedFiles?.dynamicRegistration) {
    // Of a deleted folder some editors tell the folder alone.
    const watchers = [{ globPattern: strategyFilesGlob }, { globPattern: '**/*', kind: WatchKind.Delete }];
    inBackground(connection.client.register(DidChangeWatchedFilesNotification.type, { watchers }));
  }
});

documents.onDidChangeContent(({ document }) => inBackground(openFiles.changed(document)));

documents.onDidClose(({ document: { uri } }) => {
  if (openFiles.closed(uri)) inBackground(closedFiles.closed(uri));
});

connection.onDidChangeWatchedFiles(({ changes }) => {
  inBackground(closedFiles.changedOnDisk(changes.map(({ uri }) => uri)));
});

const sentSettingsSchema = z.object({ strategyLab: z.object({ guardian: z.unknown() }) });

connection.onDidChangeConfiguration((params) => {
  sentSettings = sentSettingsSchema.safeParse(params.settings).data?.strategyLab.guardian;
  settings.forgetAll();
  inBackground(openFiles.judgeAgain(), closedFiles.judgeAgain());
});

connection.onNotification(agentSourcesMethod, (params: unknown) => {
  const sources = agentSourcesSchema.safeParse(params);
  if (!sources.success) {
    connection.console.warn(`The notification ${agentSourcesMethod} is malformed, so it is ignored.`);
    return;
  }
  judge.setAgentSources(sources.data.hashes);
  inBackground(openFiles.judgeAgain(), closedFiles.judgeAgain());
});

connection.onNotification(runFindingsMethod, (params: unknown) => {
  const findings = runFindingsSchema.safeParse(params);
  if (!findings.success) {
    connection.console.warn(`The notification ${runFindingsMethod} is malformed, so it is ignored.`);
    return;
  }
  judge.setRunFindings(findings.data);
  inBackground(openFiles.judgeAgain(), closedFiles.judgeAgain());
});

connection.onHover(async ({ textDocument: { uri }, position }) => {
  const shown = await settings.of(uri);
  const document = documents.get(uri);
  if (document === undefined || !isStrategy(document)) return null;
  const value = hoverOf(judge.judge(document).findings, position, shown, pages, languageOfDocument(document));
  return value === undefined ? null : { contents: { kind: MarkupKind.Markdown, value } };
});

connection.onCodeAction(async (params) => {
  const { uri } = params.textDocument;
  const shown = await settings.of(uri);
  const document = documents.get(uri);
  if (document === undefined || !isStrategy(document)) return [];
  const { workspaceEdit } = capabilities.workspace ?? {};
  const versions = workspaceEdit?.documentChanges === true;
  return codeActionsOf(document, params, shown, {
    judge,
    pages,
    edits: { versions, snippets: versions && workspaceEdit?.snippetEditSupport === true },
    showsDocuments: capabilities.window?.showDocument?.support === true,
  });
});

connection.onExecuteCommand(async ({ command, arguments: [rule] = [] }) => {
  const uri = command === openRuleCommand && typeof rule === 'string' ? pages.hrefOf(rule) : undefined;
  if (uri === undefined) throw new ResponseError(ErrorCodes.InvalidParams, 'There is no such page.');
  await connection.window.showDocument({ uri, takeFocus: true });
});

connection.onRequest(guardFilesMethod, async (params: unknown, token): Promise<GuardFilesResult> => {
  const request = guardFilesRequestSchema.safeParse(params);
  if (!request.success) {
    throw new ResponseError(ErrorCodes.InvalidParams, z.prettifyError(request.error));
  }
  const { uris, workDoneToken } = request.data;
  const progress = connection.window.attachWorkDoneProgress(workDoneToken);
  progress.begin('Guardian', 0, undefined, true);
  try {
    const files = await closedFiles.guard(uris, token, (done) =>
      progress.report(Math.floor((100 * done) / uris.length), `${done} / ${uris.length}`),
    );
    if (!token.isCancellationRequested) return { files };
  } finally {
    progress.done();
  }
  throw new ResponseError(LSPErrorCodes.RequestCancelled, 'The request was cancelled.');
});

documents.listen(connection);
connection.listen();
