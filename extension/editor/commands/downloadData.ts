import * as vscode from 'vscode';
import { timeframeSchema } from '../../contracts/candles.ts';
import type { Timeframe } from '../../contracts/timeframes.ts';
import { type ExchangeId, exchangeIds, shortHistories } from '../../market/download/exchanges.ts';
import type { DataSet } from '../../market/store/store.ts';
import { showError } from '../log.ts';
import { type ImportServices, tellImported } from './importData.ts';
import { askChoice, askText, type StepAnswer, walk } from './multiStep.ts';

interface Wishes {
  exchange: ExchangeId;
  symbol: string;
  timeframe: Timeframe;
  /** First day, as it was written. */
  from: string;
}

const totalSteps = 4;
const title = (): string => vscode.l10n.t('Download Data');

/** Asks for exchange, market, timeframe and first day, and loads the closed candles into the lab. */
export async function downloadData(services: ImportServices): Promise<DataSet | undefined> {
  const { host, log, clock, showQuality } = services;
  const lab = await host.lab();
  const yearAgo = new Date(clock() - 365 * 86_400_000).toISOString().slice(0, 10);
  const wishes: Wishes = { exchange: 'binance', symbol: 'BTC/USDT', timeframe: '1h', from: yearAgo };
  if (!(await walk(wishes, [askExchange, askSymbol, askTimeframe, askFrom]))) return undefined;
  const { exchange, symbol, timeframe, from } = wishes;
  const set = await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: vscode.l10n.t('Downloading {0}', `${symbol} ${timeframe}, ${exchange}`),
      cancellable: true,
    },
    async (progress, token) => {
      const stop = new AbortController();
      token.onCancellationRequested(() => stop.abort());
      let shown = 0;
      const request = { exchange, symbol, timeframe, from: dayOf(from), to: undefined };
      // What was loaded before a stop is kept; the next download goes on from there.
      return lab.download(request, {
        signal: stop.signal,
        progress(fraction) {
          progress.report({
            increment: 100 * (fraction - shown),
            message: `${Math.floor(fraction * 100)} %`,
          });
          shown = fraction;
        },
        onWait: (milliseconds, reason) =>
          log.warn(`${exchange} is asked again in ${Math.ceil(milliseconds / 1000)} s: ${reason}.`),
      });
    },
  );
  host.dataChanged();
  void tellImported(set, showQuality).catch((error: unknown) => showError(log, 'Data quality', error));
  return set;
}

function take<T>(answer: StepAnswer<T>, keep: (value: T) => void): 'next' | 'back' | 'left' {
  if (answer === undefined) return 'left';
  if (answer === 'back') return 'back';
  keep(answer.value);
  return 'next';
}

async function askExchange(wishes: Wishes, step: number) {
  const items = exchangeIds.map((id) => {
    const history = shortHistories[id];
    return { label: id, id, ...(history === undefined ? {} : { description: historyText(history) }) };
  });
  const placeholder = vscode.l10n.t('From which exchange? No account is needed.');
  const answer = await askChoice({ title: title(), step, totalSteps, placeholder, items });
  return take(answer, ({ id }) => {
    wishes.exchange = id;
  });
}

function historyText(bars: number): string {
  return vscode.l10n.t('keeps the latest {0} candles alone', bars);
}

async function askSymbol(wishes: Wishes, step: number) {
  const answer = await askText({
    title: title(),
    step,
    totalSteps,
    prompt: vscode.l10n.t('What is traded, and what it is paid in.'),
    placeholder: 'BTC/USDT',
    value: wishes.symbol,
    check: (text) =>
      /^[\p{L}\p{N}.-]+\/[\p{L}\p{N}.:-]+$/u.test(text.trim())
        ? undefined
        : vscode.l10n.t('Write it such as BTC/USDT.'),
  });
  return take(answer, (symbol) => {
    wishes.symbol = symbol.toUpperCase();
  });
}

async function askTimeframe(wishes: Wishes, step: number) {
  const items = timeframeSchema.options.map((timeframe) => ({ label: timeframe, timeframe }));
  const placeholder = vscode.l10n.t('Which timeframe?');
  const answer = await askChoice({ title: title(), step, totalSteps, placeholder, items });
  return take(answer, ({ timeframe }) => {
    wishes.timeframe = timeframe;
  });
}

async function askFrom(wishes: Wishes, step: number) {
  const answer = await askText({
    title: title(),
    step,
    totalSteps,
    prompt: vscode.l10n.t('First day, UTC. The last candle is the last one that has closed.'),
    placeholder: wishes.from,
    value: wishes.from,
    check: (text) =>
      Number.isNaN(dayOf(text)) ? vscode.l10n.t('Write a day such as 2024-01-31.') : undefined,
  });
  return take(answer, (from) => {
    wishes.from = from;
  });
}

/** UTC ms of a day such as 2024-01-31; NaN for anything else. */
function dayOf(text: string): number {
  const day = text.trim();
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) return Number.NaN;
  const time = Date.parse(`${day}T00:00:00Z`);
  // A day that its month does not have would slip into the next month.
  return new Date(time || 0).toISOString().startsWith(day) ? time : Number.NaN;
}
