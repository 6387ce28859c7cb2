import type { Author, Finding } from '../../extension/contracts/guardian.ts';
import type { StrategyLanguage } from '../../extension/contracts/strategyLanguage.ts';
import { judgeJavaScript } from './javascript/judge.ts';
import { judgePython } from './python/judge.ts';
import { Report } from './report.ts';

/**
 * Judges the source of a strategy: everything that is not known to be harmless is a finding. Never throws;
 * equal sources give equal findings, sorted by place. Nothing of the source is run. `author` says whose
 * suppressing comments count: those of a person. `language` is `javascript`, TypeScript included, where none is told.
 */
export function guard(
  source: string,
  options: { readonly author: Author; readonly language?: StrategyLanguage },
): Finding[] {
  const report = new Report(source);
  try {
    if (options.language === 'python') judgePython(source, options.author, report);
    else judgeJavaScript(source, options.author, report);
  } catch {
    // What cannot be judged is not let through.
    report.add('SYN002', { start: 0, end: 0 }, 'The file cannot be judged.');
  }
  return report.sorted();
}
