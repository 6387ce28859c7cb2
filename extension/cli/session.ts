import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { LabError } from '../contracts/errors.ts';
import type { SagaNotice } from '../contracts/saga.ts';
import type { Lab } from '../lab.ts';
import { isLab, labFolders } from '../labFolders.ts';
import { parseTraceparent } from '../observability/trace/ids.ts';
import type { CommonOptions } from './commonOptions.ts';
import { parseLimits, parseLogLevel, parseRedis, parseRuntimes } from './options.ts';
import { showNotices } from './runCommands.ts';
import type { Terminal } from './terminal.ts';

/** The world outside the program, passed in. */
export interface Surroundings {
  /** Folder of the build, with workers, runner and report assets. */
  readonly assets: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The folder the user stands in. */
  readonly folder: string;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** What the person enters, line by line. */
  readonly lines: () => AsyncIterator<string>;
  readonly isScreen: boolean;
  readonly columns: number;
  readonly clock: () => number;
  readonly signal: AbortSignal;
}

/** What a command gets; its answer is whether it succeeded, nothing means that it did. */
export interface Session {
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
  readonly clock: () => number;
  readonly lines: () => AsyncIterator<string>;
  /**
   * Opens the lab on first use, so that commands without one leave no folder behind.
   * @param listener hears its notices besides the terminal
   */
  readonly lab: (listener?: (notice: SagaNotice) => void) => Promise<Lab>;
  /** The lab where there is one. @throws LabError `not-found` where there is none, and makes none */
  readonly knownLab: () => Promise<Lab>;
  /** The lab that is to take a file of data in, or that has the data of a hash. @throws as `knownLab` for a hash */
  readonly labFor: (data: string) => Promise<Lab>;
  /** The lab, which is not made where there is none: its journal is not to be asked then. */
  readonly passingLab: () => Promise<Lab>;
}

/** The session of one command; `close` ends what was opened. */
export function openSession(
  terminal: Terminal,
  options: CommonOptions,
  surroundings: Surroundings,
): Session & { readonly close: () => Promise<void> } {
  const { environment, folder, clock, lines, signal, assets } = surroundings;
  const folders = labFolders(folder, options.lab ?? environment['STRATEGY_LAB_HOME']);
  const dockerSocket = environment['STRATEGY_LAB_DOCKER_SOCKET'];
  const imageFile = environment['STRATEGY_LAB_IMAGE'];
  const acceptMissingLimits = parseLimits(options.acceptMissingLimits ?? '');
  const endpoint = environment['STRATEGY_LAB_OTLP'];
  const logLevel = parseLogLevel(options.log);
  const redisUrl = parseRedis(options.redis, environment['STRATEGY_LAB_REDIS']);
  const runtimes = parseRuntimes(environment['STRATEGY_LAB_RUNTIMES'] ?? '');
  const show = showNotices(terminal);
  let lab: Promise<Lab> | undefined;
  const open = (isPassing: boolean, hear?: (notice: SagaNotice) => void): Promise<Lab> => {
    // Loaded on first use: commands without a lab start without Docker's client and the rest.
    lab ??= import('../lab.ts').then(async ({ openLab, newShortId }) => {
      const opened = await openLab({
        folder: folders.lab,
        isPassing,
        strategiesFolder: folders.strategies,
        assets,
        clock,
        newId: newShortId,
        listener: (notice) => {
          show(notice);
          hear?.(notice);
        },
        acceptMissingLimits,
        runtimes,
        redisUrl,
        onWarning: (message) => terminal.note(message),
        bubblewrap: environment['STRATEGY_LAB_BUBBLEWRAP'],
        instruments: {
          tracesTo: endpoint ? { endpoint, name: 'STRATEGY_LAB_OTLP' } : undefined,
          calledFrom: parseTraceparent(environment['TRACEPARENT']),
          ...(logLevel !== undefined && {
            logLevel,
            logSinks: [(record) => terminal.note(JSON.stringify(record))],
          }),
        },
        ...(dockerSocket === undefined ? {} : { dockerSocket }),
        ...(imageFile === undefined ? {} : { imageFile }),
      });
      // Who names a server by a wrong address shall not wait for the search to find out.
      if (options.redis !== undefined) {
        await opened.batches.check().catch(async (error: unknown) => {
          await opened.close();
          throw error;
        });
      }
      return opened;
    });
    return lab;
  };
  const knownLab = async (): Promise<Lab> => {
    if (await isLab(folders.lab)) return open(false);
    throw new LabError('not-found', `There is no lab at ${folders.lab}.`, {
      action: 'Look at --lab and STRATEGY_LAB_HOME, or start a lab with strategy-lab run.',
    });
  };
  const isHash = (data: string): boolean =>
    /^[0-9a-f]{8,64}$/.test(data) && !existsSync(resolve(folder, data));
  return {
    terminal,
    signal,
    clock,
    lines,
    lab: (hear) => open(false, hear),
    knownLab,
    labFor: async (data) => (isHash(data) ? knownLab() : open(false)),
    passingLab: async () => open(!(await isLab(folders.lab))),
    async close(): Promise<void> {
      await (await lab?.catch(() => undefined))?.close();
    },
  };
}

/** Gives a command's work its session, and closes that. */
export type Run = (work: (session: Session) => Promise<unknown>) => (options: CommonOptions) => Promise<void>;
