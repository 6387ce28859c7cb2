import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { findingSchema } from '../../extension/contracts/guardian.ts';
import { catalogue } from '../../language-server/guardian/catalogue.ts';
import { guard } from '../../language-server/guardian/guard.ts';
import { atTop, inNext } from './corpus/build.ts';
import { sectionsOf } from './corpus/sections.ts';

const page = readFileSync(new URL('../../language-server/guardian/rules.md', import.meta.url), 'utf8');
const sections = sectionsOf(page);

/** An example as a whole file. */
function whole(code: string): string {
  if (/^import .*;\n\nexport default/.test(code)) return code;
  return code.startsWith('// At the top of the file.') ? atTop(code) : inNext(code);
}

describe('the page of rules', () => {
  test('has one section for each rule of the catalogue, with its severity, title and reason', () => {
    expect(sections.map(({ title }) => title)).toEqual(
      Object.entries(catalogue).map(([id, { title }]) => `${id} ${title}`),
    );
    for (const [index, { severity, why }] of Object.values(catalogue).entries()) {
      expect(sections[index]?.text).toContain(`_${severity}_`);
      expect(sections[index]?.text.replace(/\s+/g, ' ')).toContain(why);
    }
  });

  describe.each(sections.map(({ title, code }) => ({ title, rule: title.split(' ')[0], code })))(
    '$title',
    ({ rule, code }) => {
      const [wrong = '', right = ''] = code;

      test('its wrong example is found by the rule', () => {
        const found = guard(whole(wrong), { author: 'person' });
        expect(found.map((finding) => finding.rule)).toContain(rule);
        for (const finding of found) expect(findingSchema.safeParse(finding).error).toBeUndefined();
      });

      test('its right example is clean', () => {
        expect(guard(whole(right), { author: 'person' })).toEqual([]);
      });
    },
  );
});
