import { type Diagnostic, DiagnosticSeverity, type Range } from 'vscode-languageserver/node';
import type { Finding } from '../extension/contracts/guardian.ts';
import type { ShownSeverity } from '../extension/contracts/languageServer.ts';
import type { RulePages } from './rulePages.ts';
import { groupOf, type Settings } from './settings.ts';

const ownSeverity = { error: 'error', warning: 'warning', info: 'information' } as const;

const severityNumber = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
} as const;

/** How a finding is shown under the settings of its file. */
export function shownSeverity({ rule, severity }: Finding, settings: Settings): ShownSeverity {
  if (!settings.enabled) return 'off';
  const { severity: set } = settings;
  return set.get(rule) ?? set.get(groupOf(rule)) ?? set.get('*') ?? ownSeverity[severity];
}

/** A finding's place as the protocol counts: from 0. */
export function rangeOf({ line, column, endLine, endColumn }: Finding): Range {
  return {
    start: { line: line - 1, character: column - 1 },
    end: { line: endLine - 1, character: endColumn - 1 },
  };
}

/** A finding as the editor shows it; nothing where the settings hide it. */
export function diagnosticOf(finding: Finding, settings: Settings, pages: RulePages): Diagnostic | undefined {
  const shown = shownSeverity(finding, settings);
  if (shown === 'off') return undefined;
  const href = pages.hrefOf(finding.rule);
  return {
    range: rangeOf(finding),
    severity: severityNumber[shown],
    code: finding.rule,
    ...(href === undefined ? {} : { codeDescription: { href } }),
    source: 'Guardian',
    message: `${finding.message} ${finding.advice}`,
  };
}

export function diagnosticsOf(
  findings: readonly Finding[],
  settings: Settings,
  pages: RulePages,
): Diagnostic[] {
  return findings.flatMap((finding) => diagnosticOf(finding, settings, pages) ?? []);
}
