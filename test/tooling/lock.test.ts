import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import * as z from 'zod';

const names = z.record(z.string(), z.string()).default({});
const lockSchema = z.object({
  packages: z.record(z.string(), z.object({ dependencies: names, optionalDependencies: names })),
});

test('package-lock.json has every package of every platform: npm ci refuses one that lacks any', () => {
  const text = readFileSync(join(import.meta.dirname, '../../package-lock.json'), 'utf8');
  const { packages } = lockSchema.parse(JSON.parse(text));
  const locked = new Set(Object.keys(packages).map((path) => path.split('node_modules/').at(-1)));
  const wanted = Object.values(packages).flatMap(({ dependencies, optionalDependencies }) => [
    ...Object.keys(dependencies),
    ...Object.keys(optionalDependencies),
  ]);
  expect(wanted.filter((name) => !locked.has(name))).toEqual([]);
});
