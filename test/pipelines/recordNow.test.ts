import { mkdirSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { recordHistories } from './support/recordHistories.ts';
test('record', async () => {
  const recorded = await recordHistories();
  mkdirSync(new URL('./histories/', import.meta.url), { recursive: true });
  const groups = Map.groupBy(recorded, ({ name, version }) => `${name}-${version}`);
  for (const [key, runs] of groups)
    writeFileSync(new URL(`./histories/${key}.json`, import.meta.url), `${JSON.stringify(runs.map(({ events }) => events), null, 1)}\n`);
  console.log(recorded.map(({ name, events }) => [name, events.length, events.at(-1)?.type]));
  expect(recorded).toHaveLength(10);
}, 300_000);
