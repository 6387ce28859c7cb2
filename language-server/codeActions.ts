import {
  type CodeAction,
  CodeActionKind,
  type CodeActionParams,
  type Diagnostic,
  type Range,
} from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Finding } from '../extension/contracts/guardian.ts';
import { diagnosticOf } from './diagnostics.ts';
import { type EditSupport, workspaceEdit } from './editing.ts';
import { fixOf, safeFixes } from './fixAll.ts';
import { ignoreEdit } from './ignoreComment.ts';
import type { Judge } from './judge.ts';
import type { RulePages } from './rulePages.ts';
import type { Settings } from './settings.ts';

/** The kind of the action that makes all safe fixes of a file. */
export const fixAllKind = `${CodeActionKind.SourceFixAll}.strategyLab`;

/** The command of this server that opens the page of the rule it is given. */
export const openRuleCommand = 'strategy-lab.guardian.openRule';

export interface CodeActionServices {
  readonly judge: Judge;
  readonly pages: RulePages;
  readonly edits: EditSupport;
  /** Whether the editor shows a document when the server asks for it. */
  readonly showsDocuments: boolean;
}

interface Shown {
  readonly finding: Finding;
  readonly diagnostic: Diagnostic;
}

/** What can be done about the findings that are shown in a range, and in the whole document when that is asked for. */
export function codeActionsOf(
  document: TextDocument,
  { range, context }: CodeActionParams,
  settings: Settings,
  services: CodeActionServices,
): CodeAction[] {
  const { judge, pages } = services;
  const shown = judge.judge(document).findings.flatMap((finding): Shown[] => {
    const diagnostic = diagnosticOf(finding, settings, pages);
    return diagnostic ? [{ finding, diagnostic }] : [];
  });
  const isWanted = (kind: string) =>
    context.only?.some((wanted) => kind === wanted || kind.startsWith(`${wanted}.`)) ?? false;
  const actions: CodeAction[] = [];
  if (context.only === undefined || isWanted(CodeActionKind.QuickFix)) {
    for (const item of shown) {
      if (overlap(item.diagnostic.range, range)) actions.push(...quickFixes(document, item, services));
    }
  }
  // Costs more than a glance at the caret's line may.
  if (isWanted(fixAllKind)) {
    const fixes = safeFixes(
      document,
      shown.map(({ finding }) => finding),
      judge,
    );
    if (fixes.length > 0) {
      actions.push({
        title: 'Fix all safe problems that Guardian found',
        kind: fixAllKind,
        edit: workspaceEdit(document, fixes, services.edits),
      });
    }
  }
  return actions;
}

function quickFixes(
  document: TextDocument,
  { finding, diagnostic }: Shown,
  { judge, edits, pages, showsDocuments }: CodeActionServices,
): CodeAction[] {
  const about = { kind: CodeActionKind.QuickFix, diagnostics: [diagnostic] };
  const actions: CodeAction[] = [];
  const fix = fixOf(finding);
  if (finding.fix && fix) {
    const edit = workspaceEdit(document, [fix], edits);
    actions.push({ ...about, title: finding.fix.title, isPreferred: true, edit });
  }
  const ignore = ignoreEdit(document, finding, judge);
  if (ignore) {
    const title = `Ignore ${finding.rule} with a reason`;
    actions.push({ ...about, title, edit: workspaceEdit(document, [ignore], edits) });
  }
  if (showsDocuments && pages.hrefOf(finding.rule) !== undefined) {
    const title = `Open the page of ${finding.rule}`;
    actions.push({
      ...about,
      title,
      command: { title, command: openRuleCommand, arguments: [finding.rule] },
    });
  }
  return actions;
}

/** True where two ranges share a place, be it at their edges. */
function overlap(a: Range, b: Range): boolean {
  return !isBefore(a.end, b.start) && !isBefore(b.end, a.start);
}

function isBefore(a: Range['start'], b: Range['start']): boolean {
  return a.line < b.line || (a.line === b.line && a.character < b.character);
}
