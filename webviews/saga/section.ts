import { element } from '../shared/dom.ts';

export interface Section {
  readonly place: HTMLDetailsElement;
  /** Where its content goes. */
  readonly content: HTMLElement;
  readonly setTitle: (title: string) => void;
}

/** A part of the page below the graph that can be closed. */
export function makeSection(
  id: string,
  title: string,
  isOpen: boolean,
  onToggle: (isOpen: boolean) => void,
): Section {
  const heading = element('h2', { class: 'section-title' }, title);
  const content = element('div', { class: 'section-content' });
  const place = element('details', { id, open: isOpen }, element('summary', {}, heading), content);
  place.addEventListener('toggle', () => onToggle(place.open));
  return {
    place,
    content,
    setTitle: (text) => {
      if (heading.textContent !== text) heading.textContent = text;
    },
  };
}
