import { expect, test } from 'vitest';
import { type PanelPage, panelPolicy, renderPanelPage } from '../../../extension/editor/panels/panelPage.ts';
import { elements, textOf } from '../../reports/page.ts';

const page: PanelPage = {
  title: 'Backtest',
  language: 'en',
  nonce: 'bm9uY2U=',
  cspSource: 'https://editor.example',
  script: 'https://editor.example/backtestPanel.js',
  style: 'https://editor.example/backtestPanel.css',
  bootstrap: { texts: { title: 'Backtest of {0}' }, subject: { run: 'r1' } },
};

test('a panel may run its own script alone, and reach nothing', () => {
  expect(panelPolicy(page)).toBe(
    "default-src 'none'; script-src 'nonce-bm9uY2U='; style-src https://editor.example 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='; img-src data:; font-src https://editor.example; base-uri 'none'; form-action 'none'",
  );
  const [policy = ''] = /content="default-src[^"]*"/.exec(renderPanelPage(page)) ?? [];
  expect(textOf(policy)).toBe(`content="${panelPolicy(page)}"`);
});

test('a panel has no script and no style within its page', () => {
  const text = renderPanelPage(page);
  const scripts = elements(text, 'script');
  expect(scripts.map(({ attributes }) => attributes)).toEqual([
    ' type="application/json" id="bootstrap"',
    ' nonce="bm9uY2U=" src="https://editor.example/backtestPanel.js"',
  ]);
  expect(scripts[1]?.content).toBe('');
  expect(text).not.toMatch(/<style|\sstyle=|\son[a-z]+=|javascript:|command:/i);
});

test('what a panel starts with comes back as it was, whatever stands in it', () => {
  const hostile = '</script><script>alert(1)</script><!-- & \u2028 "\'';
  const bootstrap = { texts: { title: hostile }, subject: { run: hostile } };
  const text = renderPanelPage({ ...page, title: hostile, bootstrap });
  expect(elements(text, 'script')).toHaveLength(2);
  expect(JSON.parse(elements(text, 'script')[0]?.content ?? '')).toEqual(bootstrap);
  expect(elements(text, 'title')[0]?.content).not.toContain('<');
});
