import { defaultRunSettings } from '../../extension/contracts/backtest.ts';
import type { Lab } from '../../extension/lab.ts';
import { demoMarket } from '../../extension/market/demoMarket.ts';

/** A run of the main pipeline on the demonstration market, written down and not begun; its id. */
export async function ideaRun(lab: Lab, gates: readonly string[] = []): Promise<string> {
  const market = demoMarket();
  await lab.candles.save(market);
  const { hash, venue, symbol } = market;
  const input = {
    idea: 'buy when the fast average crosses above the slow one',
    edited: null,
    data: { hash, venue, symbol },
    dataWarnings: [],
    settings: defaultRunSettings,
    metric: 'sharpe',
    minimumLevel: 'preview',
  };
  return (await lab.sagas()).create({ name: 'generate', input, gates });
}
