import { LabError } from '../contracts/errors.ts';
import type { Lab } from '../lab.ts';
import { type ExchangeId, exchangeIds } from '../market/download/exchanges.ts';
import { presentReport } from './dataCommands.ts';
import { parseEnd, parseTime, parseTimeframe } from './options.ts';
import type { Terminal } from './terminal.ts';

export interface DownloadOptions {
  readonly exchange: string;
  readonly symbol: string;
  readonly timeframe: string;
  readonly from: string;
  readonly to?: string;
}

/** Waits below this are the exchange's usual pace. */
const noticeableMilliseconds = 2000;

/** Downloads closed candles of an exchange into the lab; what is there already is not loaded again. */
export async function dataDownloadCommand(
  lab: Lab,
  terminal: Terminal,
  options: DownloadOptions,
  signal: AbortSignal,
): Promise<void> {
  const request = {
    exchange: parseExchange(options.exchange),
    symbol: options.symbol,
    timeframe: parseTimeframe(options.timeframe),
    from: parseTime(options.from, '--from') ?? 0,
    to: parseEnd(options.to, '--to'),
  };
  const title = `${request.exchange} ${request.symbol} ${request.timeframe}`;
  terminal.progress('download', 0, title);
  const set = await lab.download(request, {
    signal,
    progress: (fraction) => terminal.progress('download', fraction, title),
    onWait(milliseconds, reason) {
      if (milliseconds < noticeableMilliseconds) return;
      terminal.note(`Waiting for ${Math.ceil(milliseconds / 1000)} s: ${reason}.`);
    },
  });
  terminal.document(set);
  if (set.report !== null) presentReport(terminal, set.report);
  terminal.say(`Use it with: --data ${set.meta.hash.slice(0, 12)}`);
}

function parseExchange(text: string): ExchangeId {
  const id = exchangeIds.find((known) => known === text.toLowerCase());
  if (id !== undefined) return id;
  throw new LabError('usage', `--exchange knows no "${text}".`, {
    action: `Choose one of ${exchangeIds.join(', ')}.`,
  });
}
