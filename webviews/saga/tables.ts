import type { SagaSnapshot } from '../../extension/contracts/sagaPanel.ts';
import { type Child, element } from '../shared/dom.ts';
import { formatMoment, formatSeconds } from '../shared/measures.ts';
import { keyAttribute } from '../shared/part.ts';
import type { Say } from '../shared/texts.ts';
import { statusIcon } from './statusIcon.ts';
import { statusTexts } from './statusTexts.ts';
import type { sagaTexts } from './texts.ts';

/** Every run of every step, each a row whose name chooses it in the graph. */
export function stepsTable(
  runs: SagaSnapshot['runs'],
  say: Say<typeof sagaTexts>,
  choose: (key: string) => void,
): Child[] {
  const heads = [
    ['tableStep', ''],
    ['tableRun', 'number'],
    ['tableStatus', ''],
    ['tableOutcome', ''],
    ['tableAttempts', 'number'],
    ['tableSeconds', 'number'],
    ['tableTokens', 'number'],
    ['tableEvidence', 'number'],
  ] as const;
  const head = element(
    'tr',
    {},
    ...heads.map(([key, name]) => element('th', { scope: 'col', class: name }, say(key))),
  );
  const rows = runs.map((run) => {
    const name = element('button', { type: 'button', class: 'link', [keyAttribute]: run.key }, run.title);
    name.addEventListener('click', () => choose(run.key));
    return element(
      'tr',
      { class: run.isCurrent ? '' : 'earlier-run' },
      element('th', { scope: 'row' }, name),
      element('td', { class: 'number' }, String(run.generation)),
      element('td', { class: 'status' }, statusIcon(run.status), say(statusTexts[run.status])),
      element('td', { class: 'outcome' }, run.error?.message ?? run.outcome ?? ''),
      element('td', { class: 'number' }, run.attempts === 0 ? '' : String(run.attempts)),
      element('td', { class: 'number' }, run.seconds === null ? '' : formatSeconds(run.seconds)),
      element('td', { class: 'number' }, run.tokens.short),
      element('td', { class: 'number' }, run.evidence.length === 0 ? '' : String(run.evidence.length)),
    );
  });
  return [element('table', {}, element('thead', {}, head), element('tbody', {}, ...rows))];
}

/** What happened, the latest first. */
export function eventsTable(
  { events, eventsLeftOut }: Pick<SagaSnapshot, 'events' | 'eventsLeftOut'>,
  say: Say<typeof sagaTexts>,
): Child[] {
  const head = element(
    'tr',
    {},
    element('th', { scope: 'col' }, say('eventsTime')),
    element('th', { scope: 'col' }, say('eventsWhat')),
  );
  const rows = [...events]
    .reverse()
    .map(({ time, text }) =>
      element(
        'tr',
        {},
        element(
          'td',
          { class: 'time' },
          element('time', { datetime: new Date(time).toISOString() }, formatMoment(time)),
        ),
        element('td', {}, text),
      ),
    );
  const table = element('table', {}, element('thead', {}, head), element('tbody', {}, ...rows));
  return eventsLeftOut === 0
    ? [table]
    : [table, element('p', { class: 'muted' }, say('eventsLeftOut', eventsLeftOut))];
}
