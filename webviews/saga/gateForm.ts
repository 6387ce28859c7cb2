import type { GateView, SagaFromPanel } from '../../extension/contracts/sagaPanel.ts';
import { makeButton, makeDropdown, makeTextArea } from '../shared/controls.ts';
import { type Child, element } from '../shared/dom.ts';
import { keyAttribute } from '../shared/part.ts';
import type { Say } from '../shared/texts.ts';
import type { sagaTexts } from './texts.ts';

/** A message without its number. */
export type GateRequest = WithoutRequest<
  Extract<SagaFromPanel, { type: 'approve' | 'reject' | 'rollback' | 'fixIdea' | 'fixFile' | 'openStrategy' }>
>;
/** The same as its controls make it: on which evidence it is decided is added when it is sent. */
type GateWish = WithoutEvidence<GateRequest>;
type WithoutEvidence<Message> = Message extends unknown ? Omit<Message, 'evidence'> : never;
type WithoutRequest<Message> = Message extends unknown ? Omit<Message, 'request'> : never;

/** What was typed and not yet sent, for the gate that it is for. */
export interface GateDraft {
  readonly gate: string;
  readonly comment: string;
  readonly idea: string | null;
}

export interface GateFormOptions {
  readonly say: Say<typeof sagaTexts>;
  readonly send: (request: GateRequest) => void;
  /** Something was typed. */
  readonly onDraft: (draft: GateDraft) => void;
}

type Way = 'fixIdea' | 'fixFile' | 'rollback' | 'reject';

const longestComment = 10_000;
const longestIdea = 4000;

/** The decision that a run waits for: what may be decided, why, and what it takes. Typed text stays over updates. */
export class GateForm {
  readonly place: HTMLElement = element('section', {
    class: 'gate',
    'aria-labelledby': 'gate-title',
    hidden: true,
  });
  readonly #options: GateFormOptions;
  readonly #ways = element('div', { class: 'ways' });
  #gate: GateView | null = null;
  #key = '';
  #way: Way | null = null;
  #comment = '';
  #idea: string | null = null;
  #target = '';
  #isBusy = false;

  constructor(options: GateFormOptions) {
    this.#options = options;
    this.place.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && this.#way !== null) this.#open(null);
    });
  }

  /** `key` names the gate as it is now: the form begins anew with another. */
  show(gate: GateView | null, key: string, draft: GateDraft | null): void {
    this.place.hidden = gate === null;
    if (gate === null || (key === this.#key && JSON.stringify(gate) === JSON.stringify(this.#gate))) return;
    if (key !== this.#key) {
      const kept = draft?.gate === key ? draft : null;
      this.#way = null;
      this.#comment = kept?.comment ?? '';
      this.#idea = kept?.idea ?? null;
      this.#target = gate.rollbackTargets.at(-1)?.step ?? '';
      this.#isBusy = false;
    }
    this.#gate = gate;
    this.#key = key;
    this.#draw(gate);
  }

  /** While a decision is under way nothing else can be decided. */
  setBusy(isBusy: boolean): void {
    this.#isBusy = isBusy;
    this.place.toggleAttribute('aria-busy', isBusy);
    for (const control of this.place.querySelectorAll('vscode-button'))
      control.toggleAttribute('disabled', isBusy);
  }

  #draw(gate: GateView): void {
    const { say } = this.#options;
    const comment = makeTextArea({
      label: say('gateComment'),
      value: this.#comment,
      rows: 2,
      maximumLength: longestComment,
      onInput: (value) => {
        this.#comment = value;
        this.#tellDraft();
      },
    });
    const buttons: Child[] = [];
    const { actions, idea, file } = gate;
    if (actions.includes('approve')) {
      buttons.push(
        makeButton({
          text: say('approve'),
          appearance: 'primary',
          onPress: () => this.#send({ type: 'approve', at: gate.at, comment: this.#why }),
        }),
      );
    }
    if (actions.includes('fix') && idea !== null) buttons.push(this.#wayButton('fixIdea', say('fixIdea')));
    if (actions.includes('fix') && file !== null) buttons.push(this.#wayButton('fixFile', say('fixFile')));
    if (actions.includes('rollback')) buttons.push(this.#wayButton('rollback', say('rollBack')));
    if (actions.includes('reject')) buttons.push(this.#wayButton('reject', say('reject')));
    this.place.replaceChildren(
      element('h2', { id: 'gate-title' }, say('gateTitle', gate.title)),
      comment,
      element('div', { class: 'buttons' }, ...buttons),
      this.#ways,
    );
    this.#open(this.#way);
    this.setBusy(this.#isBusy);
  }

  get #why(): string | null {
    return this.#comment.trim() === '' ? null : this.#comment;
  }

  #send(wish: GateWish): void {
    const evidence = this.#gate?.evidence ?? null;
    this.#options.send(wish.type === 'openStrategy' ? wish : { ...wish, evidence });
  }

  #wayButton(way: Way, text: string): HTMLElement {
    const button = makeButton({ text, onPress: () => this.#open(this.#way === way ? null : way) });
    button.dataset['way'] = way;
    return button;
  }

  #open(way: Way | null): void {
    const before = this.#way;
    this.#way = way;
    for (const button of this.place.querySelectorAll<HTMLElement>('[data-way]')) {
      // The toolkit's button hands the property on to what takes the focus, and the attribute not.
      button.ariaExpanded = String(button.dataset['way'] === way);
      if (way === null && button.dataset['way'] === before) button.focus();
    }
    const gate = this.#gate;
    if (way === null || gate === null) this.#ways.replaceChildren();
    else {
      this.#ways.replaceChildren(...this.#wayParts(way, gate));
      if (way !== before) this.#ways.querySelector<HTMLElement>(`[${keyAttribute}]`)?.focus();
    }
  }

  #wayParts(way: Way, gate: GateView): HTMLElement[] {
    const { say } = this.#options;
    const send = (wish: GateWish) => this.#send(wish);
    const { at } = gate;
    switch (way) {
      case 'fixIdea': {
        const area = makeTextArea({
          label: say('fixIdeaLabel'),
          value: this.#idea ?? gate.idea ?? '',
          rows: 4,
          maximumLength: longestIdea,
          onInput: (value) => {
            this.#idea = value;
            this.#tellDraft();
          },
        });
        area.setAttribute(keyAttribute, 'idea');
        return [
          area,
          element('p', { class: 'muted' }, say('fixIdeaHint')),
          this.#confirm(say('fixIdeaConfirm'), () => {
            const idea = (this.#idea ?? gate.idea ?? '').trim();
            if (idea === '') area.focus();
            else send({ type: 'fixIdea', at, comment: this.#why, idea });
          }),
        ];
      }
      case 'fixFile': {
        const open = makeButton({ text: say('fixFileOpen'), onPress: () => send({ type: 'openStrategy' }) });
        open.setAttribute(keyAttribute, 'open');
        return [
          element('p', { class: 'muted' }, say('fixFileHint', gate.file ?? '')),
          this.#confirm(say('fixFileConfirm'), () => send({ type: 'fixFile', at, comment: this.#why }), open),
        ];
      }
      case 'rollback': {
        const dropdown = makeDropdown({
          label: say('rollBackLabel'),
          choices: gate.rollbackTargets.map(({ step, title }) => ({ value: step, text: title })),
          value: this.#target,
          onChange: (value) => {
            this.#target = value;
          },
        });
        dropdown.setAttribute(keyAttribute, 'target');
        return [
          element('p', { class: 'muted' }, say('rollBackHint')),
          element(
            'div',
            { class: 'choice' },
            element('span', { 'aria-hidden': 'true' }, say('rollBackLabel')),
            dropdown,
          ),
          this.#confirm(say('rollBackConfirm'), () =>
            send({ type: 'rollback', at, comment: this.#why, to: this.#target }),
          ),
        ];
      }
      case 'reject':
        return [
          element('p', { class: 'muted' }, say('rejectHint')),
          this.#confirm(say('rejectConfirm'), () => send({ type: 'reject', at, comment: this.#why })),
        ];
    }
  }

  #confirm(text: string, onPress: () => void, ...more: Child[]): HTMLElement {
    const confirm = makeButton({ text, appearance: 'primary', onPress });
    if (more.length === 0) confirm.setAttribute(keyAttribute, 'confirm');
    const cancel = makeButton({ text: this.#options.say('cancel'), onPress: () => this.#open(null) });
    return element('div', { class: 'buttons' }, ...more, confirm, cancel);
  }

  #tellDraft(): void {
    this.#options.onDraft({ gate: this.#key, comment: this.#comment, idea: this.#idea });
  }
}
