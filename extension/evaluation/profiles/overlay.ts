import type { Broker } from '../../backtest/broker.ts';
import { intentColumns, intentWidth, levelKinds, operations, sizeKinds } from '../../backtest/intents.ts';
import type { CandleColumns } from '../../contracts/candles.ts';
import type { TraderProfile } from './profiles.ts';

/** The rules by which a profile left or changed what its strategy asked for. */
export const profileRules = [
  'drawdown',
  'loss',
  'gain',
  'time',
  'give-back',
  'averaged-down',
  'part-taken',
  'late-exit',
  'entry-left-out',
] as const;
export type ProfileRule = (typeof profileRules)[number];

/** Numbers of the orders that a profile gives itself: beyond those of any strategy. */
const firstOwnOrder = 2 ** 40;

/** Lays the behaviour of one trader over the orders of a strategy, bar by bar. */
export class ProfileOverlay {
  /** How often each rule was applied. */
  readonly applied: Record<ProfileRule, number>;
  readonly #profile: TraderProfile;
  #peak = 0;
  #isOut = false;
  #ownOrders = 0;
  /** Entries of the position since it was opened, and the best profit that it has had. */
  #additions = 0;
  #lastEntryPrice = Number.NaN;
  #bestGain = 0;
  #isPartTaken = false;
  #wasHolding = false;
  #equityAtEntry = 0;
  #noEntryBefore = 0;
  /** Exits of the strategy that are still to come, and the bars on which they are given. */
  readonly #late: { readonly bar: number; readonly row: Float64Array }[] = [];

  constructor(profile: TraderProfile) {
    this.#profile = profile;
    this.applied = Object.fromEntries(profileRules.map((rule) => [rule, 0])) as Record<ProfileRule, number>;
  }

  /**
   * The orders to give at the close of bar number `bar`, which stands at `index` in `columns`, in place of
   * `rows`, those of the strategy.
   */
  rewrite(
    rows: readonly Float64Array[],
    columns: CandleColumns,
    index: number,
    bar: number,
    broker: Broker,
  ): Float64Array[] {
    const { position, account } = broker;
    const close = columns.close[index] as number;
    const equity = account.cash + position.signedQuantity * close;
    this.#peak = Math.max(this.#peak, equity);
    this.#follow(broker, equity, bar);
    const own = this.#leave(columns, index, bar, broker, equity);
    if (own !== undefined) return own;
    const given = rows.flatMap((row) => this.#translate(row, columns, index, bar, broker));
    while (this.#late[0] !== undefined && this.#late[0].bar <= bar) {
      given.push((this.#late.shift() as { row: Float64Array }).row);
    }
    given.push(...this.#manage(close, bar, broker));
    return given;
  }

  /** Keeps count of the position that is open. */
  #follow({ position }: Broker, equity: number, bar: number): void {
    const isHolding = position.signedQuantity !== 0;
    if (isHolding && !this.#wasHolding) {
      this.#equityAtEntry = equity;
      this.#additions = 0;
      this.#bestGain = 0;
      this.#isPartTaken = false;
      this.#lastEntryPrice = position.lots.at(-1)?.entryPrice ?? Number.NaN;
    }
    if (!isHolding && this.#wasHolding) {
      this.#late.length = 0;
      const { pauseBars } = this.#profile;
      if (pauseBars !== undefined && equity < this.#equityAtEntry) this.#noEntryBefore = bar + pauseBars;
    }
    this.#wasHolding = isHolding;
  }

  /** What closes the whole position now; undefined where nothing does. */
  #leave(
    columns: CandleColumns,
    index: number,
    bar: number,
    { position }: Broker,
    equity: number,
  ): Float64Array[] | undefined {
    const { largestDrawdown, exitLoss, exitGain, longestMilliseconds, exitGiveBack } = this.#profile;
    if (!this.#isOut && equity < this.#peak * (1 - largestDrawdown)) {
      this.#isOut = true;
      this.applied.drawdown++;
      return [this.#cancelAll(bar), ...(position.signedQuantity === 0 ? [] : [this.#close(bar, 100)])];
    }
    if (this.#isOut) return position.signedQuantity === 0 ? [] : [this.#close(bar, 100)];
    if (position.signedQuantity === 0) return undefined;
    const gain = gainOf(position, columns.close[index] as number);
    this.#bestGain = Math.max(this.#bestGain, gain);
    const held = (columns.time[index] as number) - (position.lots[0]?.entryTime ?? 0);
    const rule: ProfileRule | undefined =
      exitLoss !== undefined && gain < -exitLoss
        ? 'loss'
        : exitGain !== undefined && gain > exitGain
          ? 'gain'
          : longestMilliseconds !== undefined && held >= longestMilliseconds
            ? 'time'
            : exitGiveBack !== undefined && this.#bestGain - gain > exitGiveBack
              ? 'give-back'
              : undefined;
    if (rule === undefined) return undefined;
    this.applied[rule]++;
    return [this.#close(bar, 100)];
  }

  /** One order of the strategy as this trader gives it: itself, changed, later, or not at all. */
  #translate(
    row: Float64Array,
    columns: CandleColumns,
    index: number,
    bar: number,
    { position }: Broker,
  ): Float64Array[] {
    const operation = row[intentColumns.operation] as number;
    if (operation === operations.close) return this.#translateClose(row, columns, index, bar, position);
    if (operation === operations.protect) {
      const hasStop = row[intentColumns.stopKind] !== levelKinds.none;
      return this.#profile.keepsStops || !hasStop ? [row] : [];
    }
    if (operation !== operations.buy && operation !== operations.sell) return [row];
    if (row[intentColumns.reduceOnly] === 1) return [row];
    const direction = operation === operations.buy ? 1 : -1;
    const isAddition = position.signedQuantity * direction > 0;
    const isLeftOut =
      bar < this.#noEntryBefore ||
      (isAddition && !this.#profile.addsToPositions) ||
      this.#trend(columns, index) * direction < 0;
    if (!isLeftOut) return [this.#sized(row)];
    this.applied['entry-left-out']++;
    return [];
  }

  #translateClose(
    row: Float64Array,
    columns: CandleColumns,
    index: number,
    bar: number,
    position: Broker['position'],
  ): Float64Array[] {
    const { exitDelayBars, trendBars } = this.#profile;
    if (trendBars !== undefined && position.signedQuantity !== 0) {
      const isAlong = this.#trend(columns, index) * position.signedQuantity > 0;
      if (isAlong && gainOf(position, columns.close[index] as number) > 0) {
        this.applied['late-exit']++;
        return [];
      }
    }
    if (exitDelayBars === undefined) return [row];
    this.applied['late-exit']++;
    const late = row.slice();
    late[intentColumns.bar] = bar + exitDelayBars;
    this.#late.push({ bar: bar + exitDelayBars, row: late });
    return [];
  }

  /** An entry sized by this trader's risk, with a stop and what else the profile sets. */
  #sized(row: Float64Array): Float64Array {
    const { riskPerTrade, stop, keepsStops, takeProfit, trailingStop } = this.#profile;
    const sized = row.slice();
    sized[intentColumns.sizeKind] = sizeKinds.riskPercent;
    sized[intentColumns.size] = riskPerTrade * 100;
    if (!keepsStops || sized[intentColumns.stopKind] === levelKinds.none) {
      sized[intentColumns.stopKind] = levelKinds.percent;
      sized[intentColumns.stop] = stop * 100;
    }
    if (takeProfit !== undefined && sized[intentColumns.targetKind] === levelKinds.none) {
      sized[intentColumns.targetKind] = levelKinds.percent;
      sized[intentColumns.target] = takeProfit * 100;
    }
    if (trailingStop !== undefined) {
      sized[intentColumns.trailKind] = levelKinds.percent;
      sized[intentColumns.trail] = trailingStop * 100;
    }
    return sized;
  }

  /** What the trader adds or takes of his own accord. */
  #manage(close: number, bar: number, { position }: Broker): Float64Array[] {
    const { averageDown, takePart, stop } = this.#profile;
    const direction = Math.sign(position.signedQuantity);
    if (direction === 0) return [];
    if (averageDown !== undefined && this.#additions < averageDown.most) {
      const since = (direction * (close - this.#lastEntryPrice)) / this.#lastEntryPrice;
      if (since < -averageDown.loss) {
        this.#additions++;
        this.#lastEntryPrice = close;
        this.applied['averaged-down']++;
        const row = this.#own(bar, direction > 0 ? operations.buy : operations.sell);
        row[intentColumns.sizeKind] = sizeKinds.units;
        row[intentColumns.size] = Math.abs(position.signedQuantity) * averageDown.part;
        row[intentColumns.stopKind] = levelKinds.percent;
        row[intentColumns.stop] = stop * 100;
        return [row];
      }
    }
    if (takePart !== undefined && !this.#isPartTaken && gainOf(position, close) > takePart.gain) {
      this.#isPartTaken = true;
      this.applied['part-taken']++;
      return [this.#close(bar, takePart.part * 100)];
    }
    return [];
  }

  /** 1 where the market has risen over the trend's bars, -1 where it has fallen, 0 where it is not looked at. */
  #trend({ close }: CandleColumns, index: number): number {
    const { trendBars } = this.#profile;
    if (trendBars === undefined || index < trendBars) return 0;
    return Math.sign((close[index] as number) - (close[index - trendBars] as number));
  }

  #own(bar: number, operation: number): Float64Array {
    const row = new Float64Array(intentWidth);
    row[intentColumns.bar] = bar;
    row[intentColumns.id] = firstOwnOrder + ++this.#ownOrders;
    row[intentColumns.operation] = operation;
    return row;
  }

  #close(bar: number, percent: number): Float64Array {
    const row = this.#own(bar, operations.close);
    row[intentColumns.sizeKind] = sizeKinds.percent;
    row[intentColumns.size] = percent;
    return row;
  }

  #cancelAll(bar: number): Float64Array {
    return this.#own(bar, operations.cancel);
  }
}

/** Profit of the position at `close` before fees, as a fraction of its entry value. */
function gainOf({ signedQuantity, entryValue }: Broker['position'], close: number): number {
  const direction = signedQuantity > 0 ? 1 : -1;
  return entryValue === 0 ? 0 : (signedQuantity * close - direction * entryValue) / entryValue;
}
