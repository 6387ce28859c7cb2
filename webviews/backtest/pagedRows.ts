import { makeButton } from '../shared/controls.ts';
import { element } from '../shared/dom.ts';
import type { BacktestSay } from './parts.ts';

/** Rows of a page. */
export const pageRows = 100;

/** Buttons that go from page to page, with the rows in sight between them. */
export class Pager {
  readonly root: HTMLElement;
  readonly #rows = element('span', { class: 'rows' });
  #offset = 0;
  #matching = 0;

  constructor(say: BacktestSay, goTo: (offset: number) => void) {
    const last = () => Math.floor(Math.max(0, this.#matching - 1) / pageRows) * pageRows;
    const button = (text: string, label: string, target: () => number) =>
      makeButton({
        text,
        label,
        onPress: () => {
          const offset = target();
          if (offset === this.#offset) return;
          this.#offset = offset;
          goTo(offset);
        },
      });
    this.root = element(
      'div',
      { class: 'pages' },
      button('«', say('firstPage'), () => 0),
      button('‹', say('previousPage'), () => Math.max(0, this.#offset - pageRows)),
      this.#rows,
      button('›', say('nextPage'), () => Math.min(last(), this.#offset + pageRows)),
      button('»', say('lastPage'), last),
    );
  }

  /** @param text what stands between the buttons */
  show(
    text: string,
    page: { readonly offset: number; readonly matching: number; readonly shown: number },
  ): void {
    this.#offset = page.offset;
    this.#matching = page.matching;
    this.#rows.textContent = text;
    this.root.hidden = page.matching <= page.shown;
  }
}

/** Rows of which each has one button: arrow keys go from row to row, and the Tab key leaves the table. */
export class RowWalk {
  readonly #body: HTMLElement;
  /** Row whose turn it is when the Tab key comes by. */
  #current = 0;

  constructor(body: HTMLElement) {
    this.#body = body;
    body.addEventListener('keydown', (event) => this.#press(event));
  }

  /** Puts other rows into the body; the focus stays at its place among them. */
  fill(rows: readonly HTMLElement[]): void {
    const hadFocus = this.#body.contains(document.activeElement);
    this.#current = Math.min(this.#current, Math.max(0, rows.length - 1));
    this.#body.replaceChildren(...rows);
    for (const [index, button] of this.#buttons().entries()) {
      button.tabIndex = index === this.#current ? 0 : -1;
    }
    if (hadFocus) this.focus(this.#current);
  }

  /** Begins at the first row again. */
  restart(): void {
    this.#current = 0;
  }

  focus(index: number): void {
    const buttons = this.#buttons();
    const last = buttons[this.#current];
    if (last !== undefined) last.tabIndex = -1;
    this.#current = index;
    const button = buttons[index];
    if (button === undefined) return;
    button.tabIndex = 0;
    button.focus();
  }

  #buttons(): HTMLButtonElement[] {
    return [...this.#body.querySelectorAll<HTMLButtonElement>('button.link')];
  }

  #press(event: KeyboardEvent): void {
    const count = this.#buttons().length;
    const targets: Readonly<Record<string, number>> = {
      ArrowUp: this.#current - 1,
      ArrowDown: this.#current + 1,
      PageUp: this.#current - 10,
      PageDown: this.#current + 10,
      Home: 0,
      End: count - 1,
    };
    const target = targets[event.key];
    if (target === undefined || count === 0) return;
    event.preventDefault();
    this.focus(Math.min(count - 1, Math.max(0, target)));
  }
}
