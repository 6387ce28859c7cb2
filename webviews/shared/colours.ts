/** Names of the CSS variables that charts draw with. */
const names = [
  'ink',
  'muted',
  'line',
  'paper',
  'price',
  'equity',
  'hold',
  'drawdown',
  'gain',
  'loss',
  'price-band',
  'equity-band',
  'drawdown-area',
] as const;

export type Colours = Readonly<Record<(typeof names)[number], string>>;

/**
 * The colours of the theme in force as values that a canvas takes: it knows neither variables nor the
 * system's colours, so an element resolves them. `more` names those of a single page.
 */
export function readColours(): Colours;
export function readColours<More extends string>(
  more: readonly More[],
): Colours & Readonly<Record<More, string>>;
export function readColours(more: readonly string[] = []): Readonly<Record<string, string>> {
  const probe = document.createElement('span');
  probe.style.display = 'none';
  probe.style.setProperty('forced-color-adjust', 'none');
  document.body.append(probe);
  const resolve = (name: string): string => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const colours = Object.fromEntries([...names, ...more].map((name) => [name, resolve(name)]));
  probe.remove();
  return colours;
}

/**
 * Calls `listener` whenever the theme may have changed: dark or light, high contrast, print, and within VS
 * Code, which writes a theme's kind on the body and its colours on the root.
 */
export function onThemeChange(listener: () => void): void {
  for (const query of [
    '(prefers-color-scheme: dark)',
    '(forced-colors: active)',
    '(prefers-contrast: more)',
    'print',
  ]) {
    matchMedia(query).addEventListener('change', listener);
  }
  const observer = new MutationObserver(listener);
  observer.observe(document.body, { attributeFilter: ['class', 'data-vscode-theme-id'] });
  observer.observe(document.documentElement, { attributeFilter: ['style'] });
}
