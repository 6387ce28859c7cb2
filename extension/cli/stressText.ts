import { formatPercent } from '../../webviews/shared/format.ts';
import {
  type BaselineOutcome,
  leftOutReasons,
  type StressReport,
  simplifiedTexts,
} from '../contracts/stress.ts';
import type { FragilityVerdict } from '../evaluation/fragility/verdicts.ts';
import { crisisRows, scenarioRows } from '../evaluation/stress/summary.ts';
import { formatTime, type Terminal, table } from './terminal.ts';

const marks = { pass: 'ok', fail: 'FAILS', 'not-available': 'open' } as const;

export interface ToldStress {
  readonly verdicts: readonly FragilityVerdict[];
  readonly report: StressReport;
}

/** A stress test as tables for a person. */
export function sayStress(terminal: Terminal, { verdicts, report }: ToldStress): void {
  terminal.say(
    table(
      ['fragility', 'state', 'why'],
      verdicts.map(({ name, state, text, difference }) => [
        name,
        marks[state],
        difference === null
          ? text
          : `${text} Bar ${difference.bar} opens at ${formatTime(difference.time)} UTC.`,
      ]),
    ),
  );
  terminal.say();
  sayMarkets(terminal, report);
  sayCrises(terminal, report);
  sayProfiles(terminal, report);
  sayChance(terminal, report);
  sayRegimes(terminal, report);
}

function percent(value: number | null): string {
  return value === null ? '-' : formatPercent(value, 1);
}

function count(value: number | null): string {
  return value === null ? '-' : String(value);
}

function sayMarkets(terminal: Terminal, report: StressReport): void {
  const { base } = report;
  const rows = scenarioRows(report).map((row) => [
    row.scenario,
    String(row.paths),
    ...[row.totalReturn, row.worstReturn, row.maxDrawdown].map(percent),
    count(row.trades),
    percent(row.marketReturn),
    row.leftOut !== null
      ? `not available: ${leftOutReasons[row.leftOut]}`
      : row.failed === 0
        ? ''
        : `${row.failed} failed: ${row.problem ?? ''}`,
  ]);
  const own = ['the run itself', '1', percent(base.totalReturn), '-', percent(base.maxDrawdown)];
  terminal.say(
    table(
      ['market', 'paths', 'return', 'worst', 'drawdown', 'trades', 'buy and hold', ''],
      [[...own, count(base.trades), '-', ''], ...rows],
    ),
  );
  terminal.say('Return, trades and buy and hold are medians of the paths; drawdown is the deepest.');
  for (const part of report.simplified) terminal.say(simplifiedTexts[part]);
  terminal.say();
}

function sayCrises(terminal: Terminal, report: StressReport): void {
  const { covered, missing } = crisisRows(report);
  if (covered.length > 0) {
    const rows = covered.map(({ crisis, data, totalReturn, maxDrawdown, trades, marketReturn, problem }) => [
      crisis.name,
      data === null ? '' : `${data.symbol} (${data.venue})`,
      ...[totalReturn, maxDrawdown].map(percent),
      count(trades),
      percent(marketReturn),
      problem ?? '',
    ]);
    terminal.say(table(['crisis', 'data', 'return', 'drawdown', 'trades', 'buy and hold', ''], rows));
  }
  if (missing.length > 0) {
    const where = report.others.length > 0 ? 'the bars of all markets of the run' : "the lab's candles";
    terminal.say(`Not in ${where}: ${missing.map(({ crisis }) => crisis.name).join(', ')}.`);
    const command = missing.findLast((outcome) => outcome.command !== null)?.command;
    if (command) terminal.say(`Get them one by one, as --json tells; the last one: ${command}`);
  }
  terminal.say();
}

function sayProfiles(terminal: Terminal, { profiles, profilesLeftOut }: StressReport): void {
  if (profilesLeftOut !== null) {
    terminal.say(`In the hands of traders: not available. ${leftOutReasons[profilesLeftOut]}`);
    terminal.say();
    return;
  }
  const rows = profiles.map(({ name, totalReturn, maxDrawdown, trades, applied }) => [
    name,
    percent(totalReturn),
    percent(maxDrawdown),
    count(trades),
    Object.entries(applied)
      .filter(([, times]) => times > 0)
      .map(([rule, times]) => `${rule} ${times}`)
      .join(', '),
  ]);
  terminal.say(table(['trader', 'return', 'drawdown', 'trades', 'rules applied'], rows));
  terminal.say();
}

function sayChance(terminal: Terminal, report: StressReport): void {
  const { shuffled, resampled, ruinLevel, intervals } = report;
  const { maxDrawdown, observedDrawdown, drawdownP } = shuffled;
  terminal.say(
    maxDrawdown === null
      ? `The order of the trades tells nothing: ${shuffled.reason ?? ''}.`
      : `Drawdown of ${percent(observedDrawdown)}; in other orders of the trades ${percent(maxDrawdown.p50)} (5 % to 95 %: ${percent(maxDrawdown.p05)} to ${percent(maxDrawdown.p95)}), p ${shown(drawdownP)}.`,
  );
  if (resampled.ruinProbability !== null) {
    terminal.say(
      `Chance to fall to ${percent(ruinLevel)} of the equity with such trades: ${percent(resampled.ruinProbability)}.`,
    );
  }
  const baseline = (name: string, { observed, mean, p, reason }: BaselineOutcome): string[] => [
    name,
    shown(observed),
    shown(mean),
    shown(p),
    reason ?? '',
  ];
  terminal.say(
    table(
      ['against', 'run', 'without skill', 'p', ''],
      [
        baseline('random entries', report.randomEntry),
        baseline('positions moved in time', report.rotation),
        baseline('positions shuffled', report.permutation),
      ],
    ),
  );
  const named = [
    ['total return', intervals.totalReturn, percent],
    ['maximum drawdown', intervals.maxDrawdown, percent],
    ['Sharpe ratio of a period', intervals.sharpe, shown],
  ] as const;
  const told = named.flatMap(([name, interval, format]) =>
    interval === null ? [] : [`${name} ${format(interval.lower)} to ${format(interval.upper)}`],
  );
  terminal.say(
    told.length === 0
      ? `No interval can be given: ${intervals.reason ?? ''}.`
      : `Block bootstrap, ${percent(intervals.level)}: ${told.join(', ')}.`,
  );
  terminal.say();
}

function sayRegimes(terminal: Terminal, { regimes, others }: StressReport): void {
  const rows = regimes
    .filter(({ bars }) => bars > 0)
    .map(({ regime, bars, totalReturn, barSharpe }) => [
      regime,
      String(bars),
      percent(totalReturn),
      shown(barSharpe),
    ]);
  if (others.length > 0) terminal.say('Regimes are those of the main market; returns are of the whole run.');
  terminal.say(table(['regime', 'bars', 'return', 'Sharpe of a bar'], rows));
  terminal.say();
}

function shown(value: number | null): string {
  return value === null ? '-' : String(Number(value.toPrecision(3)));
}
