import { apiName, suggestion } from '../../javascript/strategyApi.ts';
import type { Found } from '../../rule.ts';
import { labMembers, pythonName } from '../api.ts';
import type { PythonSubject } from '../subject.ts';
import type { Attribute, Expression } from '../syntax.ts';
import { membersOf, type PythonType } from '../types.ts';

const groups = { setup: 'SetupContext', next: 'NextContext' } as const;

/** Members that the strategy API lacks, parameters that are not declared, and series that are taken for numbers. */
export function checkMembers(subject: PythonSubject, found: Found): void {
  for (const node of subject.tree.all('Attribute')) {
    const type = subject.types.of(node.object);
    if (type?.kind === 'lab' || type?.kind === 'api') checkMember(subject, node, type, found);
  }
  for (const node of subject.tree.all('Subscript')) {
    if (subject.types.api(node.object) !== 'Params') continue;
    const name = subject.folder.text(node.index);
    if (name !== undefined) checkParameter(subject, node.index, name, found, (meant) => `'${meant}'`);
  }
  for (const node of subject.tree.all('Comparison'))
    if (!/in|is/.test(node.operator))
      for (const side of [node.left, node.right]) checkNumber(subject, side, found);
  for (const node of subject.tree.all('Binary'))
    for (const side of [node.left, node.right]) checkNumber(subject, side, found);
}

type ApiObject = PythonType & { readonly kind: 'lab' | 'api' };

function checkMember(subject: PythonSubject, node: Attribute, type: ApiObject, found: Found): void {
  const { name } = node;
  if (name.id.startsWith('_')) return;
  if (type.kind === 'api' && type.type === 'Params') {
    checkParameter(subject, name, name.id, found, (meant) => meant);
    return;
  }
  const members = membersOf(type);
  if (!members || Object.hasOwn(members, name.id)) return;
  const names = Object.keys(members);
  const group = type.kind === 'lab' ? groups[type.phase] : apiName(type.type);
  const meant = meantOf(group, name.id, names);
  const title = type.kind === 'lab' ? 'lab' : group;
  const message =
    type.kind === 'lab' ? `lab has no ${name.id} in ${type.phase}.` : `${title} has no member ${name.id}.`;
  found(name, message, {
    advice: adviceFor(type, name.id, meant, names),
    ...(meant === undefined ? {} : { fix: { title: `Write ${meant}`, newText: meant } }),
  });
}

/** The name that was meant: by its Python name, or by the usual other names of the TypeScript one. */
export function meantOf(group: string, name: string, names: readonly string[]): string | undefined {
  const own = pythonName(name);
  if (names.includes(own)) return own;
  const camel = name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  const camelNames = names.map((one) =>
    one.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
  );
  const meant = suggestion(group, camel, camelNames);
  return meant === undefined ? undefined : pythonName(meant);
}

function adviceFor(
  type: ApiObject,
  name: string,
  meant: string | undefined,
  names: readonly string[],
): string {
  if (type.kind === 'lab') {
    const other = type.phase === 'setup' ? 'next' : 'setup';
    if (Object.hasOwn(labMembers[other], name))
      return type.phase === 'next'
        ? `Take ${name} in setup and keep what it makes: self.x = lab.${name}...`
        : `${name} is there in next, not in setup.`;
  }
  if (meant !== undefined) return `Did you mean ${meant}?`;
  return names.length <= 20 ? `It has ${names.join(', ')}.` : 'See the declarations of strategy_lab.';
}

function checkParameter(
  { strategy }: PythonSubject,
  place: Expression | Attribute['name'],
  name: string,
  found: Found,
  written: (name: string) => string,
): void {
  if (!strategy.parameters || strategy.parameters.has(name)) return;
  const meant = suggestion('params', name, [...strategy.parameters.keys()]);
  const advice = 'Declare it under params.';
  found(place, `The strategy declares no parameter ${name}.`, {
    advice: meant === undefined ? advice : `Did you mean ${meant}? Else declare it under params.`,
    ...(meant === undefined ? {} : { fix: { title: `Write ${meant}`, newText: written(meant) } }),
  });
}

function checkNumber({ types, source }: PythonSubject, side: Expression, found: Found): void {
  const type = types.api(side);
  if (type !== 'Series' && type !== 'Average') return;
  found(side, 'A series is no number.', {
    advice: 'Take its value: series.value, or series.ago(1) for the bar before.',
    fix: { title: 'Take its value', newText: `${source.slice(side.start, side.end)}.value` },
  });
}
