import { facts } from 'virtual:guardian/facts';
import type { Finding } from '../../extension/contracts/guardian.ts';
import type { Report } from './report.ts';

export type RuleKind =
  | 'syntax'
  | 'security'
  | 'prompt'
  | 'resources'
  | 'determinism'
  | 'look-ahead'
  | 'risk'
  | 'api'
  /** Shown by runs of the strategy, and by no reading of it. */
  | 'run';

/** What a rule's page says of it at its head. */
export interface RuleFacts {
  readonly kind: RuleKind;
  readonly severity: Finding['severity'];
  readonly title: string;
  /** What goes wrong where the rule is broken. */
  readonly why: string;
  /** What to write instead, where a finding has nothing closer to say. */
  readonly advice: string;
}

/** A part of the source by its first and its end offset, in UTF-16 units. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

export interface FindingDetails {
  readonly advice?: string;
  readonly fix?: NonNullable<Finding['fix']>;
}

/** Tells a finding of the rule that asks. */
export type Found = (place: Place, message: string, details?: FindingDetails) => void;

/** What a rule does in one language: it looks at all that is known of a file and tells what it finds. */
export type Check<Subject> = (subject: Subject, found: Found) => void;

/** Every rule that can make a finding, by its id. */
export const rules: ReadonlyMap<string, RuleFacts> = new Map(Object.entries(facts));

/** Has every rule of a language look at a file. */
export function checkAll<Subject>(
  checks: Readonly<Record<string, Check<Subject>>>,
  subject: Subject,
  report: Report,
): void {
  for (const [rule, check] of Object.entries(checks)) {
    check(subject, (place, message, details) => report.add(rule, place, message, details));
  }
}
