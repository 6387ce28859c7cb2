import { globSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CodeServer } from '../editor/support/codeServer.ts';
import { packagedExtension } from '../editor/support/packagedExtension.ts';

const root = join(import.meta.dirname, '../..');
const mostBytes = 4 * 1024 * 1024;

let server: CodeServer;
let vsix: string;
let installed: string;
let files: string[];

beforeAll(async () => {
  ({ vsix } = await packagedExtension());
  server = await CodeServer.start({ vsix });
  installed = server.installedExtension();
  files = globSync('**', { cwd: installed, exclude: (name) => name === '.vsixmanifest' })
    .filter((name) => statSync(join(installed, name)).isFile())
    .sort();
});
afterAll(() => server.stop());

const textOf = (name: string) => readFileSync(join(installed, name), 'utf8');
const programs = () => files.filter((name) => name.endsWith('.js'));

test('the package holds what the extension needs, and no sources, maps or tests', () => {
  const rules = readdirSync(join(root, 'dist/rules')).map((name) => `dist/rules/${name}`);
  const isChunk = (name: string) => /^dist\/chunks\/[\w.-]+-[0-9A-Z]{8}\.js$/.test(name);
  expect(files.filter((name) => !isChunk(name))).toEqual(
    [
      'LICENSE.txt',
      'changelog.md',
      'dist/Dockerfile',
      'dist/Dockerfile.python',
      'dist/backtestPanel.css',
      'dist/backtestPanel.js',
      'dist/emscripten-module.wasm',
      'dist/extension.js',
      'dist/computeWorker.js',
      'dist/dashboardPanel.css',
      'dist/dashboardPanel.js',
      'dist/journalWorker.js',
      'dist/previewWorker.js',
      'dist/pythonRunner.json',
      'dist/realm.js',
      'dist/report.css',
      'dist/report.js',
      'dist/runner.js',
      'dist/sagaPanel.css',
      'dist/sagaPanel.js',
      'dist/server.js',
      'dist/strategy-lab.d.ts',
      'dist/strategy_lab.pyi',
      'dist/taskHeartbeatWorker.js',
      'l10n/bundle.l10n.ru.json',
      'node_modules/strategy-lab-typescript-plugin/index.js',
      'node_modules/strategy-lab-typescript-plugin/package.json',
      'package.json',
      'package.nls.json',
      'package.nls.ru.json',
      'readme.md',
      'webviews/activity.svg',
      'webviews/icon.png',
      ...['data', 'idea', 'review', 'setup', 'write'].flatMap((step) => [
        `webviews/walkthrough/${step}.md`,
        `webviews/walkthrough/${step}.nls.ru.md`,
      ]),
      ...rules,
    ].sort(),
  );
});

test('the package is at most 4 MB', () => {
  expect(statSync(vsix).size).toBeLessThanOrEqual(mostBytes);
});

test('every built file that the shipped programs name is shipped', () => {
  const built = readdirSync(join(root, 'dist')).filter((name) => /^\w.*\./.test(name));
  const text = programs().map(textOf).join('\n');
  const named = built.filter((name) => new RegExp(`["'\`/]${name.replaceAll('.', '\\.')}["'\`]`).test(text));
  expect(named).toContain('journalWorker.js');
  expect(named.filter((name) => !files.includes(`dist/${name}`))).toEqual([]);
});

test('the chunks are those that the extension loads, all of them', () => {
  const reached = new Set<string>();
  const visit = (name: string) => {
    if (reached.has(name)) return;
    reached.add(name);
    for (const [, target = ''] of textOf(name).matchAll(/["'](\.\.?\/[\w./-]+\.js)["']/g)) {
      visit(join(name, '..', target));
    }
  };
  visit('dist/extension.js');
  expect([...reached].sort()).toEqual([
    ...files.filter((name) => name.startsWith('dist/chunks/')),
    'dist/extension.js',
  ]);
});

test('nothing in the package tells of the machine that made it', () => {
  expect(files.filter((name) => textOf(name).includes(root))).toEqual([]);
});

test('the manifest has what a person sees and nothing of the checkout', () => {
  const manifest: Record<string, unknown> = JSON.parse(textOf('package.json'));
  expect(Object.keys(manifest)).not.toEqual(
    expect.arrayContaining([expect.stringMatching(/^(scripts|devDependencies|bin|private|allowScripts)$/)]),
  );
  expect(manifest).toMatchObject({
    publisher: 'strategy-lab',
    main: './dist/extension.js',
    icon: 'webviews/icon.png',
    license: 'MIT',
    dependencies: { 'strategy-lab-typescript-plugin': expect.any(String) },
  });
});

test('the pages of the package show no picture and no link that is not there', () => {
  const targets = ['readme.md', 'changelog.md'].flatMap((name) =>
    [...textOf(name).matchAll(/\]\(([^)]*)\)/g)].map(([, target]) => target),
  );
  expect(targets.filter((target) => !/^(https:|#)/.test(target ?? ''))).toEqual([]);
});
