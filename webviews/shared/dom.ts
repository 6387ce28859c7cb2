/** What an element holds; what is absent is left out. */
export type Child = Node | string | null | undefined;

type Attributes = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Sets attributes: true is an empty one, and false, null and undefined are none. */
export function setAttributes(element: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) element.removeAttribute(name);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
}

/** An element with attributes and children. Text is text, never markup. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  setAttributes(made, attributes);
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

/**
 * `render` that is called only where what it shows differs from the last time: what stands in the page keeps
 * its focus, its scroll place and what was typed.
 */
export function whenChanged<Value>(render: (value: Value) => void): (value: Value) => void {
  let shown: string | undefined;
  return (value) => {
    const text = JSON.stringify(value);
    if (text === shown) return;
    shown = text;
    render(value);
  };
}
