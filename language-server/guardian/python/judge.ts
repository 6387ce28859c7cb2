import { checks } from 'virtual:guardian/python';
import type { Author } from '../../../extension/contracts/guardian.ts';
import type { Report } from '../report.ts';
import { checkAll } from '../rule.ts';
import { suppress } from '../suppressions.ts';
import { foreignEncoding } from './characters.ts';
import { parsePython } from './parse.ts';
import { makeSubject } from './subject.ts';

/** Judges a strategy in Python. */
export function judgePython(source: string, author: Author, report: Report): void {
  const line = foreignEncoding(source);
  if (line) {
    report.add('SEC008', line, `The file says that it is written in ${line.encoding}.`, {
      fix: { title: 'Delete the line', newText: '' },
    });
  }
  const parsed = parsePython(source);
  if (!parsed.ok) {
    report.add(parsed.rule, parsed, parsed.message);
    return;
  }
  checkAll(checks, makeSubject(source, parsed), report);
  const comments = parsed.comments.map(({ start, end }) => ({
    start,
    end,
    text: source.slice(start + 1, end),
    isTrailing: /\S/.test(source.slice(source.lastIndexOf('\n', start - 1) + 1, start)),
  }));
  suppress(comments, author, report);
}
