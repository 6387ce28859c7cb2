/** Pixels between a definition and the edge of the page. */
const margin = 8;

function shift(tip: HTMLElement): void {
  tip.style.translate = 'none';
  const { left, right } = tip.getBoundingClientRect();
  const beyond = right + margin - document.documentElement.clientWidth;
  const move = Math.max(margin - left, Math.min(0, -beyond));
  if (move !== 0) tip.style.translate = `${Math.round(move)}px 0`;
}

/**
 * Keeps definitions that show on hover and focus within the page, and lets Escape hide one that stands in
 * the way, until the pointer or the focus moves on.
 */
export function tendTips(): void {
  const root = document.documentElement;
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') root.classList.add('tips-off');
  });
  for (const type of ['pointerover', 'focusin'] as const) {
    document.addEventListener(type, ({ target }) => {
      root.classList.remove('tips-off');
      const tip =
        target instanceof Element
          ? target.closest('.term')?.querySelector<HTMLElement>('[role="tooltip"]')
          : null;
      if (tip) shift(tip);
    });
  }
}
