import { type IndicatorDeclaration, indicatorDeclarations } from './indicatorDeclarations.ts';

const introduction = `# Indicators

What \`indicators\` of a strategy offers, each with its definition, the bar of its first value (bars count from 0; on a
source that has its own first value later, so much later), and where it comes from. Made from the declarations in
[strategy-lab.d.ts](../strategy-lab.d.ts), which the tests compare with this page.

- The last argument of an indicator that has a source is that source, or an object of options that may hold it:
  \`rsi(14, bars.open)\`, \`rsi(14, { smoothing: 'simple' })\`, \`rsi(14, { smoothing: 'simple', source: bars.open })\`.
- Where one name stands for several formulas an option chooses; the one that is named first is the usual one.
- No value depends on a later bar, on where the bars are cut into pieces, or on how long the run is; running totals
  (\`obv\`, \`accumulationDistribution\`) have a level that depends on where the run begins.
- Every value from the first one on is finite: where a divisor is 0, the value is the one that the definition names.
- All are computed from additions, multiplications, divisions and square roots alone, which are the same to the bit in
  every engine; logarithms too.
`;

function section({ call, definition, first, source }: IndicatorDeclaration): string {
  const isFormula = first.includes('`');
  return `### ${call.split('(')[0]}

\`${call}\`

${definition}

First value: ${isFormula ? 'bar ' : ''}${first}. Source: ${source}
`;
}

/** The page of all indicators. */
export function indicatorPage(): string {
  const declarations = indicatorDeclarations();
  const groups = Map.groupBy(declarations, ({ group }) => group);
  const parts = [...groups].map(([title, each]) => `## ${title}\n\n${each.map(section).join('\n')}`);
  return [introduction, ...parts].join('\n');
}
