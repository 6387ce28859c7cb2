import { allowedModules, lookUp } from '../modules.ts';
import type { PythonFile } from '../subject.ts';
import type { ImportedName, SyntaxOf } from '../syntax.ts';
import { type Refused, refuse } from './refused.ts';

const names = Object.keys(allowedModules).filter((name) => name !== '__future__');
const onlyThese = `A strategy may import ${names.join(', ')}.`;

/** What to use in place of a module that people miss. */
const replacements: ReadonlyMap<
  string,
  { readonly rule: 'SEC002' | 'DET001' | 'DET002'; readonly advice: string }
> = new Map([
  ['random', { rule: 'DET001', advice: 'Use lab.random(): it is seeded.' }],
  ['secrets', { rule: 'DET001', advice: 'Use lab.random(): it is seeded.' }],
  ['time', { rule: 'DET002', advice: 'Use lab.bar.time, in UTC milliseconds.' }],
  [
    'datetime',
    { rule: 'DET002', advice: 'Use lab.bar.time, in UTC milliseconds, or pandas.Timestamp of it.' },
  ],
  ['talib', { rule: 'SEC002', advice: 'Use lab.indicators.' }],
  ['pandas_ta', { rule: 'SEC002', advice: 'Use lab.indicators.' }],
  ['ta', { rule: 'SEC002', advice: 'Use lab.indicators.' }],
  ['scipy', { rule: 'SEC002', advice: 'Use numpy, statistics or lab.indicators.' }],
  ['sklearn', { rule: 'SEC002', advice: 'Write the rule itself: the sandbox holds no such package.' }],
  ['functools', { rule: 'SEC002', advice: 'Write the function itself.' }],
  ['itertools', { rule: 'SEC002', advice: 'Write the loop itself.' }],
  ['logging', { rule: 'SEC002', advice: 'Write with lab.log(text).' }],
]);

/** Imports of what is not on the list, also in functions and under other names. */
export function refusedImports({ tree, source }: PythonFile): Refused[] {
  const refused: Refused[] = [];
  for (const node of tree.all('Import'))
    for (const name of node.names) refused.push(...ofImport(name, node, source));
  for (const node of tree.all('ImportFrom')) refused.push(...ofFrom(node));
  return refused;
}

function ofImport(name: ImportedName, node: SyntaxOf<'Import'>, source: string): Refused[] {
  const path = name.path.map(({ id }) => id);
  const found = lookUp(path);
  if (found !== undefined && found !== 'name' && path[0] !== '__future__') return [];
  return [foreign(path, name, node.names.length === 1 ? node : undefined, source)];
}

function foreign(
  path: readonly string[],
  place: { readonly start: number; readonly end: number },
  whole: SyntaxOf<'Import'> | undefined,
  source: string,
): Refused {
  const known = replacements.get(path[0] ?? '');
  const isLine = whole !== undefined && /(?:^|\n)[ \t]*$/.test(source.slice(0, whole.start));
  const isTopLevel = isLine && (whole.start === 0 || source[whole.start - 1] === '\n');
  const fix = isTopLevel ? { title: 'Delete the import', newText: '' } : undefined;
  return refuse(known?.rule ?? 'SEC002', whole ?? place, `${path.join('.')} cannot be imported.`, {
    advice: known?.advice ?? onlyThese,
    ...(fix ? { fix } : {}),
  });
}

function ofFrom(node: SyntaxOf<'ImportFrom'>): Refused[] {
  if (node.level > 0)
    return [refuse('SEC002', node, 'A strategy is one file and imports no other.', { advice: onlyThese })];
  const base = node.module.map(({ id }) => id);
  const module = lookUp(base);
  if (module === undefined || module === 'name') return [foreign(base, node, undefined, '')];
  if (node.isStar)
    return [
      refuse('SEC002', node, `Which names a star brings from ${base.join('.')} is not seen.`, {
        advice: 'Name what you import.',
      }),
    ];
  const refused: Refused[] = [];
  for (const name of node.names) {
    const id = name.path[0]?.id ?? '';
    if (lookUp([...base, id]) !== undefined) continue;
    const isData = base[0] === 'numpy' || base[0] === 'pandas';
    refused.push(
      refuse(isData ? 'SEC009' : 'SEC002', name, `${base.join('.')} offers a strategy no ${id}.`, {
        advice: onlyThese,
      }),
    );
  }
  return refused;
}
