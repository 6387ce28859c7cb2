import type { DecisionView } from '../../extension/contracts/sagaPanel.ts';
import { element } from '../shared/dom.ts';
import { formatMoment } from '../shared/measures.ts';
import type { Say } from '../shared/texts.ts';
import { statusIcon } from './statusIcon.ts';
import type { sagaTexts } from './texts.ts';

const signs = { approve: 'approved', fix: 'fixed', reject: 'rejected', rollback: 'rolled-back' } as const;

/** A decision with who, when and why. */
export function decisionItem(
  { action, text, comment, by, time }: DecisionView,
  say: Say<typeof sagaTexts>,
): HTMLLIElement {
  const when = formatMoment(time);
  const item = element(
    'li',
    {},
    statusIcon(signs[action]),
    element(
      'div',
      {},
      element('p', {}, text),
      element(
        'p',
        { class: 'muted' },
        by === null ? say('decisionByNobody', when) : say('decisionBy', when, by),
      ),
    ),
  );
  if (comment !== null) item.lastElementChild?.append(element('blockquote', {}, comment));
  return item;
}
