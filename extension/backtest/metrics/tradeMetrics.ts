import type { Trade } from '../../contracts/backtest.ts';
import type { Excursions } from './excursions.ts';

/** Closed trades below which a statistic of their spread says nothing. */
export const minimumTrades = 30;

export interface TradesInput {
  /** Closed trades in the order of their exits, then the open ones. */
  readonly trades: readonly Trade[];
  /** Of `trades`, one for one; undefined where none were worked out. */
  readonly excursions: Excursions | undefined;
  /** Trades entered from `firstTime` to before `endTime` count. */
  readonly firstTime: number;
  readonly endTime: number;
}

/** Metrics of the trades that were entered in a part of a run. */
export function tradeMetrics(input: TradesInput) {
  const sums = sumsOf(input);
  const { closed, wins, gains, losses } = sums;
  const defeats = closed - wins;
  const averageWin = wins === 0 ? null : gains / wins;
  const averageLoss = defeats === 0 ? null : losses / defeats;
  const ofClosed = (sum: number) => (closed === 0 ? null : sum / closed);
  const beforeFees = gains - losses + sums.closedFees;
  return {
    tradedValue: sums.tradedValue,
    metrics: {
      trades: closed,
      openTrades: sums.entered - closed,
      winRate: ofClosed(wins),
      profitFactor: losses === 0 ? null : gains / losses,
      payoffRatio:
        averageWin === null || averageLoss === null || averageLoss === 0 ? null : averageWin / averageLoss,
      expectancy: ofClosed(gains - losses),
      averageReturn: ofClosed(sums.fractions),
      averageWin,
      averageLoss,
      bestTrade: closed === 0 ? null : sums.best,
      worstTrade: closed === 0 ? null : sums.worst,
      longestWinStreak: sums.longestWins,
      longestLossStreak: sums.longestLosses,
      averageBars: ofClosed(sums.held),
      sqn: systemQuality(sums.profits.subarray(0, closed), gains - losses),
      kelly: kellyFraction(sums),
      ...excursionMetrics(sums),
      fees: sums.fees,
      feeShare: closed > 0 && beforeFees > 0 ? sums.closedFees / beforeFees : null,
    },
  };
}

type TradeSums = ReturnType<typeof sumsOf>;

function sumsOf({ trades, excursions, firstTime, endTime }: TradesInput) {
  const profits = new Float64Array(trades.length);
  const sums = {
    profits,
    entered: 0,
    closed: 0,
    wins: 0,
    gains: 0,
    losses: 0,
    held: 0,
    fees: 0,
    closedFees: 0,
    tradedValue: 0,
    fractions: 0,
    winFractions: 0,
    lossFractions: 0,
    best: Number.NEGATIVE_INFINITY,
    worst: Number.POSITIVE_INFINITY,
    longestWins: 0,
    longestLosses: 0,
    /** Trades whose excursions are known, and those of them that won. */
    measured: 0,
    measuredWins: 0,
    adverse: 0,
    favourable: 0,
    winsAdverse: 0,
    lossesFavourable: 0,
  };
  let winning = 0;
  let losing = 0;
  for (let index = 0; index < trades.length; index++) {
    const trade = trades[index] as Trade;
    if (!(trade.entryTime >= firstTime && trade.entryTime < endTime)) continue;
    const { profit, fees, quantity, profitFraction } = trade;
    sums.entered++;
    sums.fees += fees;
    sums.tradedValue += quantity * (trade.entryPrice + (trade.exitPrice ?? 0));
    if (trade.exitTime === null) continue;
    const isWin = profit > 0;
    profits[sums.closed++] = profit;
    sums.held += trade.bars;
    sums.closedFees += fees;
    sums.fractions += profitFraction;
    if (profit > sums.best) sums.best = profit;
    if (profit < sums.worst) sums.worst = profit;
    if (isWin) {
      sums.wins++;
      sums.gains += profit;
      sums.winFractions += profitFraction;
      losing = 0;
      if (++winning > sums.longestWins) sums.longestWins = winning;
    } else {
      sums.losses -= profit;
      sums.lossFractions -= profitFraction;
      winning = 0;
      if (++losing > sums.longestLosses) sums.longestLosses = losing;
    }
    if (excursions === undefined) continue;
    const adverse = excursions.adverse[index] as number;
    const favourable = excursions.favourable[index] as number;
    if (Number.isNaN(adverse)) continue;
    sums.measured++;
    sums.adverse += adverse;
    sums.favourable += favourable;
    if (isWin) {
      sums.measuredWins++;
      sums.winsAdverse += adverse;
    } else sums.lossesFavourable += favourable;
  }
  return sums;
}

/**
 * System quality number (Tharp 2008): square root of n * mean / deviation of the results of n trades. Tharp
 * measures them in the risk taken at entry, which an entry without a stop does not have; here they are
 * profits in cash, as in most tools, and n has no cap.
 */
function systemQuality(profits: Float64Array, sum: number): number | null {
  const count = profits.length;
  if (count < minimumTrades) return null;
  const mean = sum / count;
  let squares = 0;
  for (let index = 0; index < count; index++) {
    const distance = (profits[index] as number) - mean;
    squares += distance * distance;
  }
  const deviation = Math.sqrt(squares / (count - 1));
  // Equal profits leave a deviation of rounding errors, relative to their size.
  return deviation > Math.abs(mean) * 1e-12 ? (Math.sqrt(count) * mean) / deviation : null;
}

/**
 * Kelly fraction (Kelly 1956) of a bet that wins b times what it loses with probability p: p - (1 - p) / b,
 * with the mean results of winners and losers as fractions of their entry values.
 */
function kellyFraction({ closed, wins, winFractions, lossFractions }: TradeSums): number | null {
  const defeats = closed - wins;
  if (closed < minimumTrades || wins === 0 || !(lossFractions > 0) || !(winFractions > 0)) return null;
  const odds = winFractions / wins / (lossFractions / defeats);
  const chance = wins / closed;
  return chance - (1 - chance) / odds;
}

function excursionMetrics(sums: TradeSums) {
  const { measured, measuredWins, adverse, favourable } = sums;
  const measuredLosses = measured - measuredWins;
  return {
    adverseExcursion: measured === 0 ? null : adverse / measured,
    favourableExcursion: measured === 0 ? null : favourable / measured,
    winnersAdverseExcursion: measuredWins === 0 ? null : sums.winsAdverse / measuredWins,
    losersFavourableExcursion: measuredLosses === 0 ? null : sums.lossesFavourable / measuredLosses,
    edgeRatio: adverse > 0 ? favourable / adverse : null,
  };
}
