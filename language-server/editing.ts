import type { Range, TextEdit, WorkspaceEdit } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Finding } from '../extension/contracts/guardian.ts';

/** A replacement of a part of a document; `placeholder` is the part of the new text that a person replaces. */
export interface Edit {
  readonly range: Range;
  readonly newText: string;
  readonly placeholder?: string;
}

/** What the editor understands of edits. */
export interface EditSupport {
  /** Edits of one version of a document. */
  readonly versions: boolean;
  /** New texts with a place where the person goes on typing. */
  readonly snippets: boolean;
}

/** The text of a document after edits that do not overlap. */
export function applied(document: TextDocument, edits: readonly Edit[]): string {
  const text = document.getText();
  const inOrder = edits
    .map(({ range: { start, end }, newText }) => ({
      from: document.offsetAt(start),
      to: document.offsetAt(end),
      newText,
    }))
    .sort((a, b) => a.from - b.from || a.to - b.to);
  let result = '';
  let end = 0;
  for (const { from, to, newText } of inOrder) {
    result += text.slice(end, from) + newText;
    end = to;
  }
  return result + text.slice(end);
}

/** Edits of a document in the best form that the editor understands. */
export function workspaceEdit(
  { uri, version }: TextDocument,
  edits: readonly Edit[],
  support: EditSupport,
): WorkspaceEdit {
  if (!support.versions) return { changes: { [uri]: edits.map(plain) } };
  const rich = (edit: Edit) =>
    support.snippets && edit.placeholder !== undefined
      ? {
          range: edit.range,
          snippet: { kind: 'snippet' as const, value: snippetOf(edit.newText, edit.placeholder) },
        }
      : plain(edit);
  return { documentChanges: [{ textDocument: { uri, version }, edits: edits.map(rich) }] };
}

/** True when `after` lacks the mended findings of `before` and no rule has more findings than it had. */
export function isMended(
  before: readonly Finding[],
  after: readonly Finding[],
  mended: readonly Finding[],
): boolean {
  const allowed = new Map<string, number>();
  for (const { rule } of before) allowed.set(rule, (allowed.get(rule) ?? 0) + 1);
  for (const { rule } of mended) allowed.set(rule, (allowed.get(rule) ?? 0) - 1);
  for (const { rule } of after) allowed.set(rule, (allowed.get(rule) ?? 0) - 1);
  return [...allowed.values()].every((left) => left >= 0);
}

function plain({ range, newText }: Edit): TextEdit {
  return { range, newText };
}

function snippetOf(newText: string, placeholder: string): string {
  const literal = (text: string) => text.replace(/[\\$}]/g, '\\$&');
  return newText
    .split(placeholder)
    .map(literal)
    .join(`\${1:${literal(placeholder)}}`);
}
