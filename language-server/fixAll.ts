import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Finding } from '../extension/contracts/guardian.ts';
import { rangeOf } from './diagnostics.ts';
import { applied, type Edit, isMended } from './editing.ts';
import type { Judge } from './judge.ts';
import { languageOfDocument } from './strategyDocuments.ts';

/** Judgements are what looking for the harmful fix among many costs. */
const mostJudgements = 40;

interface Fix {
  readonly finding: Finding;
  readonly edit: Edit;
}

export function fixOf(finding: Finding): Edit | undefined {
  return finding.fix && { range: rangeOf(finding), newText: finding.fix.newText };
}

/**
 * The fixes of a document that mend what they are for and bring no other finding, also when they are made
 * together.
 */
export function safeFixes(document: TextDocument, findings: readonly Finding[], judge: Judge): Edit[] {
  const before = judge.judge(document).findings;
  const language = languageOfDocument(document);
  let judgements = 0;
  let accepted: readonly Fix[] = [];
  const accept = (fixes: readonly Fix[]): void => {
    if (fixes.length === 0 || judgements >= mostJudgements) return;
    judgements += 1;
    const tried = [...accepted, ...fixes];
    const edits = tried.map(({ edit }) => edit);
    const mended = tried.map(({ finding }) => finding);
    const after = judge.judgeText(applied(document, edits), language).findings;
    if (isMended(before, after, mended)) accepted = tried;
    else if (fixes.length > 1) {
      const middle = fixes.length >> 1;
      accept(fixes.slice(0, middle));
      accept(fixes.slice(middle));
    }
  };
  accept(withoutOverlaps(document, findings));
  return accepted.map(({ edit }) => edit);
}

/** The fixes in the order of the document, without those that begin in the one before. */
function withoutOverlaps(document: TextDocument, findings: readonly Finding[]): Fix[] {
  const fixes: Fix[] = [];
  let end = 0;
  const inOrder = findings.flatMap((finding) => {
    const edit = fixOf(finding);
    return edit ? [{ finding, edit, start: document.offsetAt(edit.range.start) }] : [];
  });
  for (const { finding, edit, start } of inOrder.sort((a, b) => a.start - b.start)) {
    if (start < end) continue;
    fixes.push({ finding, edit });
    end = document.offsetAt(edit.range.end);
  }
  return fixes;
}
