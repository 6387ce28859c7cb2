import type { Page } from 'playwright-core';
import dressings from './panelThemes.json' with { type: 'json' };
import type { Theme } from './settings.ts';

/*
 * What VS Code 1.139 puts into a webview beside its page, read from real windows: the values of those
 * variables that panels use, and its own style.
 */

const bodyClasses: Record<Theme, string> = {
  light: 'vscode-light',
  dark: 'vscode-dark',
  highContrast: 'vscode-high-contrast',
  highContrastLight: 'vscode-high-contrast-light vscode-high-contrast',
};

/** Values of `--vscode-*` variables, without the two dashes, for a page that starts in a theme. */
export function themeVariables(theme: Theme): Readonly<Record<string, string>> {
  return dressings.variables[theme];
}

/** Dresses an open page in a theme, as VS Code does also when the person changes it. */
export async function dressPanel(page: Page, theme: Theme): Promise<void> {
  const dress = `(({ variables, bodyClass, style }) => {
    const root = document.documentElement;
    root.removeAttribute('style');
    for (const [name, value] of Object.entries(variables)) root.style.setProperty('--' + name, value);
    // The page may have sheets of its own.
    const sheet = (window.__dress ??= new CSSStyleSheet());
    sheet.replaceSync(style);
    if (!document.adoptedStyleSheets.includes(sheet)) document.adoptedStyleSheets.push(sheet);
    document.body.className = bodyClass;
  })`;
  const dressing = {
    variables: themeVariables(theme),
    bodyClass: bodyClasses[theme],
    style: dressings.style,
  };
  await page.evaluate(`${dress}(${JSON.stringify(dressing)})`);
}
