import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { realmHash, realmSource } from 'virtual:realm';
import { expect, test } from 'vitest';
import { realmModule } from '../../build.mjs';

test('equal sources give the sandbox realm the same bytes', async () => {
  expect(await realmModule()).toBe(await realmModule());
});

test('tests see the realm that the build makes, under its own hash', async () => {
  expect(await realmModule()).toContain(JSON.stringify(realmSource));
  expect(realmHash).toBe(createHash('sha256').update(realmSource).digest('hex'));
});

test('the realm is one script that needs nothing from outside', () => {
  expect(realmSource).toMatch(/^"use strict";var strategyLabRealm=/);
  expect(realmSource).not.toMatch(/\b(import|export|require)\b\s*[({'"*]/);
});

test('every bundle holds what it uses of zod, and nothing else of it', () => {
  const dist = join(import.meta.dirname, '../../dist');
  const bundles = globSync('**/*.js', { cwd: dist });
  const holding = (part: string) =>
    bundles.filter((name) => readFileSync(join(dist, name), 'utf8').includes(part));
  expect(holding('ZodObject')).toContain('previewWorker.js');
  // No source makes a schema of a JSON Schema, or of a template.
  expect(holding('fromJSONSchema')).toEqual([]);
  expect(holding('ZodTemplateLiteral')).toEqual([]);
});
