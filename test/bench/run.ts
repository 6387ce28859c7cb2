import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import type { BenchGroup, BenchResult } from './bench.ts';
import { bindBuildModules } from './buildModules.ts';

/*
 * `npm run bench -- [--json] [GROUP ...]`: runs the groups of this folder's `*.bench.ts` files one after
 * the other, all of them by default. People get tables, programs one JSON document on stdout.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false }, folder: { type: 'string' } },
});
const folder = resolve(values.folder ?? import.meta.dirname);

class UnknownGroup extends Error {}

async function loadGroups(): Promise<BenchGroup[]> {
  await bindBuildModules();
  const files = readdirSync(folder).filter((name) => name.endsWith('.bench.ts'));
  const modules = await Promise.all(
    files
      .sort()
      .map((file) => import(pathToFileURL(join(folder, file)).href) as Promise<{ group: BenchGroup }>),
  );
  return modules.map(({ group }) => group);
}

function choose(groups: readonly BenchGroup[]): readonly BenchGroup[] {
  const known = groups.map(({ name }) => name);
  const unknown = positionals.filter((name) => !known.includes(name));
  if (unknown.length > 0 || groups.length === 0) {
    throw new UnknownGroup(
      `No benchmark ${unknown.join(', ') || 'at all'}; there are: ${known.join(', ') || 'none'}.`,
    );
  }
  return positionals.length === 0 ? groups : groups.filter(({ name }) => positionals.includes(name));
}

function table(results: readonly BenchResult[]): string {
  const width = Math.max(...results.map(({ name }) => name.length));
  const line = ({ name, value, unit, reference, ratio }: BenchResult) => {
    const compared = reference === null ? '' : `  reference ${short(reference)}`;
    const times = ratio === null ? '' : `  ratio ${ratio.toFixed(2)}`;
    return `  ${name.padEnd(width)}  ${short(value).padStart(9)} ${unit}${compared}${times}`;
  };
  return results.map(line).join('\n');
}

function short(value: number): string {
  if (Math.abs(value) >= 1e6) return `${(value / 1e6).toFixed(2)}M`;
  if (Math.abs(value) >= 1e4) return `${(value / 1e3).toFixed(1)}k`;
  return value.toPrecision(3);
}

const results: BenchResult[] = [];
try {
  for (const group of choose(await loadGroups())) {
    process.stderr.write(`${group.name} ...\n`);
    const measured = await group.run();
    results.push(...measured);
    if (!values.json) console.log(`${group.name}\n${table(measured)}`);
  }
  if (values.json) console.log(JSON.stringify({ results }, null, 2));
} catch (error) {
  if (!(error instanceof UnknownGroup)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
