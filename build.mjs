import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { chmod, copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { guardianModule, rulePages } from './language-server/ruleFiles.mjs';

/*
 * Builds dist/. esbuild is loaded on use, so that setup.mjs can ask whether dist/ is up to date before
 * any package is installed.
 */
const root = dirname(fileURLToPath(import.meta.url));
const dist = join(root, 'dist');
const stampFile = join(dist, '.build-stamp');
const realmSourceFile = 'sandbox/runner/realm.ts';
const pythonRunnerFolder = 'sandbox/runner/python';

const inputs = [
  'extension',
  'language-server',
  'sandbox',
  'webviews',
  'build.mjs',
  'package.json',
  'package-lock.json',
];

/** Paths, sizes and times of all that goes into dist/: cheap enough to look at before every command. */
export function sourcesFingerprint() {
  const hash = createHash('sha256');
  const visit = (path) => {
    const stats = statSync(join(root, path), { throwIfNoEntry: false });
    if (stats === undefined) return;
    if (!stats.isDirectory()) hash.update(`${path}\0${stats.size}\0${stats.mtimeMs}\n`);
    else for (const name of readdirSync(join(root, path)).sort()) visit(`${path}/${name}`);
  };
  inputs.forEach(visit);
  return hash.digest('hex');
}

/** Whether dist/ was built from the sources as they are now. */
export function isBuilt() {
  return existsSync(stampFile) && readFileSync(stampFile, 'utf8') === sourcesFingerprint();
}

/**
 * The code that runs inside a sandbox realm, as the text of one script that defines the variable
 * `strategyLabRealm`, and that text's SHA-256. Equal sources give equal bytes. Names stay as they are:
 * they show in a strategy's stack traces.
 */
export async function buildRealm() {
  const { build } = await import('esbuild');
  const result = await build({
    absWorkingDir: root,
    entryPoints: [realmSourceFile],
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'strategyLabRealm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    target: 'es2022',
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    logLevel: 'silent',
  });
  const realmSource = result.outputFiles[0].text;
  return { realmSource, realmHash: createHash('sha256').update(realmSource).digest('hex') };
}

/** The text of the module `virtual:realm`. */
export async function realmModule() {
  const { realmSource, realmHash } = await buildRealm();
  return [
    `export const realmSource = ${JSON.stringify(realmSource)};`,
    `export const realmHash = ${JSON.stringify(realmHash)};`,
  ].join('\n');
}

/**
 * The files of the runner for Python as one JSON text, path to content, and that text's SHA-256. Equal
 * sources give equal bytes.
 */
export function pythonRunner() {
  const folder = join(root, pythonRunnerFolder);
  const files = readdirSync(folder, { recursive: true })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.py'))
    .sort()
    .map((path) => [path, readFileSync(join(folder, path), 'utf8')]);
  const text = JSON.stringify(Object.fromEntries(files));
  return { text, hash: createHash('sha256').update(text).digest('hex') };
}

const hostEngineFolders = ['contracts', 'backtest', 'evaluation', 'market', 'pipelines'];

/** SHA-256 of the host's sources that the numbers of a search come of. Equal sources give an equal one. */
export function hostEngineHash() {
  const hash = createHash('sha256');
  for (const folder of hostEngineFolders) {
    const path = join(root, 'extension', folder);
    const files = readdirSync(path, { recursive: true }).map((file) => file.replaceAll('\\', '/'));
    for (const file of files.filter((name) => name.endsWith('.ts')).sort()) {
      hash.update(`${folder}/${file}\0`).update(readFileSync(join(path, file)));
    }
  }
  return hash.digest('hex');
}

/** The text of a module that the build makes, by its name after `virtual:`. */
export async function virtualModule(name) {
  if (name === 'realm') return realmModule();
  if (name === 'host-engine') {
    return `export const hostEngineHash = ${JSON.stringify(hostEngineHash())};`;
  }
  if (name === 'python-runner') {
    return `export const pythonRunnerHash = ${JSON.stringify(pythonRunner().hash)};`;
  }
  return guardianModule(name.replace(/^guardian\//, ''));
}

const virtualModules = {
  name: 'virtual-modules',
  setup(build) {
    build.onResolve({ filter: /^virtual:/ }, ({ path }) => ({
      path: path.replace(/^virtual:/, ''),
      namespace: 'virtual',
    }));
    build.onLoad({ filter: /.*/, namespace: 'virtual' }, async ({ path }) => ({
      contents: await virtualModule(path),
      resolveDir: root,
    }));
  },
};

/*
 * ccxt's entry makes a table of all its exchanges as it is loaded, which no bundler can cut: 7 MB. Here it
 * exports the same classes one by one, so that those alone are bundled which are asked for.
 */
const singleExchanges = {
  name: 'single-exchanges',
  setup(build) {
    build.onResolve({ filter: /^ccxt$/ }, async ({ resolveDir, kind, pluginData }) => {
      if (pluginData === 'entry') return undefined;
      const { path } = await build.resolve('ccxt', { resolveDir, kind, pluginData: 'entry' });
      return { path, namespace: 'ccxt', sideEffects: false };
    });
    build.onLoad({ filter: /.*/, namespace: 'ccxt' }, async ({ path }) => {
      const imports = (await readFile(path, 'utf8')).matchAll(/^import (\w+) from +'(\.\/src\/\w+\.js)'/gm);
      const exports = [...imports].map(([, name, file]) => `export { default as ${name} } from '${file}';`);
      exports.push("export * from './src/base/errors.js';");
      return { contents: exports.join('\n'), resolveDir: dirname(path) };
    });
  },
};

/*
 * What no bundle needs. dockerode loads ssh2 at start for ssh:// hosts (its native part cannot be bundled)
 * and the three others for BuildKit sessions, whose .proto files would not lie beside the bundle; the lab
 * talks to sockets and asks for classic builds. zod brings its messages in every language: 300 KB a bundle.
 * ccxt signs orders of exchanges on StarkNet, zkSync and dYdX, reads MEXC's frames, opens WebSockets and has an
 * HTTP client of its own; the lab asks for candles, through Node's fetch. OpenTelemetry would look for the
 * machine's id, which nobody asked it for.
 */
const leftOut = new RegExp(
  [
    /^(ssh2|@grpc\/grpc-js|@grpc\/proto-loader|protobufjs|\.\.\/locales\/index\.js)$/,
    /^(@scure\/starknet|undici|ws)$/,
    /\bmachine-id\/getMachineId\.mjs$/,
    /^\.+\/(static_dependencies\/(zklink|dydx-v4-client)|protobuf\/mexc|functions\/starknet)\b/,
  ]
    .map(({ source }) => source)
    .join('|'),
);
const withoutUnusedParts = {
  name: 'without-unused-parts',
  setup(build) {
    // By an ending of CommonJS, which its content is.
    build.onResolve({ filter: leftOut }, ({ path }) => ({ path: `${path}.cjs`, namespace: 'left-out' }));
    build.onLoad({ filter: /.*/, namespace: 'left-out' }, () => ({ contents: 'module.exports = {};' }));
  },
};

// In an ES module, bundled CommonJS packages find no `require` for Node's own modules without this.
const requireBanner =
  "import { createRequire as createRequireOfNode } from 'node:module'; const require = createRequireOfNode(import.meta.url);";

const host = {
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node22',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  banner: { js: requireBanner },
  plugins: [virtualModules, singleExchanges, withoutUnusedParts],
};

const page = {
  bundle: true,
  format: 'iife',
  platform: 'browser',
  target: 'es2022',
  minify: true,
  legalComments: 'none',
  plugins: [withoutUnusedParts],
};

/** What is loaded on first use stands in files of its own, named after their content. */
const inChunks = {
  splitting: true,
  outdir: dist,
  entryNames: '[name]',
  external: ['vscode'],
};
/** Folders of these files: the extension's are packaged. */
const chunkFolders = ['chunks', 'cli-chunks'];

/** Every bundle: output, entry and options. */
const bundles = [
  [
    'extension.js',
    { extension: 'extension/main.ts' },
    { ...host, ...inChunks, chunkNames: 'chunks/[name]-[hash]' },
  ],
  ['cli.js', { cli: 'extension/cli.ts' }, { ...host, ...inChunks, chunkNames: 'cli-chunks/[name]-[hash]' }],
  ['journalWorker.js', 'extension/storage/journalWorker.ts', host],
  ['taskHeartbeatWorker.js', 'extension/orchestrator/queue/redis/heartbeatWorker.ts', host],
  ['computeWorker.js', 'extension/pipelines/compute/computeWorker.ts', host],
  ['previewWorker.js', 'sandbox/previewWorker.ts', host],
  ['server.js', 'language-server/server.ts', host],
  // The TypeScript server requires plugins, and takes what they export for their one function.
  [
    'typescript-plugin/index.js',
    'language-server/typescriptPlugin/index.ts',
    { ...host, format: 'cjs', banner: {}, footer: { js: 'module.exports = module.exports.init;' } },
  ],
  // CommonJS starts 15 ms sooner, and the image has no package.json that says otherwise.
  ['runner.js', 'sandbox/runner/main.ts', { ...host, format: 'cjs', target: 'node24', banner: {} }],
  ['report.js', 'webviews/report/report.ts', page],
  ['report.css', 'webviews/report/report.css', page],
  ['backtestPanel.js', 'webviews/backtest/backtestPanel.ts', page],
  ['backtestPanel.css', 'webviews/backtest/backtestPanel.css', page],
  ['sagaPanel.js', 'webviews/saga/sagaPanel.ts', page],
  ['sagaPanel.css', 'webviews/saga/sagaPanel.css', page],
  ['dashboardPanel.js', 'webviews/dashboard/dashboardPanel.ts', page],
  ['dashboardPanel.css', 'webviews/dashboard/dashboardPanel.css', page],
];

/** Files that go to dist/ as they are: output and source. */
const copies = [
  ['emscripten-module.wasm', '@jitl/quickjs-wasmfile-release-sync/wasm'],
  ['strategy-lab.d.ts', './extension/backtest/strategy-lab.d.ts'],
  ['typescript-plugin/package.json', './language-server/typescriptPlugin/package.json'],
  ['Dockerfile', './sandbox/image/Dockerfile'],
  ['Dockerfile.python', './sandbox/image/Dockerfile.python'],
  ['strategy_lab.pyi', './sandbox/runner/python/strategy_lab/__init__.pyi'],
];

/** Writes beside the target and renames, so that a program that runs meanwhile never reads half a file. */
async function replaceFile(name, write) {
  const temporary = join(dist, `.${name.replaceAll('/', '.')}.${process.pid}`);
  await write(temporary);
  await mkdir(dirname(join(dist, name)), { recursive: true });
  await rename(temporary, join(dist, name));
}

/** Builds one bundle and answers the names of its files. */
async function bundle(name, entry, options) {
  const { build } = await import('esbuild');
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const result = await build({
    absWorkingDir: root,
    entryPoints: typeof entry === 'string' ? [entry] : entry,
    define: { __LAB_VERSION__: JSON.stringify(version) },
    write: false,
    logLevel: 'warning',
    ...options,
  });
  const files = result.outputFiles.map(({ path, contents }) => ({
    fileName: options.splitting ? relative(dist, path).replaceAll('\\', '/') : name,
    contents,
  }));
  // The entry comes last: whoever starts it finds all that it imports.
  for (const { fileName, contents } of files.toSorted(
    (a, b) => Number(a.fileName === name) - Number(b.fileName === name),
  )) {
    await replaceFile(fileName, async (path) => {
      await writeFile(path, contents);
      if (name === 'cli.js') await chmod(path, 0o755);
    });
  }
  return files.map(({ fileName }) => fileName);
}

/** Removes the chunks that earlier builds left. */
async function removeOldChunks(written) {
  for (const folder of chunkFolders.filter((name) => existsSync(join(dist, name)))) {
    const names = (await readdir(join(dist, folder))).map((name) => `${folder}/${name}`);
    const old = names.filter((name) => !written.includes(name));
    await Promise.all(old.map((name) => rm(join(dist, name), { force: true })));
  }
}

function firstFile(entry) {
  return typeof entry === 'string' ? entry : Object.values(entry)[0];
}

/** Builds everything into dist/. */
async function buildAll() {
  const fingerprint = sourcesFingerprint();
  await mkdir(dist, { recursive: true });
  const present = bundles.filter(([, entry]) => existsSync(join(root, firstFile(entry))));
  const require = createRequire(import.meta.url);
  const files = copies
    .map(([name, source]) => [name, source.startsWith('.') ? join(root, source) : require.resolve(source)])
    .filter(([, source]) => existsSync(source));
  const bundled = Promise.all(present.map(([name, entry, options]) => bundle(name, entry, options)));
  await Promise.all([
    bundled.then((names) => removeOldChunks(names.flat())),
    ...files.map(([name, source]) => replaceFile(name, (path) => copyFile(source, path))),
    ...rulePages().map(([name, text]) => replaceFile(name, (path) => writeFile(path, text))),
    existsSync(join(root, realmSourceFile))
      ? buildRealm().then(({ realmSource }) =>
          replaceFile('realm.js', (path) => writeFile(path, realmSource)),
        )
      : undefined,
    existsSync(join(root, pythonRunnerFolder))
      ? replaceFile('pythonRunner.json', (path) => writeFile(path, pythonRunner().text))
      : undefined,
  ]);
  await writeFile(stampFile, fingerprint);
}

function printSizes() {
  for (const name of readdirSync(dist)
    .filter((file) => !file.startsWith('.'))
    .sort()) {
    const { size } = statSync(join(dist, name));
    console.log(`${(size / 1024).toFixed(1).padStart(9)} KB  ${relative(root, join(dist, name))}`);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    await buildAll();
    if (process.argv.includes('--sizes')) printSizes();
  } catch (error) {
    // esbuild has printed its own errors with place and line.
    if (!('errors' in error)) throw error;
    process.exitCode = 1;
  }
}
