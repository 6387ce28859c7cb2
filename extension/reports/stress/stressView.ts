import { formatCompact, formatNumber, formatPercent } from '../../../webviews/shared/format.ts';
import type { BacktestResult } from '../../contracts/backtest.ts';
import type { Fragility } from '../../contracts/fragility.ts';
import type { GatePolicy } from '../../contracts/gate.ts';
import type { StressReport } from '../../contracts/stress.ts';
import type { Distribution, StressTable, StressView } from '../../contracts/stressPanel.ts';
import { scenarioRows } from '../../evaluation/stress/summary.ts';
import type { Words } from '../panel/words.ts';
import { leftOutTexts, marketTexts, regimeTexts, ruleTexts, simplifiedTexts, traderTexts } from './names.ts';
import { verdictRows } from './verdictRows.ts';

type Say = Words['say'];

export interface StressEvidence {
  readonly result: Pick<BacktestResult, 'doubleRun'>;
  /** The bounds that the run was started with. */
  readonly policy: GatePolicy;
  /** Null where the run was not varied, and where the strategy was not stressed. */
  readonly fragility: Fragility | null;
  readonly stress: StressReport | null;
}

/** How a run fared when something was changed, as a person reads it; null where nothing was. */
export function stressView(evidence: StressEvidence, words: Words): StressView | null {
  const { result, policy, fragility, stress } = evidence;
  if (fragility === null && stress === null) return null;
  const { say } = words;
  return {
    verdicts: fragility === null ? [] : verdictRows(result, { fragility, policy }, say),
    tables:
      stress === null
        ? []
        : [
            marketTable(stress, say),
            crisisTable(stress, words),
            traderTable(stress, say),
            chanceTable(stress, say),
            intervalTable(stress, say),
            regimeTable(stress, say),
          ],
    drawdowns: stress === null ? null : drawdownsOf(stress, say),
  };
}

function percent(fraction: number | null, say: Say): string {
  return fraction === null ? say('none') : formatPercent(fraction, 1);
}

function whole(count: number | null, say: Say): string {
  return count === null ? say('none') : formatNumber(count, Number.isInteger(count) ? 0 : 1);
}

function small(value: number | null, say: Say): string {
  return value === null ? say('none') : formatCompact(Number(value.toPrecision(3)));
}

function columns(text: string, numbers: readonly string[], more: readonly string[] = []) {
  return [
    { title: text, kind: 'text' as const },
    ...numbers.map((title) => ({ title, kind: 'number' as const })),
    ...more.map((title) => ({ title, kind: 'text' as const })),
  ];
}

function marketTable(stress: StressReport, say: Say): StressTable {
  const { base, simplified } = stress;
  const rows = scenarioRows(stress).map((row) => [
    say(marketTexts[row.scenario]),
    whole(row.paths, say),
    percent(row.totalReturn, say),
    percent(row.worstReturn, say),
    percent(row.maxDrawdown, say),
    whole(row.trades, say),
    percent(row.marketReturn, say),
    row.leftOut !== null
      ? say(leftOutTexts[row.leftOut])
      : row.failed === 0
        ? ''
        : say('stressFailed', row.failed, row.problem ?? ''),
  ]);
  const own = [percent(base.totalReturn, say), '', percent(base.maxDrawdown, say), whole(base.trades, say)];
  return {
    id: 'markets',
    title: say('stressMarkets'),
    note: [say('stressMarketsNote'), ...simplified.map((part) => say(simplifiedTexts[part]))].join(' '),
    columns: columns(
      say('stressMarket'),
      [
        say('stressPaths'),
        say('stressReturn'),
        say('stressWorst'),
        say('stressDrawdown'),
        say('stressTrades'),
        say('stressHold'),
      ],
      [say('stressProblem')],
    ),
    rows: [[say('stressItself'), '1', ...own, '', ''], ...rows],
  };
}

function crisisTable({ crises, others }: StressReport, { say, translate }: Words): StressTable {
  const rows = crises.map((outcome) => {
    const { crisis, data, problem, command } = outcome;
    const isMissing = data === null;
    const cell = (text: string): string => (isMissing ? '' : text);
    return [
      translate(crisis.name),
      isMissing ? say('stressNoData') : `${data.symbol} (${data.venue})`,
      cell(percent(outcome.totalReturn, say)),
      cell(percent(outcome.maxDrawdown, say)),
      cell(whole(outcome.trades, say)),
      cell(percent(outcome.marketReturn, say)),
      isMissing
        ? (command ?? say(others.length > 0 ? 'stressImportAll' : 'stressImport'))
        : problem === null
          ? ''
          : say('whyFailed', problem),
    ];
  });
  return {
    id: 'crises',
    title: say('stressCrises'),
    note: say('stressCrisesNote'),
    columns: columns(say('stressCrisis'), [], [say('stressData')]).concat(
      [say('stressReturn'), say('stressDrawdown'), say('stressTrades'), say('stressHold')].map((title) => ({
        title,
        kind: 'number' as const,
      })),
      { title: say('stressGet'), kind: 'text' as const },
    ),
    rows,
  };
}

function traderTable({ profiles, profilesLeftOut }: StressReport, say: Say): StressTable {
  const named = <Key extends string>(texts: Readonly<Record<string, Key>>, name: string): Key | null =>
    Object.hasOwn(texts, name) ? (texts[name] ?? null) : null;
  return {
    id: 'traders',
    title: say('stressTraders'),
    note: say(profilesLeftOut === null ? 'stressTradersNote' : leftOutTexts[profilesLeftOut]),
    columns: columns(
      say('stressTrader'),
      [say('stressReturn'), say('stressSharpe'), say('stressDrawdown'), say('stressTrades')],
      [say('stressRules')],
    ),
    rows: profiles.map(({ name, totalReturn, sharpe, maxDrawdown, trades, applied }) => {
      const key = named(traderTexts, name);
      return [
        key === null ? name : say(key),
        percent(totalReturn, say),
        sharpe === null ? say('none') : formatNumber(sharpe, 2),
        percent(maxDrawdown, say),
        whole(trades, say),
        Object.entries(applied)
          .filter(([, times]) => times > 0)
          .map(([rule, times]) => {
            const text = named(ruleTexts, rule);
            return text === null ? `${rule} ${times}` : say(text, formatNumber(times, 0));
          })
          .join(', '),
      ];
    }),
  };
}

function chanceTable(stress: StressReport, say: Say): StressTable {
  const { randomEntry, rotation, permutation, others } = stress;
  const baselines = [
    [say('luckEntries'), randomEntry],
    [say('luckRotation'), rotation],
    [say('luckPermutation'), permutation],
  ] as const;
  return {
    id: 'chance',
    title: say('stressLuck'),
    note: say(others.length > 0 ? 'stressLuckSeveral' : 'stressLuckNote'),
    columns: columns(say('stressAgainst'), [say('stressRun'), say('stressChance'), say('stressP')]),
    rows: baselines.map(([name, { observed, mean, p }]) => [
      name,
      ...[observed, mean].map((value) => (value === null ? say('none') : formatPercent(value, 3))),
      small(p, say),
    ]),
  };
}

function intervalTable({ intervals }: StressReport, say: Say): StressTable {
  const figures = [
    [say('figureReturn'), intervals.totalReturn, percent],
    [say('figureDrawdown'), intervals.maxDrawdown, percent],
    [say('figureSharpe'), intervals.sharpe, small],
  ] as const;
  return {
    id: 'intervals',
    title: say('stressIntervals'),
    note: say('stressIntervalsNote', formatPercent(intervals.level, 0)),
    columns: columns(say('stressFigure'), [say('stressEstimate'), say('stressLower'), say('stressUpper')]),
    rows: figures.map(([name, interval, format]) => [
      name,
      ...(['estimate', 'lower', 'upper'] as const).map((part) => format(interval?.[part] ?? null, say)),
    ]),
  };
}

function regimeTable({ regimes, others }: StressReport, say: Say): StressTable {
  return {
    id: 'regimes',
    title: say('stressRegimes'),
    note: say(others.length > 0 ? 'stressRegimesSeveral' : 'stressRegimesNote'),
    columns: columns(say('stressRegime'), [say('stressBars'), say('stressReturn'), say('stressBarSharpe')]),
    rows: regimes.map(({ regime, bars, totalReturn, barSharpe }) => [
      say(regimeTexts[regime]),
      whole(bars, say),
      percent(totalReturn, say),
      small(barSharpe, say),
    ]),
  };
}

function drawdownsOf({ shuffled, resampled, ruinLevel }: StressReport, say: Say): Distribution | null {
  const { drawdowns, maxDrawdown, observedDrawdown, drawdownP, runs } = shuffled;
  if (drawdowns === null || maxDrawdown === null || observedDrawdown === null) return null;
  const { low, width, counts } = drawdowns;
  const high = low + width * counts.length;
  const place = high > low ? (observedDrawdown - low) / (high - low) : 0.5;
  const [from, to, asItWas] = [low, high, observedDrawdown].map((value) => formatPercent(value, 1)) as [
    string,
    string,
    string,
  ];
  return {
    title: say('stressOrder'),
    note: say('stressOrderNote', formatNumber(runs, 0)),
    summary: [
      say('stressOrderSummary', from, to, formatPercent(maxDrawdown.p50, 1), asItWas, small(drawdownP, say)),
      say('stressRuin', formatPercent(ruinLevel, 0), percent(resampled.ruinProbability, say)),
    ].join(' '),
    low: from,
    high: to,
    marked: say('stressAsItWas', asItWas),
    counts: [...counts],
    mark: place >= 0 && place <= 1 ? place : null,
  };
}
