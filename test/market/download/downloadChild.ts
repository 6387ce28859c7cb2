import { join } from 'node:path';
import { ccxtSource } from '../../../extension/market/download/ccxtSource.ts';
import { makeClient } from '../../../extension/market/download/clients.ts';
import { download } from '../../../extension/market/download/download.ts';
import { CandleStore } from '../../../extension/market/store/store.ts';
import { pointAt } from './binanceServer.ts';

/** Arguments: address of the server, lab folder, first time and the present (UTC ms). Says `done` in the end. */
const [address = '', folder = '', from = '', now = ''] = process.argv.slice(2);
const client = makeClient('binance', 'BTC/USDT');
pointAt(client, address);
const clock = (): number => Number(now);
const { signal } = new AbortController();
await download(
  { exchange: 'binance', symbol: 'BTC/USDT', timeframe: '1m', from: Number(from), to: undefined },
  {
    store: new CandleStore(join(folder, 'data')),
    folder: join(folder, 'downloads'),
    source: ccxtSource({
      id: 'binance',
      client,
      clock,
      signal,
      sleep: async () => undefined,
      onWait: () => undefined,
    }),
    clock,
    progress: () => undefined,
    signal,
  },
);
process.stdout.write('done\n');
