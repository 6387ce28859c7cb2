import { element } from './dom.ts';

export interface Tab<Id extends string> {
  readonly id: Id;
  readonly content: HTMLElement;
}

/** Tabs as ARIA has them: one is in the order of the Tab key, arrow keys go from one to the next. */
export class Tabs<Id extends string> {
  readonly root: HTMLElement;
  readonly #list: HTMLElement;
  readonly #entries: readonly (Tab<Id> & { readonly button: HTMLButtonElement })[];
  readonly #onChoose: (id: Id) => void;
  #chosen: Id | undefined;

  constructor(label: string, tabs: readonly Tab<Id>[], onChoose: (id: Id) => void) {
    this.#onChoose = onChoose;
    this.#entries = tabs.map((tab) => {
      const button = element('button', {
        type: 'button',
        role: 'tab',
        id: `tab-${tab.id}`,
        'aria-controls': `panel-${tab.id}`,
      });
      button.addEventListener('click', () => this.#choose(tab.id));
      tab.content.id = `panel-${tab.id}`;
      tab.content.setAttribute('role', 'tabpanel');
      tab.content.setAttribute('aria-labelledby', button.id);
      return { ...tab, button };
    });
    const buttons = this.#entries.map(({ button }) => button);
    this.#list = element('div', { role: 'tablist', 'aria-label': label, class: 'tablist' }, ...buttons);
    this.#list.addEventListener('keydown', (event) => this.#press(event));
    this.root = element('div', { class: 'tabs' }, this.#list, ...tabs.map(({ content }) => content));
  }

  /** Names the tabs; one without a name is not offered. */
  setLabels(labels: Readonly<Record<Id, string | null>>): void {
    for (const { id, button } of this.#entries) {
      button.textContent = labels[id];
      button.hidden = labels[id] === null;
    }
  }

  show(id: Id): void {
    this.#chosen = id;
    for (const entry of this.#entries) {
      const isChosen = entry.id === id;
      entry.button.setAttribute('aria-selected', String(isChosen));
      entry.button.tabIndex = isChosen ? 0 : -1;
      entry.content.hidden = !isChosen;
    }
  }

  #choose(id: Id): void {
    if (id === this.#chosen) return;
    this.show(id);
    this.#onChoose(id);
  }

  #press(event: KeyboardEvent): void {
    const offered = this.#entries.filter(({ button }) => !button.hidden);
    const current = offered.findIndex(({ id }) => id === this.#chosen);
    const targets: Readonly<Record<string, number>> = {
      ArrowLeft: (current - 1 + offered.length) % offered.length,
      ArrowRight: (current + 1) % offered.length,
      Home: 0,
      End: offered.length - 1,
    };
    const target = offered[targets[event.key] ?? -1];
    if (target === undefined) return;
    event.preventDefault();
    target.button.focus();
    this.#choose(target.id);
  }
}
