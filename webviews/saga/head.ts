import type { ProgressView, SagaFromPanel, SagaSnapshot } from '../../extension/contracts/sagaPanel.ts';
import { makeButton } from '../shared/controls.ts';
import { type Child, element } from '../shared/dom.ts';
import { formatMoment } from '../shared/measures.ts';
import { keyAttribute } from '../shared/part.ts';
import type { Say } from '../shared/texts.ts';
import { problemBox } from './details.ts';
import { statusIcon } from './statusIcon.ts';
import type { sagaTexts } from './texts.ts';

export type HeadAction = Extract<SagaFromPanel['type'], 'resume' | 'stop' | 'cancel' | 'openBacktest'>;

export type HeadView = Pick<SagaSnapshot, 'run' | 'can'>;

/** What the run is about, where it stands, and what can be done with it as a whole. */
export function drawHead(
  { run, can }: HeadView,
  say: Say<typeof sagaTexts>,
  act: (action: HeadAction, button: HTMLElement) => void,
): Child[] {
  const buttons: Child[] = [];
  const add = (action: HeadAction, text: string, label?: string) => {
    const button = makeButton({
      text,
      ...(action === 'resume' && { appearance: 'primary' as const }),
      ...(label !== undefined && { label }),
      onPress: () => act(action, button),
    });
    button.setAttribute(keyAttribute, action);
    buttons.push(button);
  };
  if (can.resume) add('resume', say('resume'), say('resumeLabel'));
  if (can.stop) add('stop', say('stop'), say('stopLabel'));
  if (can.cancel) add('cancel', say('cancelRun'), say('cancelRunLabel'));
  if (can.openBacktest) add('openBacktest', say('openBacktest'));
  return [
    element(
      'div',
      { class: 'head-text' },
      element('h1', { title: run.title }, run.title),
      element(
        'p',
        { class: 'head-state' },
        element('span', { class: `badge ${run.status}` }, statusIcon(run.status), run.state),
        element(
          'span',
          { class: 'muted' },
          [
            say('headPipeline', run.pipeline),
            say('headRun', run.id),
            say('headStarted', formatMoment(run.startedTime)),
          ].join(' · '),
        ),
      ),
    ),
    element('div', { class: 'buttons' }, ...buttons),
  ];
}

export type TroublesView = Pick<SagaSnapshot, 'run' | 'suspicions' | 'notUndone'>;

/** What went wrong with the run: why it failed, what its sandboxes did, and what could not be undone. */
export function drawTroubles(
  { run, suspicions, notUndone }: TroublesView,
  say: Say<typeof sagaTexts>,
): Child[] {
  const parts: Child[] = [];
  if (run.error !== null) {
    parts.push(
      element('section', { class: 'trouble' }, element('h2', {}, say('failedTitle')), problemBox(run.error)),
    );
  }
  if (suspicions.length > 0) {
    parts.push(
      element(
        'section',
        { class: 'trouble' },
        element('h2', {}, say('suspicionsTitle')),
        element('ul', {}, ...suspicions.map((line) => element('li', {}, line))),
      ),
    );
  }
  if (notUndone.length > 0) {
    const items = notUndone.map(({ title, message, action }) =>
      element('li', {}, problemBox({ message: say('notUndoneLine', title, message), action })),
    );
    parts.push(
      element(
        'section',
        { class: 'trouble' },
        element('h2', {}, say('notUndoneTitle')),
        element('ul', {}, ...items),
      ),
    );
  }
  return parts;
}

/** How far the step at work is. */
export class WorkBar {
  readonly place = element('div', { class: 'work', hidden: true });
  readonly #say: Say<typeof sagaTexts>;
  readonly #bar = element('progress', { max: 1, value: 0 });
  readonly #text = element('span', {});

  constructor(say: Say<typeof sagaTexts>) {
    this.#say = say;
    this.place.append(this.#bar, this.#text);
  }

  /** `title`: the step's name for people. */
  show(progress: ProgressView | null, title: string): void {
    this.place.hidden = progress === null;
    if (progress === null) return;
    const { fraction, text } = progress;
    this.#bar.value = fraction;
    this.#bar.setAttribute('aria-label', this.#say('progressLabel', title));
    this.#text.textContent = this.#say('progressText', title, text);
  }
}
