import { writeFile } from 'node:fs/promises';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { launchChromium } from './chromium.ts';
import { CodeServer, type CodeServerOptions } from './codeServer.ts';
import { packagedExtension } from './packagedExtension.ts';
import { Workbench } from './workbench.ts';
import { makeStrategyWorkspace, type StrategyWorkspace, type WorkspaceOptions } from './workspace.ts';

export interface EditorSessionOptions
  extends Omit<CodeServerOptions, 'vsix' | 'hasTestDriver' | 'dockerSocket'> {
  readonly workspace?: WorkspaceOptions;
  /** Whether the extension finds the tests' Docker daemon; without it strategies run at the preview level. */
  readonly hasDocker?: boolean;
}

export interface EditorSession {
  readonly browser: Browser;
  readonly server: CodeServer;
  readonly workbench: Workbench;
  readonly workspace: StrategyWorkspace;
}

/**
 * Gives all tests of a file one VS Code with the packaged extension installed, in a window on a new
 * strategy workspace. What the window shows and the server's logs are kept of each test that fails. The
 * session's parts may be used inside tests and hooks alone.
 */
export function useEditor(options: EditorSessionOptions = {}): EditorSession {
  let parts: EditorSession | undefined;
  const ends: (() => Promise<void>)[] = [];
  const started = (): EditorSession => {
    if (parts === undefined) throw new Error('The editor has not started: use it inside a test or hook.');
    return parts;
  };

  beforeAll(async () => {
    const workspace = await makeStrategyWorkspace(options.workspace);
    ends.push(workspace.remove);
    const { vsix } = await packagedExtension();
    const server = await CodeServer.start({
      ...options,
      vsix,
      dockerSocket: socketFor(options),
    });
    ends.push(() => server.stop());
    const browser = await launchChromium();
    ends.push(() => browser.close());
    const workbench = await Workbench.open({ browser, server, folder: workspace.folder });
    parts = { workspace, server, browser, workbench };
  });

  beforeEach(({ onTestFailed }) => {
    onTestFailed(async () => {
      const { workbench, server } = started();
      const picture = await workbench.screenshot('failed');
      await writeFile(
        picture.replace(/png$/, 'log'),
        [...workbench.consoleErrors(), server.logs()].join('\n'),
      );
    });
  });

  afterAll(async () => {
    for (const end of ends.reverse()) await end();
  });

  return {
    get browser() {
      return started().browser;
    },
    get server() {
      return started().server;
    },
    get workbench() {
      return started().workbench;
    },
    get workspace() {
      return started().workspace;
    },
  };
}

/** The socket of the tests' daemon, where the session may find it. */
function socketFor({ hasDocker = false }: EditorSessionOptions): string | undefined {
  if (!hasDocker) return undefined;
  const { STRATEGY_LAB_DOCKER_SOCKET: socket } = process.env;
  if (socket === undefined) throw new Error('STRATEGY_LAB_DOCKER_SOCKET names no daemon for tests');
  return socket;
}
