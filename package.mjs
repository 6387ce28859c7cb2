import { globSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/*
 * Writes dist/strategy-lab.vsix from a built checkout. It is packaged from a folder of its own and not from
 * the checkout, because it must hold one folder of node_modules and no other: the TypeScript server of the
 * editor looks for plug-ins of an extension there alone. vsce takes from node_modules what npm lists as
 * dependencies, and those of the checkout are bundled already.
 */
const root = dirname(fileURLToPath(import.meta.url));
const plugin = {
  source: join(root, 'dist/typescript-plugin'),
  target: 'node_modules/strategy-lab-typescript-plugin',
};

/** What in the manifest is for those who build, and means nothing or something else in the package. */
const keysOfCheckout = ['private', 'bin', 'files', 'scripts', 'allowScripts', 'devDependencies'];

/** The lines of .vscodeignore that allow: all else is ignored by its first line. */
function allowedPatterns() {
  return readFileSync(join(root, '.vscodeignore'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('!'))
    .map((line) => line.slice(1).trim());
}

/**
 * The README as a page of its own. An extension's page shows pictures and follows links from the web alone,
 * and the repository has no address there: so its pictures go, and of links to its files the words stay.
 */
async function readmeAlone() {
  const text = await readFile(join(root, 'README.md'), 'utf8');
  const toFile = /(!?)\[([^\]]*)\]\((?!https?:|#)[^)]*\)/g;
  return text.replace(toFile, (_, picture, words) => (picture === '!' ? '' : words));
}

async function copyInto(folder, source, name) {
  await mkdir(dirname(join(folder, name)), { recursive: true });
  await copyFile(source, join(folder, name));
}

async function stage(folder) {
  const names = globSync(allowedPatterns(), { cwd: root });
  for (const name of ['.vscodeignore', ...names]) await copyInto(folder, join(root, name), name);
  for (const name of ['package.json', 'index.js']) {
    await copyInto(folder, join(plugin.source, name), join(plugin.target, name));
  }
  await writeFile(join(folder, 'README.md'), await readmeAlone());
  const { name, version } = JSON.parse(await readFile(join(folder, plugin.target, 'package.json'), 'utf8'));
  const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  for (const key of keysOfCheckout) delete manifest[key];
  manifest.dependencies = { [name]: version };
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest, null, 2));
}

/** Writes the extension as it ships, from the files that `.vscodeignore` allows. */
export async function packageExtension({ file, folder }) {
  const { createVSIX } = await import('@vscode/vsce');
  await mkdir(folder, { recursive: true });
  // npm tells real paths, and vsce relates them to the folder's own.
  const cwd = realpathSync(folder);
  await stage(cwd);
  await mkdir(dirname(file), { recursive: true });
  await createVSIX({
    cwd,
    packagePath: file,
    useYarn: false,
    allowMissingRepository: true,
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const temporary = mkdtempSync(join(tmpdir(), 'strategy-lab-package-'));
  try {
    const file = join(root, 'dist/strategy-lab.vsix');
    await packageExtension({ file, folder: join(temporary, 'extension') });
    console.log(relative(process.cwd(), file));
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}
