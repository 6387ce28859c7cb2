import type { GateVerdict, LuckSummary } from '../contracts/gate.ts';
import {
  gateStates,
  gateVerdicts,
  luckFigures,
  luckFigureText,
  luckLabels,
  luckMeanings,
} from './gateTexts.ts';
import { type Html, html } from './html.ts';

/** Whether the choice of a search is more than luck: the checks with their bounds, and every figure. */
export function gateSection({ verdict, checks }: GateVerdict, luck: LuckSummary | null): Html {
  const rows = checks.map(
    ({ name, state, text }) =>
      html`<tr><td><code>${name}</code></td><td class="${state === 'fail' ? 'loss' : state === 'pass' ? 'gain' : 'none'}">${gateStates[state]}</td><td>${text}</td></tr>
`,
  );
  return html`<section id="gate" aria-labelledby="gate-title">
<h2 id="gate-title">Luck or skill</h2>
<p class="note">${gateVerdicts[verdict]} The bounds are choices; the figures stand beside them.</p>
<div class="scroll" role="region" tabindex="0" aria-label="Checks of the gate">
<table><thead><tr><th scope="col">Check</th><th scope="col">State</th><th scope="col">Why</th></tr></thead>
<tbody>
${rows}</tbody></table></div>
${luck === null ? '' : luckTable(luck)}
</section>`;
}

function luckTable(luck: LuckSummary): Html {
  const rows = luckFigures.map((name) => {
    const value = luck[name];
    const shown = value === null ? 'not available' : luckFigureText(name, value);
    const reason = luck.reasons[name];
    return html`<tr><td>${luckLabels[name]}</td><td class="number${value === null ? ' none' : ''}">${shown}</td><td>${luckMeanings[name]}${reason === undefined ? '' : ` Not available: ${reason}.`}</td></tr>
`;
  });
  return html`<div class="scroll" role="region" tabindex="0" aria-label="Figures of luck">
<table><thead><tr><th scope="col">Figure</th><th scope="col" class="number">Value</th><th scope="col">Meaning</th></tr></thead>
<tbody>
${rows}</tbody></table></div>`;
}
