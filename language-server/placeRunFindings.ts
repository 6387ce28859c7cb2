import type { Finding, RunFinding } from '../extension/contracts/guardian.ts';
import type { StrategyLanguage } from '../extension/contracts/strategyLanguage.ts';

/** How what is called once a bar begins: a mark that is not certain harms nobody here. */
const stepStarts: Record<StrategyLanguage, RegExp> = {
  javascript: /^\s*(?:async\s+)?next\s*[(:]/,
  python: /^\s*def\s+(?:next|signals)\s*\(/,
};

/**
 * What runs showed of a text, at its lines: where a run tells none, at what is called once a bar, or at the
 * first line where that is not found.
 */
export function placeRunFindings(
  text: string,
  language: StrategyLanguage,
  findings: readonly RunFinding[],
): Finding[] {
  if (findings.length === 0) return [];
  const lines = text.split(/\r\n|\r|\n/);
  const step = Math.max(
    0,
    lines.findIndex((line) => stepStarts[language].test(line)),
  );
  return findings.map(({ line, column, ...finding }) => {
    const index = line === null || line > lines.length ? step : line - 1;
    const content = lines[index] ?? '';
    const start = content.length - content.trimStart().length;
    const isPlaced = index + 1 === line && column !== null && column <= content.length;
    return {
      ...finding,
      line: index + 1,
      column: isPlaced ? column : start + 1,
      endLine: index + 1,
      endColumn: content.length + 1,
    };
  });
}
