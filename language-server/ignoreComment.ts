import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Finding } from '../extension/contracts/guardian.ts';
import { applied, type Edit, isMended } from './editing.ts';
import { isSuppressible } from './guardian/suppressions.ts';
import type { Judge } from './judge.ts';
import { languageOfDocument } from './strategyDocuments.ts';

/** Stands where the person writes the reason. It is too short to be one, so that by itself it suppresses nothing. */
const placeholder = '…';
const sampleReason = 'a reason';
/** What starts a comment to the end of its line. */
export const commentSigns = { javascript: '//', python: '#' } as const;
const namedRules = /guardian-ignore\s+[A-Z]+\d+(?:[\s,]+[A-Z]+\d+)*/;

/**
 * The edit by which a person suppresses a finding: a comment that lacks the reason, or one rule more in the
 * comment that stands there. Nothing where no comment could.
 */
export function ignoreEdit(document: TextDocument, finding: Finding, judge: Judge): Edit | undefined {
  const { rule } = finding;
  if (!isSuppressible(rule)) return undefined;
  const line = finding.line - 1;
  const language = languageOfDocument(document);
  const sign = commentSigns[language];
  const candidates = [
    ruleAdded(document, line, rule),
    ruleAdded(document, line - 1, rule),
    commentAbove(document, line, rule, sign),
    commentBehind(document, line, rule, sign),
  ];
  const before = judge.judge(document).findings;
  return candidates.find((edit) => {
    if (edit === undefined) return false;
    // Above a line that starts inside of a text, or below another comment, a comment would not do.
    const newText = edit.newText.replace(placeholder, sampleReason);
    const after = judge.judgeText(applied(document, [{ ...edit, newText }]), language).findings;
    return isMended(before, after, [finding]);
  });
}

function ruleAdded(document: TextDocument, line: number, rule: string): Edit | undefined {
  const match = namedRules.exec(lineText(document, line));
  if (!match) return undefined;
  const place = { line, character: match.index + match[0].length };
  return { range: { start: place, end: place }, newText: `, ${rule}` };
}

function commentAbove(document: TextDocument, line: number, rule: string, sign: string): Edit {
  const text = lineText(document, line);
  const [indentation] = /^[ \t]*/.exec(text) ?? [''];
  const [lineEnd] = /\r\n|\r|\n/.exec(text) ?? ['\n'];
  const place = { line, character: 0 };
  const newText = `${indentation}${sign} guardian-ignore ${rule}: ${placeholder}${lineEnd}`;
  return { range: { start: place, end: place }, newText, placeholder };
}

function commentBehind(document: TextDocument, line: number, rule: string, sign: string): Edit {
  const place = { line, character: lineText(document, line).replace(/[\r\n]+$/, '').length };
  const newText = ` ${sign} guardian-ignore ${rule}: ${placeholder}`;
  return { range: { start: place, end: place }, newText, placeholder };
}

/** A line with its end; nothing beyond the document. */
function lineText(document: TextDocument, line: number): string {
  if (line < 0) return '';
  return document.getText({ start: { line, character: 0 }, end: { line: line + 1, character: 0 } });
}
