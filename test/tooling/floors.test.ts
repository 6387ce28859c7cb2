import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, posix } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as z from 'zod';

/** Each room by a file in it; a floor is a row, and a room may import from the rows above its own. */
const floors: Record<string, string>[] = [
  { contracts: 'extension/contracts/place.ts' },
  { backtest: 'extension/backtest/place.ts' },
  { evaluation: 'extension/evaluation/place.ts', guardian: 'language-server/guardian/place.ts' },
  { storage: 'extension/storage/place.ts', observability: 'extension/observability/place.ts' },
  {
    orchestrator: 'extension/orchestrator/place.ts',
    market: 'extension/market/place.ts',
    sandbox: 'sandbox/place.ts',
    knowledge: 'extension/knowledge/place.ts',
  },
  { governance: 'extension/governance/place.ts' },
  { learning: 'extension/learning/place.ts', agents: 'extension/agents/place.ts' },
  { trading: 'extension/trading/place.ts' },
  { pipelines: 'extension/pipelines/place.ts', reports: 'extension/reports/place.ts' },
  { mcp: 'extension/mcp/place.ts', api: 'extension/api/place.ts' },
  { lab: 'extension/lab.ts' },
  { editor: 'extension/editor/place.ts', cli: 'extension/cli.ts' },
];

const rooms = Object.assign({}, ...floors) as Record<string, string>;
const roomNames = Object.keys(rooms);
const floorOf = (room: string) => floors.findIndex((floor) => room in floor);
const below = (room: string) => roomNames.filter((other) => floorOf(other) < floorOf(room));

/** Files outside the floors, and the rooms that each may import. */
const outside: Record<string, { file: string; mayImport: readonly string[] }> = {
  runner: { file: 'sandbox/runner/place.ts', mayImport: ['contracts', 'backtest'] },
  'language server': { file: 'language-server/server.ts', mayImport: ['contracts', 'guardian'] },
  webviews: {
    file: 'webviews/report/place.ts',
    mayImport: ['contracts', 'backtest', 'evaluation', 'guardian'],
  },
  activation: { file: 'extension/main.ts', mayImport: roomNames.filter((room) => room !== 'cli') },
};

const importers = {
  ...Object.fromEntries(roomNames.map((room) => [room, { file: rooms[room] ?? '', mayImport: below(room) }])),
  ...outside,
};

const pureRooms = ['contracts', 'backtest', 'evaluation', 'guardian'];
const withoutNode = [...pureRooms, 'webviews'];
const withVscode = ['editor', 'activation'];

/** The ways in which a line brings in another module. */
const importForms = [
  (from: string) => `import '${from}';`,
  (from: string) => `import type { A } from '${from}';`,
  (from: string) => `export { something } from '${from}';`,
  (from: string) => `void import('${from}');`,
];
const impureExpressions = [
  'process.pid',
  'Date.now()',
  'new Date()',
  'performance.now()',
  'Math.random()',
  'crypto.randomUUID()',
  "fetch('')",
  'setTimeout(work)',
  'setInterval(work)',
  'globalThis.process',
];
const rules = /^(plugin|lint\/style\/(noRestrictedImports|noRestrictedGlobals|useNodejsImportProtocol))$/;

interface PlantedLine {
  readonly text: string;
  readonly isAllowed: boolean;
}

function pathBetween(importer: string, imported: string): string {
  const path = posix.relative(posix.dirname(importer), imported);
  return path.startsWith('.') ? path : `./${path}`;
}

function importLines(from: string, isAllowed: boolean): PlantedLine[] {
  return importForms.map((form) => ({ text: form(from), isAllowed }));
}

/** A file with every import that there could be, and for pure rooms every impurity. */
function plantedLines(importer: string, file: string, mayImport: readonly string[]): PlantedLine[] {
  const otherRooms = Object.entries(rooms).filter(([room]) => room !== importer);
  return [
    ...otherRooms.flatMap(([room, target]) =>
      importLines(pathBetween(file, target), mayImport.includes(room)),
    ),
    ...importLines('vscode', withVscode.includes(importer)),
    ...importLines('node:fs', !withoutNode.includes(importer)),
    ...importLines('fs', false),
    ...(importer === 'runner' ? importLines('../frames.ts', true) : []),
    ...impureExpressions.map((text) => ({ text: `${text};`, isAllowed: !pureRooms.includes(importer) })),
  ];
}

const reportSchema = z.object({
  diagnostics: z.array(
    z.object({
      category: z.string(),
      severity: z.string(),
      location: z.object({ path: z.string(), start: z.object({ line: z.number() }) }),
    }),
  ),
});

const folder = mkdtempSync(join(tmpdir(), 'strategy-lab-floors-'));
const repository = join(import.meta.dirname, '../..');
const planted = Object.entries(importers).map(([importer, { file, mayImport }]) => ({
  importer,
  file,
  lines: plantedLines(importer, file, mayImport),
}));
const refused = new Map<string, Set<number>>();

beforeAll(() => {
  for (const file of ['biome.json', 'test/tooling/noRandom.grit']) {
    cpSync(join(repository, file), join(folder, file));
  }
  for (const { file, lines } of planted) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), lines.map(({ text }) => text).join('\n'));
    refused.set(file, new Set());
  }
  const biome = join(repository, 'node_modules/.bin/biome');
  const { stdout } = spawnSync(biome, ['lint', '--reporter=json', '--max-diagnostics=none', '.'], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  for (const { category, severity, location } of reportSchema.parse(JSON.parse(stdout)).diagnostics) {
    if (severity === 'error' && rules.test(category)) refused.get(location.path)?.add(location.start.line);
  }
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each(planted)('lint holds $importer to its floor', ({ file, lines }) => {
  const isRefused = (index: number) => refused.get(file)?.has(index + 1) ?? false;
  const textOf = ({ text }: PlantedLine) => text;
  const wronglyAllowed = lines.filter(({ isAllowed }, index) => !isAllowed && !isRefused(index)).map(textOf);
  const wronglyRefused = lines.filter(({ isAllowed }, index) => isAllowed && isRefused(index)).map(textOf);
  expect({ wronglyAllowed, wronglyRefused }).toEqual({ wronglyAllowed: [], wronglyRefused: [] });
});
