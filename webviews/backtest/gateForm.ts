import type {
  BacktestSnapshot,
  GateChoice,
  PanelGate,
  PanelProblem,
} from '../../extension/contracts/backtestPanel.ts';
import { makeButton, makeDropdown, makeTextArea } from '../shared/controls.ts';
import { element, whenChanged } from '../shared/dom.ts';
import type { BacktestSay } from './parts.ts';

type Action = PanelGate['actions'][number];

const hints = {
  approve: 'approveHint',
  fix: 'fixHint',
  reject: 'rejectHint',
  rollback: 'rollbackHint',
} as const;

/** Lets a person decide while the run waits: approve, fix, reject or go back, each with a comment. */
export class GateForm {
  readonly root = element('section', { class: 'gate', 'aria-labelledby': 'gate-title', hidden: true });
  readonly #say: BacktestSay;
  readonly #decide: (at: string, choice: GateChoice, comment: string | null) => void;
  readonly #status = element('p', { class: 'status', role: 'status' });
  readonly #problem = element('p', { class: 'problem', role: 'alert' });

  constructor(say: BacktestSay, decide: (at: string, choice: GateChoice, comment: string | null) => void) {
    this.#say = say;
    this.#decide = decide;
  }

  /** Shows the form while the run waits; what was typed stays until it waits elsewhere. */
  readonly show = whenChanged((gate: BacktestSnapshot['gate']) => {
    this.root.hidden = gate === null;
    this.root.replaceChildren();
    this.#tell('', null);
    if (gate !== null) this.#build(gate);
  });

  /** What came of the decision. */
  answer(problem: PanelProblem | null): void {
    this.root.removeAttribute('aria-busy');
    this.#tell(problem === null ? this.#say('decided') : '', problem);
  }

  #build(gate: PanelGate): void {
    const say = this.#say;
    let action: Action = gate.actions[0] ?? 'approve';
    const details = element('div', { class: 'gate-details' });
    const hint = element('p', { class: 'muted', role: 'status' });
    const submit = makeButton({ text: '', appearance: 'primary', onPress: () => send() });
    const comment = makeTextArea({ label: say('comment'), value: '', rows: 1, maximumLength: 10_000 });
    let choiceOf: () => GateChoice | undefined = () => undefined;

    const choose = (chosen: Action): void => {
      action = chosen;
      submit.textContent = say('decide', say(chosen));
      const { content, choice } = this.#detailsOf(gate, chosen);
      hint.textContent = say(hints[chosen]);
      details.replaceChildren(...content);
      choiceOf = choice;
    };
    const send = (): void => {
      const choice = choiceOf();
      if (choice === undefined) {
        this.#tell('', { message: say('ideaMissing'), action: null });
        return;
      }
      this.root.setAttribute('aria-busy', 'true');
      this.#tell(say('deciding'), null);
      this.#decide(gate.at, choice, comment.value.trim() || null);
    };

    const options = gate.actions.map((each) => {
      const radio = element('input', {
        type: 'radio',
        name: 'gate-action',
        value: each,
        checked: each === action,
      });
      radio.addEventListener('change', () => choose(each));
      return element('label', { class: 'choice' }, radio, say(each));
    });
    const legend = element('legend', { class: 'unseen' }, say('gateChoice'));
    this.root.append(
      element(
        'div',
        { class: 'row' },
        element('h2', { id: 'gate-title' }, say('gateTitle', gate.title)),
        element('fieldset', {}, legend, ...options),
        hint,
      ),
      details,
      element('div', { class: 'gate-end' }, comment, submit, this.#status),
      this.#problem,
    );
    choose(action);
  }

  #detailsOf(
    gate: PanelGate,
    action: Action,
  ): { readonly content: readonly HTMLElement[]; readonly choice: () => GateChoice | undefined } {
    if (action === 'rollback') return this.#rollback(gate);
    if (action === 'fix') return this.#fix(gate);
    return { content: [], choice: () => ({ action }) };
  }

  #rollback({ rollbackTargets }: PanelGate) {
    let to = rollbackTargets.at(-1)?.step ?? '';
    const dropdown = makeDropdown({
      label: this.#say('backTo'),
      choices: rollbackTargets.map(({ step, title }) => ({ value: step, text: title })),
      value: to,
      onChange: (value) => {
        to = value;
      },
    });
    const label = element('span', { 'aria-hidden': 'true' }, this.#say('backTo'));
    return {
      content: [element('div', { class: 'row' }, label, dropdown)],
      choice: (): GateChoice => ({ action: 'rollback', to }),
    };
  }

  #fix({ idea }: PanelGate) {
    const say = this.#say;
    const byFile = { choice: (): GateChoice => ({ action: 'fixFile' }) };
    const fileText = element('p', {}, `${say('fixBy')} ${say('fixByFile')}.`);
    if (idea === null) return { content: [fileText], ...byFile };
    let way: 'idea' | 'file' = 'idea';
    const area = makeTextArea({ label: say('newIdea'), value: idea, rows: 4, maximumLength: 4000 });
    const radio = (value: 'idea' | 'file', text: string) => {
      const input = element('input', { type: 'radio', name: 'gate-fix', value, checked: value === way });
      input.addEventListener('change', () => {
        way = value;
        area.hidden = way === 'file';
      });
      return element('label', { class: 'choice' }, input, text);
    };
    const ways = element(
      'fieldset',
      {},
      element('legend', {}, say('fixBy')),
      radio('idea', say('fixByIdea')),
      radio('file', say('fixByFile')),
    );
    const choice = (): GateChoice | undefined => {
      if (way === 'file') return byFile.choice();
      const text = area.value.trim();
      return text === '' ? undefined : { action: 'fixIdea', idea: text };
    };
    return { content: [ways, area], choice };
  }

  #tell(status: string, problem: PanelProblem | null): void {
    this.#status.textContent = status;
    this.#problem.textContent = problem === null ? '' : `${problem.message} ${problem.action ?? ''}`;
  }
}
