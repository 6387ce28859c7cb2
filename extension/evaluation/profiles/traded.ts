import { intentColumns, intentWidth } from '../../backtest/intents.ts';
import { type SettledMarket, type SettledRun, Settlement } from '../../backtest/settlement.ts';
import type { RunSettings } from '../../contracts/backtest.ts';
import type { Timeframe } from '../../contracts/timeframes.ts';
import { ProfileOverlay, type ProfileRule } from './overlay.ts';
import type { TraderProfile } from './profiles.ts';

/** The orders of a strategy as one trader gave them, settled. */
export interface TradedRun {
  readonly profile: TraderProfile;
  readonly settled: SettledRun;
  /** How often each rule of the profile was applied. */
  readonly applied: Readonly<Record<ProfileRule, number>>;
}

/**
 * Settles the orders that a strategy gave on one market as a trader of this profile would have given them.
 * Every decision rests on what is known at the close of its bar, and is filled by the same rules. The
 * strategy itself does not notice: its orders are those of its own run.
 * @param intents of the whole run, `intentWidth` numbers a row, in the order of their bars
 */
export function tradeAs(
  profile: TraderProfile,
  run: {
    readonly market: SettledMarket;
    readonly timeframe: Timeframe;
    readonly settings: RunSettings;
    readonly intents: Float64Array;
  },
): TradedRun {
  const { market, timeframe, settings, intents } = run;
  const { columns } = market;
  const bars = columns.time.length;
  const overlay = new ProfileOverlay(profile);
  const settlement = new Settlement(settings, [market], timeframe);
  const none = new Float64Array(0);
  let given: Float64Array[] = [];
  let row = 0;
  for (let bar = 0; bar < bars; bar++) {
    settlement.feed(bar, bar + 1, none, 0);
    const rows: Float64Array[] = [];
    while (intents[row * intentWidth + intentColumns.bar] === bar) {
      rows.push(intents.subarray(row * intentWidth, (row + 1) * intentWidth));
      row++;
    }
    const { broker } = settlement;
    if (rows.length === 0 && !broker.isBusy && given.length === 0) continue;
    given = overlay.rewrite(rows, columns, bar, bar, broker);
    for (const order of given) settlement.submit(order, bar);
  }
  return { profile, settled: settlement.finish(), applied: overlay.applied };
}
