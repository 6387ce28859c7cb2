import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { marked } from './support/editor.ts';
import { type FilePlace, TypeScriptServer } from './support/typeScriptServer.ts';

const plugin = 'strategy-lab-typescript-plugin';
const dist = join(import.meta.dirname, '../../dist');

interface Diagnostic {
  readonly text: string;
}
interface Completions {
  readonly entries: readonly { readonly name: string; readonly source?: string }[];
}
interface QuickInfo {
  readonly displayString: string;
  readonly documentation: string;
}

const strategy = `import { crossAbove, defineStrategy } from 'strategy-lab';

export default defineStrategy({
  name: 'Cross',
  params: { fast: { type: 'integer', default: 10, min: 2, max: 100 } },
  setup({ params, indicators }) {
    return { fast: indicators.sma(params.fast), slow: indicators.sma(30) };
  },
  next({ orders, position }, { fast, slow }) {
    if (position.isFlat && crossAbove(fast, slow)) orders.buy({ percent: 10 });
  },
});
`;

let extension: string;
let folder: string;
let server: TypeScriptServer;

/** The extension as it is installed. */
beforeAll(async () => {
  extension = await mkdtemp(join(tmpdir(), 'strategy-lab-extension-'));
  await cp(join(dist, 'typescript-plugin'), join(extension, 'node_modules', plugin), { recursive: true });
  await mkdir(join(extension, 'dist'));
  await cp(join(dist, 'strategy-lab.d.ts'), join(extension, 'dist/strategy-lab.d.ts'));
  server = new TypeScriptServer([plugin], [extension]);
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(extension, { recursive: true });
});

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'strategy-lab-folder-'));
});

afterEach(async () => {
  server.closeAll();
  await rm(folder, { recursive: true });
});

async function written(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
  return path;
}

/** Opens a file of the folder; the place is that of `<|>` in its text. */
async function opened(name: string, source: string): Promise<FilePlace> {
  const { text, caret } = marked(source);
  const file = await written(name, text);
  server.open(file, folder);
  return { file, line: caret.line + 1, offset: caret.character + 1 };
}

async function problems({ file }: { readonly file: string }): Promise<string[]> {
  const diagnostics = await server.ask<Diagnostic[]>('semanticDiagnosticsSync', { file });
  return diagnostics.map(({ text }) => text);
}

async function completions(place: FilePlace): Promise<Completions['entries']> {
  const preferences = { includeCompletionsForModuleExports: true, includeCompletionsWithInsertText: true };
  await server.ask('configure', { preferences });
  return (await server.ask<Completions>('completionInfo', { ...place, includeExternalModuleExports: true }))
    .entries;
}

async function programFiles({ file }: { readonly file: string }): Promise<string[]> {
  const info = await server.ask<{ fileNames: string[] }>('projectInfo', { file, needFileNameList: true });
  return info.fileNames.filter((name) => name.endsWith('strategy-lab.d.ts'));
}

describe.each(['ts', 'mts', 'js', 'mjs'])('a *.strategy.%s file in a bare folder', (ending) => {
  test('finds strategy-lab, and knows its types', async () => {
    const place = await opened(`a.strategy.${ending}`, strategy);
    expect(await problems(place)).toEqual([]);
    expect(await programFiles(place)).toEqual([join(extension, 'dist/strategy-lab.d.ts')]);
  });

  test('is told what is wrong', async () => {
    const wrong = `// @ts-check\n${strategy.replace('percent: 10', 'size: 10')}`;
    const place = await opened(`a.strategy.${ending}`, wrong);
    expect(await problems(place)).toEqual([
      "Object literal may only specify known properties, and 'size' does not exist in type 'EntryOptions'.",
    ]);
  });

  test('completes members', async () => {
    const place = await opened(`a.strategy.${ending}`, strategy.replace('orders.buy', 'orders.<|>'));
    const names = (await completions(place)).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['buy', 'sell', 'close', 'protect']));
  });

  test('shows on hover what a member is for', async () => {
    const place = await opened(`a.strategy.${ending}`, strategy.replace('orders.buy', 'orders.b<|>uy'));
    const info = await server.ask<QuickInfo>('quickinfo', place);
    expect(info.displayString).toBe('(method) Orders.buy(options?: EntryOptions): number');
    expect(info.documentation).toBe(
      'Buys. An open short position is closed in full first, unless the run sets orders off against it.',
    );
  });

  test('goes to the declarations', async () => {
    const place = await opened(`a.strategy.${ending}`, strategy.replace('orders.buy', 'orders.b<|>uy'));
    const [definition] = await server.ask<FilePlace[]>('definition', place);
    expect(definition?.file).toBe(join(extension, 'dist/strategy-lab.d.ts'));
  });

  test('completes the first import, with and without a package.json', async () => {
    const first = await opened(`a.strategy.${ending}`, 'defineStr<|>');
    expect(await completions(first)).toContainEqual(
      expect.objectContaining({ name: 'defineStrategy', source: 'strategy-lab' }),
    );
    await written('sub/package.json', '{ "dependencies": {} }');
    const second = await opened(`sub/b.strategy.${ending}`, 'defineStr<|>');
    expect(await completions(second)).toContainEqual(
      expect.objectContaining({ name: 'defineStrategy', source: 'strategy-lab' }),
    );
  });

  test('completes the name of the module', async () => {
    const place = await opened(`a.strategy.${ending}`, "import {} from '<|>';");
    expect((await completions(place)).map(({ name }) => name)).toContain('strategy-lab');
  });
});

describe('in a project of its own', () => {
  test.each(['bundler', 'nodenext', 'node10'])(
    'a strategy finds strategy-lab (%s)',
    async (moduleResolution) => {
      const module = moduleResolution === 'nodenext' ? 'nodenext' : 'esnext';
      const compilerOptions = {
        strict: true,
        module,
        moduleResolution,
        types: [],
        noEmit: true,
        ignoreDeprecations: '6.0',
      };
      await written('tsconfig.json', JSON.stringify({ compilerOptions, include: ['**/*'] }));
      expect(await problems(await opened('strategies/a.strategy.ts', strategy))).toEqual([]);
    },
  );

  test('a strategy finds it also when another file brings it in', async () => {
    await written(
      'tsconfig.json',
      JSON.stringify({
        compilerOptions: { strict: true, allowImportingTsExtensions: true, noEmit: true },
        files: ['main.ts'],
      }),
    );
    await opened('main.ts', "import strategy from './a.strategy.ts';\nexport const { name } = strategy;\n");
    expect(await problems(await opened('a.strategy.ts', strategy))).toEqual([]);
  });

  test('declarations of the folder count where there are some', async () => {
    const own = await written(
      'strategy-lab.d.ts',
      "declare module 'strategy-lab' { export const mine: number; }",
    );
    await written('tsconfig.json', JSON.stringify({ include: ['**/*'] }));
    const place = await opened(
      'a.strategy.ts',
      "import { mine } from 'strategy-lab';\nexport default mine;\n",
    );
    expect(await problems(place)).toEqual([]);
    expect(await programFiles(place)).toEqual([own]);
  });
});

describe('other files', () => {
  test('of a folder without strategies see nothing of it', async () => {
    const place = await opened(
      'main.ts',
      "import { defineStrategy } from 'strategy-lab';\ndefineStrategy;\n",
    );
    expect(await problems(place)).toEqual([expect.stringContaining("Cannot find module 'strategy-lab'")]);
    expect(await programFiles(place)).toEqual([]);
  });

  test('without a name find it when they import it', async () => {
    const file = '^/untitled/ts-nul-authority/Untitled-1';
    server.open(file, folder, strategy);
    expect(await problems({ file })).toEqual([]);
  });
});

test('without the plugin strategy-lab is not found', async () => {
  await using plain = new TypeScriptServer([], []);
  const file = await written('a.strategy.ts', strategy);
  plain.open(file, folder);
  const [first] = await plain.ask<Diagnostic[]>('semanticDiagnosticsSync', { file });
  expect(first?.text).toContain("Cannot find module 'strategy-lab'");
});
