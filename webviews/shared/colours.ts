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
 * The colours of the theme in force as `rgb()` values: a canvas knows neither variables nor the
 * system's colours, so an element resolves them.
 */
export function readColours(): Colours {
  const probe = document.createElement('span');
  probe.style.display = 'none';
  probe.style.setProperty('forced-color-adjust', 'none');
  document.body.append(probe);
  const resolve = (name: string): string => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const colours = Object.fromEntries(names.map((name) => [name, resolve(name)])) as Colours;
  probe.remove();
  return colours;
}

/** Calls `listener` whenever the theme may have changed: dark or light, high contrast, print. */
export function onThemeChange(listener: () => void): void {
  for (const query of [
    '(prefers-color-scheme: dark)',
    '(forced-colors: active)',
    '(prefers-contrast: more)',
    'print',
  ]) {
    matchMedia(query).addEventListener('change', listener);
  }
}
