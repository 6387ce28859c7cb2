import type { Author } from '../../extension/contracts/guardian.ts';
import type { Report } from './report.ts';
import { type Place, rules } from './rule.ts';

export interface CommentPlace extends Place {
  readonly text: string;
  /** True where code stands before the comment on its line: it then speaks of that line, else of the next one. */
  readonly isTrailing: boolean;
}

const form = /^\s*guardian-ignore\b\s*([^:]*?)\s*(?::\s*(.*))?$/s;

/** Only warnings and remarks on risk and resources can be suppressed. */
export function isSuppressible(rule: string): boolean {
  const facts = rules.get(rule);
  return (facts?.kind === 'risk' || facts?.kind === 'resources') && facts.severity !== 'error';
}

/**
 * Drops the findings that a comment `guardian-ignore RULE: reason` suppresses, and reports every such comment
 * that has no effect. In code that an agent wrote none has.
 */
export function suppress(comments: readonly CommentPlace[], author: Author, report: Report): void {
  const findings = report.found;
  for (const comment of comments) {
    const match = form.exec(comment.text);
    if (!match) continue;
    const named = (match[1] ?? '').split(/[\s,]+/).filter((name) => name !== '');
    const line = report.position(comment.end).line + (comment.isTrailing ? 0 : 1);
    const problem = problemOf(named, match[2], author);
    if (problem !== undefined) {
      report.add('SUP001', comment, problem);
      continue;
    }
    const met = findings.filter((finding) => named.includes(finding.rule) && finding.line === line);
    for (const finding of met) report.drop(finding);
    if (met.length > 0) continue;
    report.add('SUP001', comment, `There is no finding of ${named.join(', ')} on line ${line}.`, {
      advice: 'Delete the comment.',
    });
  }
}

function problemOf(named: readonly string[], reason: string | undefined, author: Author): string | undefined {
  if (author === 'agent') return 'Suppressions have no effect in code that an agent wrote.';
  if (named.length === 0) return 'The comment names no rule to ignore.';
  for (const rule of named) {
    if (!rules.has(rule)) return `There is no rule ${rule}.`;
    if (!isSuppressible(rule)) return `${rule} cannot be suppressed.`;
  }
  return (reason ?? '').trim().length < 3 ? 'The comment gives no reason.' : undefined;
}
