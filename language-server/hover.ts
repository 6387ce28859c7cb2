import type { Position } from 'vscode-languageserver/node';
import type { Finding } from '../extension/contracts/guardian.ts';
import type { StrategyLanguage } from '../extension/contracts/strategyLanguage.ts';
import { rangeOf, shownSeverity } from './diagnostics.ts';
import { rules } from './guardian/rule.ts';
import { isSuppressible } from './guardian/suppressions.ts';
import { commentSigns } from './ignoreComment.ts';
import type { RulePages } from './rulePages.ts';
import type { Settings } from './settings.ts';

const severityNames = { error: 'error', warning: 'warning', info: 'remark' } as const;
const byRun = 'The last run of this very text showed it; the next run tells whether it is mended.';
const onGate = 'Errors are refused before every run: settings of the editor change only what is shown here.';

/** What there is to know of the findings that are shown at a place, in Markdown; nothing where there are none. */
export function hoverOf(
  findings: readonly Finding[],
  position: Position,
  settings: Settings,
  pages: RulePages,
  language: StrategyLanguage,
): string | undefined {
  const shown = findings.filter(
    (finding) => shownSeverity(finding, settings) !== 'off' && covers(finding, position),
  );
  const parts = shown.map((finding) => partOf(finding, pages, language));
  const hasRead = shown.some(({ rule }) => rules.get(rule)?.kind !== 'run');
  return parts.length === 0 ? undefined : [...new Set(parts), ...(hasRead ? [onGate] : [])].join('\n\n');
}

function partOf({ rule, advice }: Finding, pages: RulePages, language: StrategyLanguage): string {
  const facts = rules.get(rule);
  if (!facts) return escaped(advice);
  const { title, why, severity, kind } = facts;
  const href = pages.hrefOf(rule);
  const name = href === undefined ? rule : `[${rule}](${href})`;
  const suppression =
    kind === 'run'
      ? byRun
      : isSuppressible(rule)
        ? `Can be ignored by \`${commentSigns[language]} guardian-ignore ${rule}: reason\` on the line above, in code that a person wrote.`
        : 'Cannot be ignored by a comment.';
  const heading = `**${name} ${escaped(title)}** (${severityNames[severity]})`;
  return [heading, escaped(why), escaped(advice), suppression].join('\n\n');
}

/** Plain words in Markdown. */
function escaped(text: string): string {
  return text.replace(/[\\`*_[\]<>#]/g, '\\$&');
}

/** True where the finding stands, its edges included. */
function covers(finding: Finding, { line, character }: Position): boolean {
  const { start, end } = rangeOf(finding);
  const isAfterStart = line > start.line || (line === start.line && character >= start.character);
  const isBeforeEnd = line < end.line || (line === end.line && character <= end.character);
  return isAfterStart && isBeforeEnd;
}
