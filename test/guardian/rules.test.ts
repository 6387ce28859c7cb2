import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { facts } from 'virtual:guardian/facts';
import { checks } from 'virtual:guardian/javascript';
import { describe, expect, test } from 'vitest';
import { findingSchema } from '../../extension/contracts/guardian.ts';
import { guard } from '../../language-server/guardian/guard.ts';
import { rulePages } from '../../language-server/ruleFiles.mjs';
import { atTop, inNext } from './corpus/build.ts';
import { fencesOf } from './corpus/sections.ts';

const folder = new URL('../../language-server/guardian/rules/', import.meta.url);
const ids = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .sort();
const pages = new Map(rulePages());

/** An example as a whole file. */
function whole(code: string): string {
  if (/^import .*;\n\nexport default/.test(code)) return code;
  return code.startsWith('// At the top of the file.') ? atTop(code) : inNext(code);
}

test('a rule is known by its folder alone', () => {
  expect(Object.keys(facts)).toEqual(ids);
  expect(Object.keys(checks)).toEqual(ids.filter((id) => existsSync(new URL(`${id}/javascript.ts`, folder))));
  expect([...pages.keys()]).toEqual(ids.map((id) => `rules/${id}.guardian.md`));
});

describe.each(Object.entries(facts))('%s', (id, { severity, title, why }) => {
  const page = pages.get(`rules/${id}.guardian.md`) ?? '';
  const [wrong = '', right = ''] = fencesOf(readFileSync(new URL(`${id}/page.md`, folder), 'utf8'));

  test('its page tells what it finds, how severe that is and why', () => {
    expect(page).toMatch(new RegExp(`^# ${id} `));
    for (const part of [title, `_${severity}_ `, why, 'Wrong:\n', 'Right:\n']) expect(page).toContain(part);
  });

  test('its wrong example is found by the rule', () => {
    const found = guard(whole(wrong), { author: 'person' });
    expect(found.map((finding) => finding.rule)).toContain(id);
    for (const finding of found) expect(findingSchema.safeParse(finding).error).toBeUndefined();
  });

  test('its right example is clean', () => {
    expect(guard(whole(right), { author: 'person' })).toEqual([]);
  });
});
