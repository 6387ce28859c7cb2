import type { Author } from '../../../extension/contracts/guardian.ts';
import type { Report } from '../report.ts';
import { suppress } from '../suppressions.ts';
import { parseStrategy } from './parse.ts';
import { checkApi } from './rules/api.ts';
import { checkShape } from './rules/apiShape.ts';
import { checkCharacters } from './rules/characters.ts';
import { checkDeterminism } from './rules/determinism.ts';
import { checkIndicators } from './rules/indicatorCalls.ts';
import { checkLookAhead } from './rules/lookAhead.ts';
import { checkLoops } from './rules/loops.ts';
import { checkMembers } from './rules/members.ts';
import { checkModules } from './rules/modules.ts';
import { checkNames } from './rules/names.ts';
import { checkPlots } from './rules/plots.ts';
import { checkResources } from './rules/resources.ts';
import { checkReviewers } from './rules/reviewers.ts';
import { checkRisk } from './rules/risk.ts';
import { checkSecrets } from './rules/secrets.ts';
import { checkSyntax } from './rules/syntax.ts';
import { makeSubject, type Subject } from './subject.ts';

const rules: readonly ((subject: Subject) => void)[] = [
  checkModules,
  checkNames,
  checkMembers,
  checkSyntax,
  checkCharacters,
  checkSecrets,
  checkReviewers,
  checkLoops,
  checkResources,
  checkDeterminism,
  checkLookAhead,
  checkRisk,
  checkApi,
  checkShape,
  checkIndicators,
  checkPlots,
];

/** Judges a strategy in JavaScript or TypeScript. */
export function judgeJavaScript(source: string, author: Author, report: Report): void {
  const parsed = parseStrategy(source);
  if (!parsed.ok) {
    const { offset } = parsed;
    report.add(parsed.rule, { start: offset, end: offset }, parsed.message);
    return;
  }
  for (const { rule, start, end, message } of parsed.erasure.problems)
    report.add(rule, { start, end }, message);
  const subject = makeSubject(source, parsed, author, report);
  for (const rule of rules) rule(subject);
  const comments = parsed.comments.map((comment) => ({
    ...comment,
    isTrailing: /\S/.test(source.slice(source.lastIndexOf('\n', comment.start - 1) + 1, comment.start)),
  }));
  suppress(comments, author, report);
}
