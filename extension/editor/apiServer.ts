import * as vscode from 'vscode';
import type { RunTasks } from '../api/work/workQueue.ts';
import type { Lab } from '../lab.ts';
import type { LabServer } from '../labApi.ts';
import { setContextKey } from './contextKeys.ts';
import { type CurrentLab, currentLab } from './currentLab.ts';
import type { LabHost } from './labHost.ts';
import type { Log } from './log.ts';
import { lostError } from './lostLab.ts';
import { readSetting } from './settings.ts';

/** The lab's interface for programs in this window: off until the person asks for it. */
export class ApiServer implements vscode.Disposable {
  readonly #current: CurrentLab;
  readonly #log: Log;
  readonly #onChange: vscode.Disposable;
  #server: Promise<LabServer> | undefined;

  constructor(host: LabHost, log: Log) {
    this.#current = currentLab(host, lostError);
    this.#log = log;
    this.#onChange = host.onDidChangeRun(() => {
      this.#server?.then(({ wake }) => wake()).catch(() => undefined);
    });
  }

  /** Begins to serve, and tells how programs get in. @throws LabError as `LabHost.lab` and `serveLab` */
  async start(): Promise<void> {
    this.#server ??= this.#open();
    const starting = this.#server;
    let server: LabServer;
    try {
      server = await starting;
    } catch (error) {
      if (this.#server === starting) this.#server = undefined;
      throw error;
    }
    await setContextKey('strategyLab.apiServer', true);
    const { url, tokenFile } = server;
    const copy = vscode.l10n.t('Copy Address');
    const text = vscode.l10n.t('Programs reach the lab at {0}. The token is in {1}.', url, tokenFile);
    void vscode.window.showInformationMessage(text, copy).then(async (answer) => {
      if (answer === copy) await vscode.env.clipboard.writeText(url);
    });
  }

  /** Ends it; what programs had at work can be resumed. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    await setContextKey('strategyLab.apiServer', false);
    await (await server?.catch(() => undefined))?.close();
  }

  dispose(): void {
    this.#onChange.dispose();
    this.#current.dispose();
  }

  async #open(): Promise<LabServer> {
    let lab = await this.#current.open();
    // The window opens its lab anew when settings change.
    const current = async (): Promise<Lab> => {
      lab = await this.#current.look();
      return lab;
    };
    const { folder, clock, candles, strategies } = lab;
    // Loaded on first use: most windows serve nobody.
    const { serveLab } = await import('../labApi.ts');
    const server = await serveLab(
      {
        ...{ folder, clock, candles, strategies },
        sagas: async () => (await current()).sagas(),
        journal: async () => (await current()).journal(),
        tasks: currentTasks(current),
        health: {
          service: () => lab.health.service(),
          report: async () => (await current()).health.report(),
        },
        instruments: {
          version: lab.instruments.version,
          expose: async () => (await current()).instruments.expose(),
          observe: (observation) => lab.instruments.observe(observation),
        },
      },
      {
        port: readSetting('strategyLab.api.port'),
        tenants: [],
        beforeChange: async () => {
          await this.#current.open();
        },
        // Who wrote what a caller sends cannot be known: it is taken for that of a model.
        minimumLevel: 'container',
        onProblem: (problem, error) => this.#log.error(problem, error),
      },
    );
    this.#log.info(`Programs reach the lab at ${server.url}.`);
    return server;
  }
}

/** The queue of the lab that is open at the moment of each call. */
function currentTasks(lab: () => Promise<Lab>): RunTasks {
  const tasks = async () => (await lab()).tasks;
  return {
    queue: async () => (await tasks()).queue(),
    newTurn: async (options) => (await tasks()).newTurn(options),
    enqueueRun: async (...wanted) => (await tasks()).enqueueRun(...wanted),
    turns: async () => (await tasks()).turns(),
    turnOf: async (id) => (await tasks()).turnOf(id),
    stopRun: async (id) => (await tasks()).stopRun(id),
    setPriority: async (...wanted) => (await tasks()).setPriority(...wanted),
    work: async (policy) => (await tasks()).work(policy),
  };
}
