import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { defaultRunSettings } from '../../extension/contracts/backtest.ts';
import { openLab } from '../../extension/lab.ts';
import { demoMarket } from '../../extension/market/demoMarket.ts';
import { backtestSagaName } from '../../extension/pipelines/assess/contracts.ts';

test('without Docker a strategy in Python is refused in one sentence with one action, and never runs as JavaScript', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'strategy-lab-test-'));
  const lab = await openLab({
    folder: join(folder, '.strategy-lab'),
    strategiesFolder: join(folder, 'strategies'),
    assets: fileURLToPath(new URL('../../dist/', import.meta.url)),
    clock: Date.now,
    newId: () => 'run0',
    dockerSocket: '/nowhere/docker.sock',
  });
  try {
    const market = demoMarket();
    const { hash, venue, symbol } = await lab.candles.save(market).then(() => market);
    const source = await readFile(
      new URL('../strategies/pairs/averageCross.strategy.py', import.meta.url),
      'utf8',
    );
    const sagas = await lab.sagas();
    const id = await sagas.create({
      name: backtestSagaName,
      input: {
        source,
        file: join(folder, 'own.strategy.py'),
        author: 'person',
        params: {},
        data: { hash, venue, symbol },
        dataWarnings: [],
        settings: defaultRunSettings,
        metric: 'sharpe',
        minimumLevel: 'preview',
      },
    });
    const { error } = await sagas.run(id);
    expect(error).toMatchObject({
      reason: 'sandbox.level',
      message: expect.stringContaining('No sandbox for Python of at least level preview is there.'),
      action: expect.stringContaining('Docker'),
    });
    expect(error?.message).toContain('quickjs: It does not run Python.');
  } finally {
    await lab.close();
    await rm(folder, { recursive: true });
  }
});
