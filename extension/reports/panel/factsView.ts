import { formatCompact, formatMoney, formatNumber, formatTime } from '../../../webviews/shared/format.ts';
import type { BacktestResult, UsedMarket } from '../../contracts/backtest.ts';
import type { Fact, PanelLabel } from '../../contracts/backtestPanel.ts';
import { brokenLimits, isAtLeast } from '../../contracts/isolation.ts';
import { sandboxRecordSentence } from '../sandboxTexts.ts';
import { doubleRunSentence, isolationSentence } from '../warnings.ts';
import type { Words } from './words.ts';

const percent = (fraction: number) => `${formatCompact(fraction * 100)}%`;
const utc = (time: number) => `${formatTime(time)} UTC`;

export function parameterFacts({ manifest }: BacktestResult): Fact[] {
  return Object.entries(manifest.strategy.params).map(([name, value]) => ({
    name,
    value: formatCompact(value),
  }));
}

export interface FactGroup {
  readonly title: string;
  /** The values are sentences. */
  readonly isProse: boolean;
  readonly rows: Fact[];
}

/** Everything that the result rests on, by topic; the rules of fills are the last. */
export function factGroups(result: BacktestResult, file: string, words: Words): FactGroup[] {
  const { say, translate } = words;
  const { manifest, isolation, doubleRun, sandbox, fillHash } = result;
  const { data, others = [], strategy, settings, engine, trials } = manifest;
  const trialsText = ({ count, position }: NonNullable<typeof trials>) =>
    say('trialCount', formatNumber(count, 0), formatNumber(position, 0));
  const yesOrNo = (value: boolean) => say(value ? 'yes' : 'no');
  const step = (value: number) => (value === 0 ? say('noStep') : formatCompact(value));
  const group = (
    title: string,
    rows: readonly (readonly [string, string])[],
    isProse = false,
  ): FactGroup => ({
    title,
    isProse,
    rows: rows.map(([name, value]) => ({ name, value })),
  });
  return [
    group(say('factsData'), [
      [say('factSymbol'), data.symbol],
      [say('factTimeframe'), data.timeframe],
      [say('factVenue'), data.venue],
      [say('factSynthetic'), yesOrNo(data.synthetic)],
      [say('factBars'), formatNumber(data.bars, 0)],
      [say('factFirstBar'), utc(data.firstTime)],
      [say('factLastBar'), utc(data.lastTime)],
      [say('factDataHash'), data.hash],
      ...partFacts(data, words),
    ]),
    ...others.map((market) =>
      group(say('factsOtherMarket', market.symbol), [
        [say('factVenue'), market.venue],
        [say('factSynthetic'), yesOrNo(market.synthetic)],
        [say('factBars'), formatNumber(market.bars, 0)],
        [say('factFirstBar'), utc(market.firstTime)],
        [say('factLastBar'), utc(market.lastTime)],
        [say('factDataHash'), market.hash],
        ...partFacts(market, words),
      ]),
    ),
    group(say('factsStrategy'), [
      [say('factName'), strategy.name],
      [say('factFile'), file],
      [say('factCodeHash'), strategy.codeHash],
      ...Object.entries(strategy.params).map(
        ([name, value]) => [say('factParameter', name), String(value)] as const,
      ),
    ]),
    group(say('factsCosts'), [
      [say('factCash'), formatMoney(settings.cash)],
      [say('factFee'), percent(settings.fee)],
      [say('factSlippage'), percent(settings.slippage)],
      [say('factQuantityStep'), step(settings.quantityStep)],
      [say('factMinimumNotional'), step(settings.minimumNotional)],
      [say('factPeriods'), String(settings.periodsPerYear)],
      [say('factRiskFree'), percent(settings.riskFreeRate)],
      [say('factTarget'), percent(settings.targetReturn)],
      [say('factConfidence'), percent(settings.tailConfidence)],
      [say('factSeed'), String(settings.seed)],
    ]),
    group(say('factsEngine'), [
      [say('factEngine'), engine.version],
      [say('factRunnerHash'), engine.runnerHash],
      [say('factRuntime'), manifest.runtime],
      [say('factFillHash'), fillHash],
      [say('factTrials'), trials === null ? say('trialsNotCounted') : trialsText(trials)],
    ]),
    group(say('factsSandbox'), [
      [say('factLevel'), isolation.level],
      [say('factIsolation'), isolationSentence(result, translate)],
      [say('factBackend'), isolation.backend],
      [say('factDoubleRun'), doubleRunSentence(result, translate)],
      [say('factChunks'), doubleRun.chunks.join(', ')],
      ...(sandbox === undefined
        ? []
        : [[say('factSandboxes'), sandboxRecordSentence(sandbox, translate)] as const]),
    ]),
    group(
      say('factsRules'),
      Object.entries(manifest.rules).map(([name, rule]) => [name, translate(rule)] as const),
      true,
    ),
  ];
}

/** What a market has besides its own bars. */
function partFacts({ finer, funding }: UsedMarket, { say }: Words): (readonly [string, string])[] {
  return [
    ...(finer === undefined ? [] : [[say('factFiner', finer.timeframe), finer.hash] as const]),
    ...(funding === undefined
      ? []
      : [[say('factFunding', formatNumber(funding.rates, 0)), funding.hash] as const]),
  ];
}

/** What a reader of the figures must know of how they came about, said plainly. */
export function labelsOf(result: BacktestResult, words: Words): PanelLabel[] {
  const { say, translate } = words;
  const { data, others = [], settings } = result.manifest;
  const isSynthetic = [data, ...others].some(({ synthetic }) => synthetic);
  const { level, limits } = result.isolation;
  const isSandboxed = isAtLeast(level, 'namespaces') && brokenLimits(limits).length === 0;
  const isPreview = !isAtLeast(level, 'namespaces');
  const isolation = isolationSentence(result, translate);
  const verdicts = { identical: say('identical'), different: say('different'), 'not-run': say('notRun') };
  return [
    {
      kind: isSynthetic ? 'bad' : 'plain',
      name: say('labelData'),
      text: isSynthetic ? say('synthetic') : say('imported'),
      detail: isSynthetic ? say('syntheticDetail') : say('importedDetail'),
    },
    {
      kind: isSandboxed ? 'good' : 'bad',
      name: say('labelIsolation'),
      text: level,
      detail: isPreview ? say('previewDetail', isolation) : isolation,
    },
    {
      kind: result.doubleRun.verdict === 'identical' ? 'good' : 'bad',
      name: say('labelDoubleRun'),
      text: verdicts[result.doubleRun.verdict],
      detail: doubleRunSentence(result, translate),
    },
    {
      kind: settings.fee > 0 && settings.slippage > 0 ? 'plain' : 'bad',
      name: say('labelCosts'),
      text: say('costs', percent(settings.fee), percent(settings.slippage)),
      detail: say('costsDetail'),
    },
  ];
}
