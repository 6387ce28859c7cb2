import { checks } from 'virtual:guardian/javascript';
import type { Author } from '../../../extension/contracts/guardian.ts';
import type { Report } from '../report.ts';
import { checkAll } from '../rule.ts';
import { suppress } from '../suppressions.ts';
import { parseStrategy } from './parse.ts';
import { makeSubject } from './subject.ts';

/** Judges a strategy in JavaScript or TypeScript. */
export function judgeJavaScript(source: string, author: Author, report: Report): void {
  const parsed = parseStrategy(source);
  if (!parsed.ok) {
    const { offset } = parsed;
    report.add(parsed.rule, { start: offset, end: offset }, parsed.message);
    return;
  }
  checkAll(checks, makeSubject(source, parsed), report);
  const comments = parsed.comments.map((comment) => ({
    ...comment,
    isTrailing: /\S/.test(source.slice(source.lastIndexOf('\n', comment.start - 1) + 1, comment.start)),
  }));
  suppress(comments, author, report);
}
