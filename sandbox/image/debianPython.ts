import { execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { LabError } from '../../extension/contracts/errors.ts';
import type { ImageArchive } from './recipe.ts';

const run = promisify(execFile);
const programMilliseconds = 300_000;

/** What is asked for, best first: without numpy and pandas strategies still have setup and next. */
const wishes = [['python3', 'python3-numpy', 'python3-pandas'], ['python3']] as const;

/** Packages that others name and that Python does without. */
const unneeded = /^(debconf|dpkg|tar|media-types|readline-common|perl-base|libperl.*|python3-pkg-resources)_/;
const keptOfUsr = new Set(['bin', 'lib', 'lib64', 'share']);
const keptPrograms = /^python3(\.\d+)?$/;
const keptLibraryFolders = /^(python3(\.\d+)?|.+-linux-gnu\w*)$/;
const unusedModules =
  /^(test|idlelib|lib2to3|ensurepip|pydoc_data|tkinter|turtledemo|dist-packages|__pycache__)$/;

/**
 * A minimal Linux with Debian's Python, numpy and pandas, made of packages that are loaded, checked against
 * Debian's signatures by apt, and unpacked into a folder: nothing is installed, and no right is needed.
 * @throws LabError `sandbox.unavailable`, `cancelled`
 */
export async function debianPython(signal: AbortSignal): Promise<ImageArchive> {
  const folder = await mkdtemp(join(tmpdir(), 'strategy-lab-python-'));
  const dispose = (): Promise<void> => rm(folder, { recursive: true, force: true }).catch(() => undefined);
  try {
    const packages = await downloadPackages(folder, signal);
    const root = join(folder, 'root');
    await mkdir(root);
    for (const file of packages) await program('dpkg-deb', ['-x', file, root], signal);
    await slim(root);
    await compileModules(root, signal);
    const archive = spawn('tar', ['-C', root, ...tarFlags, '-cf', '-', '.'], {
      signal,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    archive.on('error', (error) => archive.stdout.destroy(error));
    return { stream: archive.stdout, dispose };
  } catch (error) {
    await dispose();
    if (signal.aborted) throw new LabError('cancelled', 'Cancelled while the image of Python was made.');
    throw error;
  }
}

/** Equal packages make equal archives, whoever makes them. */
const tarFlags = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner'];

async function program(name: string, args: readonly string[], signal: AbortSignal): Promise<string> {
  const { PATH = '', http_proxy, https_proxy } = process.env;
  const { stdout } = await run(name, args, {
    signal,
    timeout: programMilliseconds,
    maxBuffer: 64 * 1_048_576,
    env: {
      PATH: `${PATH}:/usr/sbin:/sbin:/usr/bin:/bin`,
      LC_ALL: 'C',
      DEBIAN_FRONTEND: 'noninteractive',
      ...(http_proxy === undefined ? {} : { http_proxy }),
      ...(https_proxy === undefined ? {} : { https_proxy }),
    },
  });
  return stdout;
}

/** Loads the packages of the first wish that can be had, and all that they need; answers their files. */
async function downloadPackages(folder: string, signal: AbortSignal): Promise<string[]> {
  const archives = join(folder, 'archives');
  const lists = join(folder, 'lists');
  for (const part of [archives, lists]) await mkdir(join(part, 'partial'), { recursive: true });
  // As if nothing were installed: apt then loads every package, the C library included.
  const status = join(folder, 'status');
  await writeFile(status, '');
  const options = [
    `Dir::State::status=${status}`,
    `Dir::Cache=${folder}`,
    `Dir::Cache::archives=${archives}`,
    'Debug::NoLocking=1',
    'APT::Install-Recommends=0',
    'APT::Sandbox::User=',
  ];
  // Lists of the folder's own: those of the machine may be old or not there, and are root's to renew.
  const ownLists = [...options, `Dir::State::Lists=${lists}`];
  const apt = (chosen: readonly string[], ...args: string[]): Promise<string> =>
    program('apt-get', [...chosen.flatMap((option) => ['-o', option]), '--quiet', ...args], signal);
  const download = (chosen: readonly string[], names: readonly string[]): Promise<string> =>
    apt(chosen, '--download-only', '--yes', 'install', ...names);
  try {
    await download(options, wishes[0]).catch(async () => {
      signal.throwIfAborted();
      await apt(ownLists, 'update');
      await download(ownLists, wishes[0]).catch(() => download(ownLists, wishes[1]));
    });
  } catch (cause) {
    throw new LabError(
      'sandbox.unavailable',
      'The Debian packages of Python could not be loaded: that takes apt-get, dpkg-deb and a mirror.',
      { action: 'Build the image on a machine with Docker and a registry, or on Debian or Ubuntu.', cause },
    );
  }
  const files = (await readdir(archives)).filter((name) => name.endsWith('.deb') && !unneeded.test(name));
  return files.map((name) => join(archives, name));
}

/** Takes away what no runner loads, and puts what Debian's installer would put in place. */
async function slim(root: string): Promise<void> {
  await removeAllBut(root, (name) => ['usr', 'lib', 'lib64'].includes(name));
  await removeAllBut(join(root, 'usr'), (name) => keptOfUsr.has(name));
  await removeAllBut(join(root, 'usr/bin'), (name) => keptPrograms.test(name));
  await removeAllBut(join(root, 'usr/share'), (name) => name === 'zoneinfo');
  await removeAllBut(join(root, 'usr/lib'), (name) => keptLibraryFolders.test(name));
  const top = await readdir(root);
  // Where all lies below usr, the short paths are links that another package brings.
  for (const name of ['lib', 'lib64']) {
    if (!top.includes(name)) await symlink(`usr/${name}`, join(root, name));
  }
  for (const name of await readdir(join(root, 'usr/lib'))) {
    const folder = join(root, 'usr/lib', name);
    if (name.endsWith('-gnu')) await slimLibraries(folder);
    else if (name !== 'python3') await removeAllBut(folder, (module) => !unusedModules.test(module));
  }
  await removeTests(join(root, 'usr/lib/python3'));
  for (const name of ['etc', 'tmp', 'proc', 'sys', 'dev']) await mkdir(join(root, name));
  await writeFile(join(root, 'etc/passwd'), 'nobody:x:65534:65534:nobody:/:\n');
}

/** BLAS and LAPACK lie in folders of their own, from which the installer links one of several. */
async function slimLibraries(folder: string): Promise<void> {
  for (const name of ['blas', 'lapack']) {
    for (const file of await readdir(join(folder, name)).catch(() => [])) {
      await rename(join(folder, name, file), join(folder, file));
    }
  }
  await removeAllBut(folder, (name) => name.includes('.so'));
}

async function removeTests(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (entry.isDirectory() && entry.name === 'tests') {
      await rm(join(entry.parentPath, entry.name), { recursive: true, force: true });
    }
  }
}

async function removeAllBut(folder: string, isKept: (name: string) => boolean): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    if (!isKept(name)) await rm(join(folder, name), { recursive: true, force: true });
  }
}

/**
 * Compiles all modules: a container cannot keep what it compiles, and pandas takes seconds. The unpacked
 * Python does it with its own loader and libraries, so that it matters not what this machine has.
 */
async function compileModules(root: string, signal: AbortSignal): Promise<void> {
  const [loader] = (await readdir(join(root, 'lib64'))).filter((name) => name.startsWith('ld-linux'));
  const folders = await readdir(join(root, 'usr/lib'));
  const libraries = folders.filter((name) => name.endsWith('-gnu'));
  const modules = folders.filter((name) => name.startsWith('python3'));
  const paths = libraries.flatMap((name) => [join(root, 'lib', name), join(root, 'usr/lib', name)]);
  await run(
    join(root, 'lib64', loader ?? ''),
    [
      ...['--library-path', paths.join(':'), join(root, 'usr/bin/python3')],
      ...['-s', '-S', '-m', 'compileall', '-q', '-j', '0', '--invalidation-mode', 'unchecked-hash'],
      ...['-s', root, ...modules.map((name) => join(root, 'usr/lib', name))],
    ],
    { signal, timeout: programMilliseconds, env: { PYTHONHOME: join(root, 'usr'), LC_ALL: 'C' } },
  );
}
