import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Observe } from './contracts/observation.ts';
import type { DownloadRequest } from './market/download/download.ts';
import type { CandleStore, DataSet } from './market/store/store.ts';

/** What a surface hears of a download, and how it stops it. */
export interface DownloadControl {
  readonly signal: AbortSignal;
  /** How much of what was still to be loaded is there, from 0 to 1. */
  readonly progress: (fraction: number) => void;
  /** The exchange does not answer, or asks to wait: so many milliseconds pass before it is asked again. */
  readonly onWait: (milliseconds: number, reason: string) => void;
}

export interface DownloadParts {
  /** The lab's own folder. */
  readonly folder: string;
  readonly candles: CandleStore;
  readonly clock: () => number;
  readonly observe: Observe;
}

/** Loads candles of an exchange into the store. @throws LabError as `download` */
export type Download = (request: DownloadRequest, control: DownloadControl) => Promise<DataSet>;

/** The lab's way to load data from exchanges. */
export function makeDownload({ folder, candles, clock, observe }: DownloadParts): Download {
  return async (request, control) => {
    // Loaded on first use: the exchanges' clients are large.
    const [{ download }, { ccxtSource }, { observedSource }, { makeClient }] = await Promise.all([
      import('./market/download/download.ts'),
      import('./market/download/ccxtSource.ts'),
      import('./market/download/observedSource.ts'),
      import('./market/download/clients.ts'),
    ]);
    const { exchange: id, symbol } = request;
    const client = makeClient(id, symbol);
    const source = ccxtSource({ id, client, clock, ...control, sleep: sleepUntilStopped });
    return download(request, {
      store: candles,
      folder: join(folder, 'data', 'downloads'),
      source: observedSource(source, id, { observe, clock }),
      clock,
      ...control,
    });
  };
}

async function sleepUntilStopped(milliseconds: number, signal: AbortSignal): Promise<void> {
  await delay(milliseconds, undefined, { signal }).catch(() => undefined);
}
