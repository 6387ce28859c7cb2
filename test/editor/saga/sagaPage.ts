import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { panelPolicy, renderPanelPage } from '../../../extension/editor/panels/panelPage.ts';
import { sagaTexts } from '../../../webviews/saga/texts.ts';
import { PanelPage } from '../support/panelPage.ts';
import { dressPanel, themeVariables } from '../support/panelThemes.ts';
import type { Theme } from '../support/settings.ts';

export interface SagaPageOptions {
  readonly browser: Browser;
  readonly theme?: Theme;
  readonly state?: unknown;
  readonly viewport?: { readonly width: number; readonly height: number };
}

/** The panel of a run in a browser, as its host makes the page. */
export async function openSagaPage({
  browser,
  theme = 'dark',
  ...more
}: SagaPageOptions): Promise<PanelPage> {
  const panel = await PanelPage.open({
    browser,
    folder: join(import.meta.dirname, '../../../dist'),
    variables: themeVariables(theme),
    ...more,
    makePage: (address) => {
      const page = {
        title: 'Run',
        language: 'en',
        nonce: 'abc',
        cspSource: address,
        script: `${address}/sagaPanel.js`,
        style: `${address}/sagaPanel.css`,
        bootstrap: { subject: { id: 'run' }, texts: sagaTexts },
      };
      return { html: renderPanelPage(page), policy: panelPolicy(page) };
    },
  });
  await dressPanel(panel.page, theme);
  return panel;
}
