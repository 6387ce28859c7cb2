import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect } from 'vitest';
import { defaultRunSettings } from '../../../extension/contracts/backtest.ts';
import type { Candles } from '../../../extension/contracts/candles.ts';
import { type Lab, openLab } from '../../../extension/lab.ts';
import { makeCandles } from '../../../extension/market/candles.ts';
import { backtestSagaName } from '../../../extension/pipelines/assess/contracts.ts';
import type { EvidenceSources } from '../../../extension/pipelines/recordedBacktest.ts';
import { openJournal } from '../../../extension/storage/openJournal.ts';
import { randomWalk } from '../../sandbox/support.ts';

const assets = fileURLToPath(new URL('../../../dist/', import.meta.url));
export const strategiesFolder = new URL('../../strategies/', import.meta.url);
export const marketMeta = { venue: 'test', symbol: 'TEST', timeframe: '1h', synthetic: true } as const;
export const market = makeCandles(marketMeta, randomWalk(1200));

export interface RunChanges {
  readonly of?: Lab;
  readonly pipeline?: string;
  readonly candles?: Candles;
  readonly input?: Record<string, unknown>;
}

/** A lab with a market, for the tests of a file; `folder` is theirs too, and removed with it. */
export interface ReplayLab {
  readonly folder: string;
  readonly lab: Lab;
  openLab(labFolder: string): Promise<Lab>;
  /** A run of an example strategy, from a file of its own, up to its review. */
  runOf(name: string, changes?: RunChanges): Promise<{ id: string; file: string; source: string }>;
  /** What the lab reads a run from, and its ledger, for replays and verifications with something changed. */
  withSources<T>(
    work: (sources: EvidenceSources, journal: Awaited<ReturnType<typeof openJournal>>) => Promise<T>,
  ): Promise<T>;
}

export function useReplayLab(): ReplayLab {
  let folder = '';
  let lab: Lab | undefined;
  const own = (): Lab => {
    if (lab === undefined) throw new Error('The lab is open in tests alone.');
    return lab;
  };
  const open = (labFolder: string): Promise<Lab> => {
    let ids = 0;
    return openLab({
      folder: labFolder,
      strategiesFolder: join(folder, 'strategies'),
      assets,
      clock: Date.now,
      newId: () => `run${ids++}`,
      dockerSocket: '/nowhere/docker.sock',
      bubblewrap: '/nowhere/bwrap',
    });
  };
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'strategy-lab-test-'));
    lab = await open(join(folder, 'lab'));
    await lab.candles.save(market);
  });
  afterAll(async () => {
    await lab?.close();
    await rm(folder, { recursive: true });
  });
  return {
    get folder() {
      return folder;
    },
    get lab() {
      return own();
    },
    openLab: open,
    async runOf(name, { of = own(), pipeline, candles = market, input } = {}) {
      const source = await readFile(new URL(name, strategiesFolder), 'utf8');
      const sagas = await of.sagas();
      const { hash, venue, symbol } = candles;
      const file = join(folder, `${hash.slice(0, 8)}-${name}`);
      await writeFile(file, source);
      const id = await sagas.create({
        name: pipeline ?? backtestSagaName,
        input: {
          source,
          file,
          author: 'person',
          params: {},
          data: { hash, venue, symbol },
          dataWarnings: ['Data: two bars are missing.'],
          settings: { ...defaultRunSettings, fee: 0.002 },
          metric: 'sharpe',
          minimumLevel: 'preview',
          budget: 4,
          ...input,
        },
      });
      const view = await sagas.run(id);
      expect(view.error).toBeNull();
      return { id, file, source };
    },
    async withSources(work) {
      const of = own();
      const workerUrl = pathToFileURL(join(assets, 'journalWorker.js'));
      const journal = await openJournal({ folder: of.folder, workerUrl });
      try {
        const sagas = await of.sagas();
        return await work(
          {
            view: (id) => sagas.view(id),
            results: (id) => sagas.results(id),
            readArtefact: (hash) => of.readArtefact(hash),
            loadCandles: ({ hash, venue, symbol }) => of.candles.load(hash, { venue, symbol }),
            loadFunding: (hash) => of.funding.load(hash),
            strategyPath: (file) => of.strategyPath(file),
          },
          journal,
        );
      } finally {
        await journal.close();
      }
    },
  };
}
