import type { Child } from './dom.ts';

/** Marks what takes the focus again when the part of the page around it is drawn anew. */
export const keyAttribute = 'data-key';

/** A part of the page that is drawn anew only when what it shows has changed, and keeps the focus then. */
export class Part<Value> {
  readonly place: HTMLElement;
  readonly #draw: (value: Value) => readonly Child[];
  #shown: string | undefined;

  constructor(place: HTMLElement, draw: (value: Value) => readonly Child[]) {
    this.place = place;
    this.#draw = draw;
  }

  show(value: Value): void {
    const text = JSON.stringify(value);
    if (text === this.#shown) return;
    this.#shown = text;
    const focused = this.place.contains(document.activeElement)
      ? document.activeElement?.closest(`[${keyAttribute}]`)?.getAttribute(keyAttribute)
      : undefined;
    this.place.replaceChildren(...this.#draw(value).filter((child) => child !== null && child !== undefined));
    if (typeof focused === 'string') {
      this.place.querySelector<HTMLElement>(`[${keyAttribute}="${CSS.escape(focused)}"]`)?.focus();
    }
  }
}
