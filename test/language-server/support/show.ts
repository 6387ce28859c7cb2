import {
  type CodeAction,
  DiagnosticSeverity,
  type PublishDiagnosticsParams,
  type TextEdit,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';

const severities = Object.fromEntries(
  Object.entries(DiagnosticSeverity).map(([name, value]) => [value, name.toLowerCase()]),
);

/** Findings as an editor lists them: one line each, places counted from 1. */
export function listed({ diagnostics }: PublishDiagnosticsParams): string {
  return diagnostics
    .map(({ range: { start, end }, severity, code, message }) => {
      const place = `${start.line + 1}:${start.character + 1}-${end.line + 1}:${end.character + 1}`;
      return `${place} ${severities[severity ?? 1]} ${code} ${message}`;
    })
    .join('\n');
}

/** The rules of the findings, in order. */
export function rulesOf({ diagnostics }: PublishDiagnosticsParams): unknown[] {
  return diagnostics.map(({ code }) => code);
}

/** A text after the edit of an action, as an editor leaves it whose person types nothing into it. */
export function afterAction(text: string, { edit }: CodeAction): string {
  const [change] = edit?.documentChanges ?? [];
  const edits =
    change && 'edits' in change
      ? change.edits.map(
          (part): TextEdit =>
            'snippet' in part
              ? { range: part.range, newText: part.snippet.value.replace(/\$\{1:(.*?)\}/, '$1') }
              : part,
        )
      : Object.values(edit?.changes ?? {}).flat();
  return TextDocument.applyEdits(TextDocument.create('file:///edited', 'typescript', 1, text), edits);
}
