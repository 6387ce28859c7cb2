import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/*
 * Gathers the rules. A rule is a folder of its own in guardian/rules/, named by its id: page.md holds its facts and
 * its page, and a file for each language that it judges holds its check. So a rule is added without touching
 * another file.
 */
const folder = new URL('guardian/rules/', import.meta.url);
const ids = () =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();

const kinds = [
  'syntax',
  'security',
  'prompt',
  'resources',
  'determinism',
  'look-ahead',
  'risk',
  'api',
  'run',
];
const severities = ['error', 'warning', 'info'];
const factNames = ['kind', 'severity', 'title', 'why', 'advice'];

/** The facts at the head of a rule's page, and what follows them. */
function readPage(id) {
  const refuse = (problem) => {
    throw new Error(`language-server/guardian/rules/${id}/page.md: ${problem}`);
  };
  if (!/^(?:[A-Z]{2,3}\d{3}|D\d)$/.test(id))
    refuse('a rule is named by letters and three digits, as SEC001, or D1 where runs show it');
  const text = readFileSync(new URL(`${id}/page.md`, folder), 'utf8');
  const [, head, body] =
    /^---\n(.*?)\n---\n\n(.*)$/s.exec(text) ?? refuse('it has no facts between lines of ---');
  const facts = Object.fromEntries(
    head.split('\n').map((line) => {
      const [, name, value] = /^([a-z]+): (\S.*)$/.exec(line) ?? refuse(`'${line}' is no fact`);
      return [name, value];
    }),
  );
  if (Object.keys(facts).join() !== factNames.join())
    refuse(`its facts are ${factNames.join(', ')}, in this order`);
  if (!kinds.includes(facts.kind)) refuse(`its kind is one of ${kinds.join(', ')}`);
  if (!severities.includes(facts.severity)) refuse(`its severity is one of ${severities.join(', ')}`);
  return { facts, body };
}

/** The pages as they are shown: file name and text. */
export function rulePages() {
  return ids().map((id) => {
    const { facts, body } = readPage(id);
    const [what, ...examples] = body.split(/\n\n(?=Wrong)/);
    const parts = [`# ${id} ${facts.title}`, `_${facts.severity}_ ${what}`, facts.why, ...examples];
    return [`rules/${id}.guardian.md`, parts.join('\n\n')];
  });
}

/** The text of the modules `virtual:guardian/facts` and `virtual:guardian/LANGUAGE`. */
export function guardianModule(name) {
  if (name === 'facts') {
    const facts = Object.fromEntries(ids().map((id) => [id, readPage(id).facts]));
    return `export const facts = ${JSON.stringify(facts)};`;
  }
  const files = ids()
    .map((id) => [id, fileURLToPath(new URL(`${id}/${name}.ts`, folder)).replaceAll('\\', '/')])
    .filter(([, path]) => existsSync(path));
  if (files.length === 0) throw new Error(`No Guardian rule judges ${name}.`);
  return [
    ...files.map(([id, path]) => `import { check as ${id} } from ${JSON.stringify(path)};`),
    `export const checks = { ${files.map(([id]) => id).join(', ')} };`,
  ].join('\n');
}
