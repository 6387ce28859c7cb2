import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { facts } from 'virtual:guardian/facts';
import { checks as javascriptChecks } from 'virtual:guardian/javascript';
import { checks as pythonChecks } from 'virtual:guardian/python';
import { describe, expect, test } from 'vitest';
import { findingSchema } from '../../extension/contracts/guardian.ts';
import { guard } from '../../language-server/guardian/guard.ts';
import { rulePages } from '../../language-server/ruleFiles.mjs';
import { atTop, inNext } from './corpus/build.ts';
import { wholePython } from './corpus/buildPython.ts';
import { fencesOf } from './corpus/sections.ts';

interface RuleCases {
  /** Whole strategies in which the rule finds something. */
  readonly found: readonly string[];
  /** Honest ones near by in which it finds nothing. */
  readonly clean: readonly string[];
}

/** How the tests meet a language that rules judge. */
interface Language {
  readonly checks: Readonly<Record<string, unknown>>;
  /** What its examples' fences are called. */
  readonly fence: string;
  /** An example of a page as a whole file. */
  readonly whole: (code: string) => string;
  readonly rulesIn: (source: string) => readonly string[];
}

const languages: Readonly<Record<string, Language>> = {
  javascript: {
    checks: javascriptChecks,
    fence: 'ts',
    whole(code) {
      if (/^import .*;\n\nexport default/.test(code)) return code;
      return code.startsWith('// At the top of the file.') ? atTop(code) : inNext(code);
    },
    rulesIn: (source) => guard(source, { author: 'person' }).map(({ rule }) => rule),
  },
  python: {
    checks: pythonChecks,
    fence: 'py',
    whole: wholePython,
    rulesIn: (source) => guard(source, { author: 'person', language: 'python' }).map(({ rule }) => rule),
  },
};

const folder = new URL('../../language-server/guardian/rules/', import.meta.url);
const ids = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .sort();
const pages = new Map(rulePages());
const cases = new Map<string, Readonly<Partial<Record<string, RuleCases>>>>();
for (const name of readdirSync(new URL('cases/', import.meta.url))) {
  cases.set(name.replace('.ts', ''), await import(new URL(`cases/${name}`, import.meta.url).pathname));
}

test('a rule is known by its folder alone', () => {
  expect(Object.keys(facts)).toEqual(ids);
  expect([...pages.keys()]).toEqual(ids.map((id) => `rules/${id}.guardian.md`));
  expect([...cases.keys()].sort()).toEqual(ids.filter((id) => facts[id]?.kind !== 'run'));
  for (const [language, { checks }] of Object.entries(languages)) {
    const files = ids.filter((id) => existsSync(new URL(`${id}/${language}.ts`, folder)));
    expect(Object.keys(checks)).toEqual(files);
  }
});

test('findings keep their contract', () => {
  const findings = [...cases.values()].flatMap((of) =>
    (of['javascript']?.found ?? []).flatMap((source) => guard(source, { author: 'agent' })),
  );
  expect(findings.length).toBeGreaterThan(100);
  for (const finding of findings) expect(findingSchema.safeParse(finding).error).toBeUndefined();
});

const read = Object.entries(facts).filter(([, { kind }]) => kind !== 'run');

describe.each(read)('%s', (id, { severity, title, why }) => {
  const source = readFileSync(new URL(`${id}/page.md`, folder), 'utf8');
  const covered = Object.entries(languages).filter(
    ([language, { checks, fence }]) =>
      Object.hasOwn(checks, id) ||
      fencesOf(source, fence).length > 0 ||
      cases.get(id)?.[language] !== undefined,
  );

  test('its page tells what it finds, how severe that is and why, in at least one language', () => {
    const page = pages.get(`rules/${id}.guardian.md`) ?? '';
    expect(page).toMatch(new RegExp(`^# ${id} `));
    for (const part of [title, `_${severity}_ `, why, 'Wrong:\n', 'Right:\n']) expect(page).toContain(part);
    expect(covered.length).toBeGreaterThan(0);
  });

  describe.each(covered)('in %s', (language, { fence, whole, rulesIn }) => {
    const [wrong = '', right = '', ...others] = fencesOf(source, fence);
    const { found = [], clean = [] } = cases.get(id)?.[language] ?? {};

    test('its wrong example is found by the rule, and its right one is clean', () => {
      expect(rulesIn(whole(wrong))).toContain(id);
      expect(right).not.toBe('');
      expect(rulesIn(whole(right))).toEqual([]);
      expect(others).toEqual([]);
    });

    test('has cases of both kinds', () => {
      expect(found.length).toBeGreaterThanOrEqual(2);
      expect(clean.length).toBeGreaterThanOrEqual(2);
    });

    test.each(found)('finds %#', (source) => expect(rulesIn(source)).toContain(id));
    test.each(clean)('leaves %#', (source) => expect(rulesIn(source)).not.toContain(id));
  });
});
