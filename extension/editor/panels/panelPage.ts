import type { PanelBootstrap } from '../../contracts/panel.ts';
import { html, jsonBlock } from '../../reports/html.ts';

/** Hash of the empty style element that @vscode/webview-ui-toolkit puts into its page. */
const emptyStyle = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='";

export interface PanelPage {
  readonly title: string;
  /** Language of the texts, such as `en`. */
  readonly language: string;
  /** Used once, so that no other script than the page's own runs. */
  readonly nonce: string;
  /** Where the page may take styles and fonts from. */
  readonly cspSource: string;
  readonly script: string;
  readonly style: string;
  readonly bootstrap: PanelBootstrap;
}

/** What a panel's page may load and run: its own script and style, and no connection anywhere. */
export function panelPolicy({ nonce, cspSource }: Pick<PanelPage, 'nonce' | 'cspSource'>): string {
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${cspSource} ${emptyStyle}`,
    'img-src data:',
    `font-src ${cspSource}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

/** The page of a panel. Its script fills `main`, and finds what it starts with in `bootstrap`. */
export function renderPanelPage(page: PanelPage): string {
  return html`<!DOCTYPE html>
<html lang="${page.language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${panelPolicy(page)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${page.title}</title>
<link rel="stylesheet" href="${page.style}">
</head>
<body>
<main id="main"></main>
<script type="application/json" id="bootstrap">${jsonBlock(page.bootstrap)}</script>
<script nonce="${page.nonce}" src="${page.script}"></script>
</body>
</html>
`.text;
}
