import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { commands } from '../../extension/editor/contributions/commands.ts';
import { settingSections } from '../../extension/editor/contributions/settings.ts';
import { walkthrough } from '../../extension/editor/contributions/views.ts';
import { buildManifest } from '../../extension/editor/manifest.ts';

const root = join(import.meta.dirname, '../..');
const readJson = (name: string): unknown => JSON.parse(readFileSync(join(root, name), 'utf8'));
const manifest = z.record(z.string(), z.unknown()).parse(readJson('package.json'));
const textsOf = (name: string) => z.record(z.string(), z.string()).parse(readJson(name));
const built = buildManifest();

test('package.json contributes exactly what the tables say: run npm run manifest after a change', () => {
  for (const part of ['contributes', 'activationEvents', 'capabilities'] as const) {
    expect(manifest[part]).toEqual(built[part]);
  }
});

test('package.nls.json has every text that the manifest names, and no other', () => {
  const named = JSON.stringify(manifest).matchAll(/%([a-zA-Z0-9._-]+)%/g);
  const keys = new Set([...named].map(([, key]) => key));
  expect(new Set(Object.keys(textsOf('package.nls.json')))).toEqual(keys);
  expect(textsOf('package.nls.json')).toEqual(built.texts);
});

test('every command has a title in title case without the category, and a category', () => {
  for (const { title } of Object.values(commands)) {
    expect(title).not.toMatch(/strategy lab/i);
    expect(title).toMatch(/^[A-Z]/);
  }
});

test('every setting has a default that its own schema allows, a description, a scope and an order', () => {
  for (const [id, setting] of Object.values(settingSections).flatMap((section) => Object.entries(section))) {
    expect(setting.text, id).toMatch(/[.]$/);
    expect(setting.scope, id).toBeTruthy();
    expect(id).not.toMatch(/key|secret|token|password/i);
    if ('values' in setting) {
      expect(
        setting.values.map((each: { readonly value: string }) => each.value),
        id,
      ).toContain(setting.default);
    }
  }
});

test('commands that text names are commands of the table or of the editor', () => {
  const texts = JSON.stringify(built.texts);
  for (const [, command] of texts.matchAll(/command:([A-Za-z.]+)/g)) {
    const isKnown = command !== undefined && (command in commands || command.startsWith('workbench.'));
    expect(isKnown, command).toBe(true);
  }
});

test('the files that the manifest names are there', () => {
  const icons = JSON.stringify(built.contributes).matchAll(/"(webviews\/[^"]+)"/g);
  for (const [, file] of icons) expect(existsSync(join(root, file ?? '')), file).toBe(true);
  for (const { media } of walkthrough.steps) expect(existsSync(join(root, media))).toBe(true);
});

test('nothing is activated at every start of the editor', () => {
  expect(built.activationEvents).not.toContain('*');
  expect(built.activationEvents).not.toContain('onStartupFinished');
});

test('the editor that is asked for is the one whose types the code was checked against', () => {
  const { engines, devDependencies } = z
    .object({ engines: z.record(z.string(), z.string()), devDependencies: z.record(z.string(), z.string()) })
    .parse(manifest);
  expect(engines['vscode']).toBe(`^${devDependencies['@types/vscode']}`);
});
