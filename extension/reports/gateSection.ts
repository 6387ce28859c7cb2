import { formatNumber } from '../../webviews/shared/format.ts';
import type { GateVerdict, LuckSummary } from '../contracts/gate.ts';
import { type Html, html } from './html.ts';

const states = { pass: 'passed', fail: 'failed', 'not-available': 'not available' } as const;

const verdicts = {
  pass: 'Every check is passed.',
  fail: 'The gate is not passed.',
  'not-enough': 'The gate is not passed: something could not be judged.',
} as const;

const figures: readonly (readonly [keyof LuckSummary, string, string])[] = [
  [
    'trials',
    'Attempts on record',
    'Distinct pairs of code and parameters that this lab evaluated on these bars.',
  ],
  [
    'effectiveTrials',
    'Independent attempts',
    'What the sets of this search are worth, by the correlation of their returns.',
  ],
  ['observations', 'Returns', 'Of the chosen set in-sample: of UTC days, or of bars where these are longer.'],
  ['sharpe', 'Sharpe ratio of one return', 'Not annualised.'],
  [
    'expectedMaximum',
    'Expected by luck',
    'Largest Sharpe ratio that so many attempts without skill are expected to show.',
  ],
  ['psr', 'Probabilistic Sharpe ratio', 'Probability that the true Sharpe ratio is above 0.'],
  ['dsr', 'Deflated Sharpe ratio', 'Probability that it is above what luck is expected to show.'],
  [
    'minTrackRecord',
    'Minimum track record',
    'Returns that would show a Sharpe ratio above 0 with 95 % confidence.',
  ],
  [
    'pbo',
    'Probability of overfitting',
    'Share of the ways to split the data in which the choice ends in the worse half.',
  ],
  ['realityCheck', 'Reality check', 'p-value that the best of the sets beats cash by luck.'],
  ['spa', 'Superior predictive ability', 'Consistent p-value of the same, less bent by poor sets.'],
  [
    'medianPathSharpe',
    'Median path',
    'Sharpe ratio of the middle path of combinatorial purged cross-validation.',
  ],
];

/** Whether the choice of a search is more than luck: the checks with their bounds, and every figure. */
export function gateSection({ verdict, checks }: GateVerdict, luck: LuckSummary | null): Html {
  const rows = checks.map(
    ({ name, state, text }) =>
      html`<tr><td><code>${name}</code></td><td class="${state === 'fail' ? 'loss' : state === 'pass' ? 'gain' : 'none'}">${states[state]}</td><td>${text}</td></tr>
`,
  );
  return html`<section id="gate" aria-labelledby="gate-title">
<h2 id="gate-title">Luck or skill</h2>
<p class="note">${verdicts[verdict]} The bounds are choices; the figures stand beside them.</p>
<div class="scroll" role="region" tabindex="0" aria-label="Checks of the gate">
<table><thead><tr><th scope="col">Check</th><th scope="col">State</th><th scope="col">Why</th></tr></thead>
<tbody>
${rows}</tbody></table></div>
${luck === null ? '' : luckTable(luck)}
</section>`;
}

function luckTable(luck: LuckSummary): Html {
  const rows = figures.map(([name, label, meaning]) => {
    const value = luck[name];
    const shown =
      typeof value === 'number' ? formatNumber(value, Number.isInteger(value) ? 0 : 4) : 'not available';
    const reason = luck.reasons[name];
    return html`<tr><td>${label}</td><td class="number${typeof value === 'number' ? '' : ' none'}">${shown}</td><td>${meaning}${reason === undefined ? '' : ` Not available: ${reason}.`}</td></tr>
`;
  });
  return html`<div class="scroll" role="region" tabindex="0" aria-label="Figures of luck">
<table><thead><tr><th scope="col">Figure</th><th scope="col" class="number">Value</th><th scope="col">Meaning</th></tr></thead>
<tbody>
${rows}</tbody></table></div>`;
}
