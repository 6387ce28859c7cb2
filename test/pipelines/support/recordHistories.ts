import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defaultRunSettings } from '../../../extension/contracts/backtest.ts';
import type { Decision, SagaEvent } from '../../../extension/contracts/saga.ts';
import { openLab } from '../../../extension/lab.ts';
import { demoMarket } from '../../../extension/market/demoMarket.ts';

/** What a person says at one gate after the other; what is left is approved. */
const conversations: readonly (readonly Decision[])[] = [
  [{ action: 'approve' }, { action: 'rollback', to: 'code', by: 'Ada' }, { action: 'approve' }],
  [{ action: 'approve' }, { action: 'approve' }, { action: 'reject', comment: 'No edge.' }],
];

/** Runs every pipeline of the lab as a person would and answers the events of each run. Takes a minute. */
export async function recordHistories(): Promise<{ name: string; version: number; events: SagaEvent[] }[]> {
  const folder = await mkdtemp(join(tmpdir(), 'strategy-lab-histories-'));
  const market = demoMarket();
  const file = join(folder, 'own.strategy.ts');
  const source = await readFile(new URL('../../strategies/smaCross.strategy.ts', import.meta.url), 'utf8');
  await writeFile(file, source);
  let ids = 0;
  let time = 1_800_000_000_000;
  const lab = await openLab({
    folder: join(folder, '.strategy-lab'),
    strategiesFolder: join(folder, 'strategies'),
    assets: fileURLToPath(new URL('../../../dist/', import.meta.url)),
    clock: () => {
      time += 1;
      return time;
    },
    newId: () => `run${ids++}`,
    dockerSocket: '/nowhere/docker.sock',
    bubblewrap: '/nowhere/bwrap',
    sandboxesAtOnce: 1,
  });
  await lab.candles.save(market);
  const trial = {
    data: { hash: market.hash, venue: market.venue, symbol: market.symbol },
    dataWarnings: [],
    settings: defaultRunSettings,
    metric: 'sharpe',
    minimumLevel: 'preview',
    budget: 4,
  };
  const own = { ...trial, source, file: '/own.strategy.ts', author: 'person', params: {} };
  const idea = 'Buy when the 10-hour average crosses above the 30-hour one, sell on the way back, stop at 5%';
  const inputs = {
    generate: { ...trial, idea, edited: null },
    backtest: own,
    optimise: own,
    stress: { ...own, stress: { scenarios: ['jumps'], paths: 2 } },
    'walk-forward': own,
  };
  const recorded: { name: string; version: number; events: SagaEvent[] }[] = [];
  const sagas = await lab.sagas();
  for (const [name, input] of Object.entries(inputs)) {
    for (const conversation of conversations) {
      const id = await sagas.create({ name, input, gates: ['code', 'guard', 'review'] });
      for (let view = await sagas.run(id); view.waitingFor !== null; view = await sagas.run(id)) {
        const said = conversation[view.decisions.length] ?? { action: 'approve' };
        await sagas.decide(id, { ...said, at: view.waitingFor });
      }
      const { events } = await sagas.history(id);
      const [first] = events;
      const version = first?.type === 'saga.started' ? first.data.version : 0;
      recorded.push({ name, version, events: [...events] });
    }
  }
  await lab.close();
  await rm(folder, { recursive: true });
  return recorded;
}
