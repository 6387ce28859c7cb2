import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { codeServerProgram } from '../../setup/editorParts.ts';
import { endProcesses, processTree, type RunningProcess } from '../../setup/processes.ts';
import { addLanguagePack } from './languagePack.ts';
import { quietSettings, type Theme, themes } from './settings.ts';

export interface CodeServerOptions {
  /** A packaged extension to install before the start. */
  readonly vsix?: string | undefined;
  /** Settings of the person beside those that keep VS Code quiet. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly theme?: Theme;
  /** Language of the window beside English, such as `ru`: texts of extensions are shown in it. */
  readonly language?: string;
  /** False opens folders in Restricted Mode. */
  readonly isTrusted?: boolean;
  /**
   * Whether a window takes an extension from a folder, and tests to run in its extension host, by its
   * address. Such a window shows no notifications.
   */
  readonly hasTestDriver?: boolean;
  /** Socket of the Docker daemon for the extension; without one it finds none. */
  readonly dockerSocket?: string | undefined;
  /** More environment for the extension host. */
  readonly env?: Readonly<Record<string, string>>;
}

const startMilliseconds = 60_000;
const stopMilliseconds = 10_000;
const english = 'en-US';
const markerName = 'STRATEGY_LAB_TEST_SERVER';

/** VS Code as a server on a free port, with a home, settings and extensions of its own in a new folder. */
export class CodeServer {
  /** `http://127.0.0.1:PORT` */
  readonly address: string;
  /** `127.0.0.1:PORT`, the authority of the server's `vscode-remote:` addresses. */
  readonly authority: string;
  readonly theme: Theme;
  /** Language of its windows. */
  readonly language: string;
  readonly #folder: string;
  readonly #marker: string;

  private constructor(place: Place, authority: string, { theme, language }: Look) {
    this.address = `http://${authority}`;
    this.authority = authority;
    this.theme = theme;
    this.language = language;
    this.#folder = place.folder;
    this.#marker = place.marker;
  }

  static async start(options: CodeServerOptions = {}): Promise<CodeServer> {
    const { theme = 'dark', language = english } = options;
    const place = await makePlace({
      ...quietSettings,
      'workbench.colorTheme': themes[theme],
      ...options.settings,
    });
    const env = environmentOf(place, options);
    try {
      if (options.vsix !== undefined) await installExtension(place, env, options.vsix);
      const locale = language === english ? [] : ['--locale', language];
      if (language !== english) await addLanguagePack(language, join(place.folder, 'data'));
      const trust = options.isTrusted === false ? [] : ['--disable-workspace-trust'];
      const driver = options.hasTestDriver === true ? ['--vscode-option', 'enable-smoke-test-driver'] : [];
      const child = startProgram(place, env, [
        ...['--auth', 'none', '--bind-addr', '127.0.0.1:0'],
        ...['--disable-telemetry', '--disable-update-check', '--disable-getting-started-override'],
        ...trust,
        ...driver,
        ...locale,
      ]);
      return new CodeServer(place, await listeningAt(child), { theme, language });
    } catch (error) {
      await removePlace(place);
      throw error;
    }
  }

  /** Where the installed extension lies, as VS Code has unpacked it. */
  installedExtension(): string {
    const extensions = join(this.#folder, 'extensions');
    const [manifest] = globSync('*/package.json', { cwd: extensions });
    if (manifest === undefined) throw new Error('No extension is installed.');
    return join(extensions, dirname(manifest));
  }

  /** The processes in which extensions run: one for each open page. */
  extensionHosts(): number[] {
    return ownProcesses(this.#marker)
      .filter(({ words }) => words.includes('--type=extensionHost'))
      .map(({ pid }) => pid);
  }

  /** Kills the extension hosts as a crash would, and waits until they are gone. */
  async killExtensionHosts(): Promise<void> {
    const hosts = this.extensionHosts();
    if (hosts.length === 0) throw new Error('No extension host is running.');
    const left = () => this.extensionHosts().filter((pid) => hosts.includes(pid));
    await endProcesses('SIGKILL', left, stopMilliseconds);
  }

  /** What the server, the extension hosts and the extensions have logged, each file under its name. */
  logs(): string {
    return globSync('data/logs/**/*.log', { cwd: this.#folder })
      .map((name) => `--- ${name}\n${readFileSync(join(this.#folder, name), 'utf8')}`)
      .join('\n');
  }

  /** Ends the server and all that it has started, and removes its folder. */
  async stop(): Promise<void> {
    await removePlace({ folder: this.#folder, marker: this.#marker });
  }
}

type Look = Pick<CodeServer, 'theme' | 'language'>;

interface Place {
  readonly folder: string;
  /** Stands in the environment of every process of this server. */
  readonly marker: string;
}

async function makePlace(settings: Readonly<Record<string, unknown>>): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'strategy-lab-editor-'));
  await mkdir(join(folder, 'home'));
  await mkdir(join(folder, 'tmp'));
  await mkdir(join(folder, 'data/User'), { recursive: true });
  await writeFile(join(folder, 'data/User/settings.json'), JSON.stringify(settings, null, 2));
  return { folder, marker: randomUUID() };
}

async function removePlace({ folder, marker }: Place): Promise<void> {
  const pids = () => ownProcesses(marker).map(({ pid }) => pid);
  await endProcesses('SIGTERM', pids, stopMilliseconds);
  await endProcesses('SIGKILL', pids, stopMilliseconds);
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}

function ownProcesses(marker: string): RunningProcess[] {
  return processTree(({ pid }) => environmentText(pid).includes(`${markerName}=${marker}`));
}

function environmentText(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch {
    // It has ended, or belongs to somebody else.
    return '';
  }
}

/** Nothing of the caller's own editor, npm or home reaches the server. */
function environmentOf(place: Place, options: CodeServerOptions): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    // VS Code leaves its sockets where they are made.
    TMPDIR: join(place.folder, 'tmp'),
    LANG: 'C.UTF-8',
    HOME: join(place.folder, 'home'),
    [markerName]: place.marker,
    STRATEGY_LAB_DOCKER_SOCKET: options.dockerSocket ?? '/nowhere/docker.sock',
    STRATEGY_LAB_BUBBLEWRAP: '/nowhere/bwrap',
    ...options.env,
  };
}

function startProgram(place: Place, env: NodeJS.ProcessEnv, args: readonly string[]): ChildProcess {
  const { folder } = place;
  const folders = ['--user-data-dir', join(folder, 'data'), '--extensions-dir', join(folder, 'extensions')];
  return spawn(process.execPath, [codeServerProgram(), ...folders, ...args], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function installExtension(place: Place, env: NodeJS.ProcessEnv, vsix: string): Promise<void> {
  const child = startProgram(place, env, ['--install-extension', vsix]);
  const output = outputOf(child);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (code !== 0) throw new Error(`VS Code refused ${vsix}:\n${output()}`);
}

function outputOf(child: ChildProcess): () => string {
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
    });
  }
  return () => text;
}

/** Waits until the server listens and answers its host and port. */
async function listeningAt(child: ChildProcess): Promise<string> {
  const output = outputOf(child);
  let hasEnded = false;
  child.on('error', () => {
    hasEnded = true;
  });
  child.on('exit', () => {
    hasEnded = true;
  });
  const latest = Date.now() + startMilliseconds;
  while (!hasEnded && Date.now() < latest) {
    const [, authority] = /HTTP server listening on http:\/\/([^/\s]+)\/?\s/.exec(output()) ?? [];
    if (authority !== undefined) return authority;
    await delay(50);
  }
  throw new Error(`code-server did not start:\n${output()}`);
}
