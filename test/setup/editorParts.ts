import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, delimiter, dirname, join } from 'node:path';
import { exclusively } from './exclusively.ts';
import { findProgram, missingPackages } from './packages.ts';
import { runProgram } from './program.ts';

/*
 * What the tests in a real editor need beyond node_modules: a browser, and VS Code as a server. The server
 * is 600 MB and takes minutes to build, so it lies in the user's cache, for all checkouts together.
 */
const version = '4.139.1';
const nodeMajor = '24';
const mostMilliseconds = 20 * 60_000;
const shownLogCharacters = 2000;

/** Where the server's package stands. */
function cacheFolder(): string {
  const { XDG_CACHE_HOME: cache = '' } = process.env;
  return join(cache === '' ? join(homedir(), '.cache') : cache, 'strategy-lab');
}

function codeServerFolder(): string {
  return join(cacheFolder(), `code-server-${version}`);
}

/** Written last into a folder that then gets its name: a folder without it is no whole install. */
function doneMarker(folder: string): string {
  return join(folder, `.installed-${process.platform}-${process.arch}`);
}

function isCodeServerInstalled(): boolean {
  return existsSync(doneMarker(codeServerFolder()));
}

/** The program of the server, to be run by this Node. */
export function codeServerProgram(): string {
  return join(codeServerFolder(), 'node_modules/code-server/out/node/entry.js');
}

export function findChromium(): string | undefined {
  return findProgram('chromium');
}

/** Debian packages that the tests in the editor need and this machine lacks. */
export function missingEditorPackages(): string[] {
  const file = (path: string) => (existsSync(path) ? path : undefined);
  // Only the build of the server's native parts needs these.
  const tools = isCodeServerInstalled()
    ? []
    : ([
        ['g++', findProgram('g++')],
        ['libkrb5-dev', findProgram('krb5-config')],
        ['make', findProgram('make')],
        ['pkg-config', findProgram('pkg-config')],
        ['python3', findProgram('python3')],
      ] as const);
  return missingPackages([
    ['chromium', findChromium()],
    // Any font will do, but without one nothing can be read on a screenshot.
    ['fonts-dejavu-core', file('/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf')],
    ...tools,
  ]);
}

/**
 * Installs the server from npm into the user's cache unless it is there. Rejects with the end of npm's
 * output where that fails.
 */
export async function installCodeServer(
  signal: AbortSignal = AbortSignal.timeout(mostMilliseconds),
): Promise<void> {
  if (isCodeServerInstalled()) return;
  await exclusively(join(cacheFolder(), 'code-server.lock'), signal, async () => {
    if (isCodeServerInstalled()) return;
    removeRemains();
    const folder = `${codeServerFolder()}.${process.pid}`;
    console.log(`Installing code-server ${version} into ${cacheFolder()}; this takes some minutes ...`);
    await installInto(folder, signal);
    await writeFile(doneMarker(folder), '');
    await rename(folder, codeServerFolder());
  });
}

/** Folders of installs that were killed or failed. */
function removeRemains(): void {
  const start = basename(codeServerFolder());
  for (const name of readdirSync(cacheFolder())) {
    if (name.startsWith(start)) rmSync(join(cacheFolder(), name), { recursive: true, force: true });
  }
}

async function installInto(folder: string, signal: AbortSignal): Promise<void> {
  if (process.versions.node.split('.')[0] !== nodeMajor) {
    throw new Error(`code-server ${version} needs Node ${nodeMajor}; this is ${process.version}`);
  }
  mkdirSync(folder, { recursive: true });
  const manifest = {
    private: true,
    // Its script installs and builds the editor's own packages; no other package's script is needed.
    allowScripts: { 'code-server': true },
    dependencies: { 'code-server': version },
  };
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
  const logFile = join(folder, 'npm.log');
  for (const env of buildEnvironments()) {
    const output = openSync(logFile, 'a');
    const args = ['install', '--no-audit', '--no-fund', '--foreground-scripts'];
    const hasPassed = await runProgram('npm', args, { cwd: folder, signal, env, output });
    closeSync(output);
    if (hasPassed) return;
  }
  const log = readFileSync(logFile, 'utf8').slice(-shownLogCharacters);
  throw new Error(`npm could not install code-server ${version}; the end of its output:\n${log}`);
}

/** The environments to try the install in, best first. */
function buildEnvironments(): NodeJS.ProcessEnv[] {
  // The npm that runs this process tells about itself by these; the new one would take them for settings.
  const isOfOuterNpm =
    /^(npm_(package_|lifecycle_|node_execpath|execpath|command)|npm_config_(user_agent|local_prefix|ignore_scripts)|INIT_CWD)/i;
  const own = Object.entries(process.env).filter(([name]) => !isOfOuterNpm.test(name));
  const { PATH = '' } = process.env;
  const plain = {
    ...Object.fromEntries(own),
    // npm and the packages' scripts must run on this Node; `node_modules/.bin` of this checkout has no say.
    PATH: [dirname(process.execPath), PATH].join(delimiter),
  };
  // node-gyp downloads the headers of Node; where it cannot, those of a Node on this machine serve as
  // well, because the interface of native parts is the same in all versions.
  const headers = '/usr/include/node/node_api.h';
  return existsSync(headers) ? [plain, { ...plain, npm_config_nodedir: '/usr' }] : [plain];
}
