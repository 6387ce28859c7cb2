import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { panelPolicy, renderPanelPage } from '../../../extension/editor/panels/panelPage.ts';
import { dashboardTexts } from '../../../webviews/dashboard/texts.ts';
import { PanelPage } from '../support/panelPage.ts';
import { dressPanel, themeVariables } from '../support/panelThemes.ts';
import type { Theme } from '../support/settings.ts';

export interface DashboardPageOptions {
  readonly browser: Browser;
  readonly theme?: Theme;
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly texts?: Readonly<Record<string, string>>;
}

/** The dashboard in a browser, as its host makes the page. */
export async function openDashboardPage({
  browser,
  theme = 'dark',
  texts = dashboardTexts,
  ...more
}: DashboardPageOptions): Promise<PanelPage> {
  const panel = await PanelPage.open({
    browser,
    folder: join(import.meta.dirname, '../../../dist'),
    variables: themeVariables(theme),
    ...more,
    makePage: (address) => {
      const page = {
        title: 'Dashboard',
        language: 'en',
        nonce: 'abc',
        cspSource: address,
        script: `${address}/dashboardPanel.js`,
        style: `${address}/dashboardPanel.css`,
        bootstrap: { subject: {}, texts },
      };
      return { html: renderPanelPage(page), policy: panelPolicy(page) };
    },
  });
  await dressPanel(panel.page, theme);
  return panel;
}
