import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { isBuilt } from './build.mjs';

/*
 * The door of the repository: `node setup.mjs VERB [ARGUMENTS]`. Runs on Node 18 and later with nothing
 * installed, installs and builds what is missing or out of date, then goes on under the Node of
 * node_modules. Its own words go to stderr, and there are none when everything is up to date.
 */
const root = dirname(fileURLToPath(import.meta.url));
const binaryName = process.platform === 'win32' ? 'node.exe' : 'node';
const localNode = join(root, 'node_modules', 'node', 'bin', binaryName);
const installStamp = join(root, 'node_modules', '.install-stamp');
const lockFolder = join(root, '.cache');
const lockFile = join(lockFolder, 'setup.lock');
const lockWaitMilliseconds = 15 * 60_000;

/** What each verb runs: a program of this repository and its arguments. */
const verbs = {
  start: (args) => ['dist/cli.js', ...(args.length === 0 ? ['run'] : args)],
  lab: (args) => ['dist/cli.js', ...args],
  test: (args) => ['test/setup/main.ts', ...args],
  bench: (args) => ['test/bench/run.ts', ...args],
  package: (args) => ['package.mjs', ...args],
};

/** Then this process may still run on the Node that was there before. */
let hasInstalled = false;

class SetupError extends Error {}

function say(text) {
  process.stderr.write(`${text}\n`);
}

function installKey() {
  const lock = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')));
  return `${lock.digest('hex')} ${process.platform}-${process.arch}`;
}

function isInstalled() {
  return existsSync(installStamp) && readFileSync(installStamp, 'utf8') === installKey();
}

/** npm as a program with its first arguments and environment: the npm that runs this script, else the one on the PATH. */
function npmCommand() {
  const modules = join(root, 'node_modules');
  // `npm ci` deletes node_modules, so nothing in there may run npm.
  const path = (process.env.PATH ?? '').split(delimiter).filter((folder) => !folder.startsWith(modules));
  const env = { ...process.env, PATH: path.join(delimiter) };
  const { npm_execpath: script, npm_node_execpath: node } = process.env;
  if (script?.endsWith('npm-cli.js') && node !== undefined && !node.startsWith(modules)) {
    return { program: node, first: [script], env };
  }
  return { program: process.platform === 'win32' ? 'npm.cmd' : 'npm', first: [], env };
}

/**
 * Runs a program to its end and passes signals on to it. Answers how it ended, and the signal that this
 * process was sent meanwhile.
 */
function run(program, args, options, onStart = () => {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, options);
    let received = null;
    const pass = (signal) => {
      received = signal;
      // A terminal sends Ctrl-C to the child too; a second one would cut its tidy end short.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    };
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    for (const signal of signals) process.on(signal, pass);
    const end = (result) => {
      for (const signal of signals) process.off(signal, pass);
      resolve({ received, ...result });
    };
    child.on('error', (error) => end({ error, code: null, signal: null }));
    child.on('exit', (code, signal) => end({ code, signal }));
    if (child.pid !== undefined) onStart(child.pid);
  });
}

/** Runs a step of the setup; its output goes to stderr. */
async function runStep({ what, remedy }, program, args, options) {
  // The lock outlives this process for as long as a step does.
  const { code, received, error } = await run(
    program,
    args,
    { cwd: root, stdio: ['ignore', 2, 2], ...options },
    (pid) => writeFileSync(lockFile, `${process.pid} ${pid}`),
  );
  if (received !== null) throw new SetupError(`Stopped by ${received}. Run this again to go on.`);
  if (error !== undefined) throw new SetupError(`${what} could not be started: ${error.message}.`);
  if (code !== 0) throw new SetupError(`${what} failed, see above. ${remedy}`);
}

function runNpm(...args) {
  const { program, first, env } = npmCommand();
  const shell = program.endsWith('.cmd');
  const step = {
    what: `npm ${args[0]}`,
    remedy: "Check the network and npm's registry, then run this again.",
  };
  return runStep(step, program, [...first, ...args, '--loglevel=error'], { env, shell });
}

async function install() {
  const started = Date.now();
  say('Installing packages ...');
  // A person's own npm settings must not leave out the build tools or the one install script we need.
  await runNpm('ci', '--ignore-scripts', '--include=dev', '--include=optional');
  await runNpm('rebuild', 'node', '--ignore-scripts=false');
  const { stdout, error } = spawnSync(localNode, ['--version'], { encoding: 'utf8' });
  if (error !== undefined || !stdout.startsWith('v')) {
    throw new SetupError(
      `The Node in ${localNode} does not run on this machine: ${error?.message ?? 'no version'}.`,
    );
  }
  writeFileSync(installStamp, installKey());
  hasInstalled = true;
  say(`Installed, with Node ${stdout.trim().slice(1)}, in ${seconds(started)}.`);
}

async function build() {
  const started = Date.now();
  say('Building ...');
  const step = { what: 'The build', remedy: 'Mend the sources, then run this again.' };
  await runStep(step, localNode, [join(root, 'build.mjs')]);
  say(`Built in ${seconds(started)}.`);
}

function seconds(started) {
  return `${((Date.now() - started) / 1000).toFixed(1)} s`;
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Runs `work` while no other start of this checkout does the same. */
async function withLock(work) {
  mkdirSync(lockFolder, { recursive: true });
  const end = Date.now() + lockWaitMilliseconds;
  for (let hasSaid = false; !takeLock(); ) {
    if (Date.now() > end)
      throw new SetupError(`Another start holds ${lockFile}. If none is running, delete that file.`);
    if (!hasSaid) say('Waiting for another start that installs or builds ...');
    hasSaid = true;
    await new Promise((resolve) => setTimeout(resolve, 100 + Math.random() * 100));
  }
  try {
    await work();
  } finally {
    rmSync(lockFile, { force: true });
  }
}

function takeLock() {
  try {
    writeFileSync(lockFile, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  removeDeadLock();
  return false;
}

/** Removes the lock of a start that was killed. An empty file is one whose owner is about to write to it. */
function removeDeadLock() {
  try {
    const owners = readFileSync(lockFile, 'utf8').split(' ').filter(Boolean).map(Number);
    const isOld = Date.now() - statSync(lockFile).mtimeMs > 2000;
    if (isOld && !owners.some(isAlive)) rmSync(lockFile, { force: true });
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
}

async function makeReady() {
  if (isInstalled() && isBuilt()) return;
  await withLock(async () => {
    if (!isInstalled()) await install();
    if (!isBuilt()) await build();
  });
}

/** The folder the person is in: npm runs scripts in the package's own. */
function userFolder() {
  const { INIT_CWD, npm_package_json: manifest } = process.env;
  return INIT_CWD !== undefined && manifest === join(root, 'package.json') ? INIT_CWD : process.cwd();
}

function isLocalNode() {
  return !hasInstalled && existsSync(localNode) && realpathSync(process.execPath) === realpathSync(localNode);
}

/** Goes on with `program`: in this process where it is the right Node already, which saves a start of Node. */
async function goOn([program, ...args]) {
  const path = join(root, program);
  const cwd = userFolder();
  if (isLocalNode()) {
    process.chdir(cwd);
    process.argv = [process.execPath, path, ...args];
    await import(pathToFileURL(path).href);
    return;
  }
  const { code, signal } = await run(localNode, [path, ...args], { cwd, stdio: 'inherit' });
  if (signal === null) process.exitCode = code ?? 1;
  else process.kill(process.pid, signal);
}

const [verb = '', ...args] = process.argv.slice(2);
try {
  if (!Object.hasOwn(verbs, verb))
    throw new SetupError(`Usage: node setup.mjs ${Object.keys(verbs).join('|')} [ARGUMENTS]`);
  await makeReady();
  await goOn(verbs[verb](args));
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  say(error.message);
  process.exitCode = 1;
}
