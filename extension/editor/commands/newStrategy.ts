import * as vscode from 'vscode';
import { formatNumber } from '../../../webviews/shared/format.ts';
import { canResample } from '../../backtest/resample.ts';
import { timeframeSchema } from '../../contracts/candles.ts';
import { LabError } from '../../contracts/errors.ts';
import { type Timeframe, timeframeMilliseconds } from '../../contracts/timeframes.ts';
import { dataWarnings } from '../../market/dataWarnings.ts';
import type { DataSet } from '../../market/store/store.ts';
import type { StartRequest } from '../../orchestrator/saga/engine.ts';
import { mostTrials } from '../../pipelines/generate/contracts.ts';
import { showError } from '../log.ts';
import { readRunSettings, readSetting } from '../settings.ts';
import { isWhole, qualityText, rangeText } from '../views/dataSetsView.ts';
import { askChoice, askText, type StepAnswer, walk } from './multiStep.ts';
import type { RunServices } from './services.ts';
import { tellOutcome } from './startRun.ts';

const longestIdea = 4000;
const dayMilliseconds = 86_400_000;

/** What the person has answered so far. */
interface Answers {
  idea: string;
  market: readonly DataSet[];
  set: DataSet | undefined;
  /** That of the set, or a longer one that its candles are made into. */
  timeframe: Timeframe | undefined;
  range: { readonly from: number | undefined; readonly to: number | undefined };
  budget: number;
}

/**
 * Asks for an idea, market, timeframe, range and budget, and takes the idea through the pipeline to the
 * review. The graph of its steps opens at once.
 */
export async function newStrategy(services: RunServices, given?: { readonly idea?: string }): Promise<void> {
  await services.host.lab();
  const answers: Answers = {
    idea: given?.idea ?? '',
    market: [],
    set: undefined,
    timeframe: undefined,
    range: { from: undefined, to: undefined },
    budget: mostTrials,
  };
  if (!(await walk(answers, [askIdea, askMarket(services), askTimeframe, askRange, askBudget]))) return;
  const run = await services.host.start(await requestOf(services, answers), 0);
  await services.panels.openSaga(run.id);
  await run.ended;
  void tellOutcome(services, run.id).catch((error: unknown) =>
    showError(services.log, `Run ${run.id}`, error),
  );
}

const title = (): string => vscode.l10n.t('New Strategy from Idea');
const totalSteps = 5;

function take<T>(answer: StepAnswer<T>, keep: (value: T) => void): 'next' | 'back' | 'left' {
  if (answer === undefined) return 'left';
  if (answer === 'back') return 'back';
  keep(answer.value);
  return 'next';
}

async function askIdea(answers: Answers, step: number) {
  const answer = await askText({
    title: title(),
    step,
    totalSteps,
    prompt: vscode.l10n.t('When to buy, when to sell, how to protect; in English or Russian.'),
    placeholder: vscode.l10n.t(
      'Buy when the 10-hour average crosses above the 30-hour one, sell on the way back, stop at 5%',
    ),
    value: answers.idea,
    check: (text) => {
      if (text.trim() === '') return vscode.l10n.t('Say when to buy and when to sell.');
      return text.length > longestIdea
        ? vscode.l10n.t('An idea has at most {0} characters.', longestIdea)
        : undefined;
    },
  });
  return take(answer, (idea) => {
    answers.idea = idea;
  });
}

interface MarketItem extends vscode.QuickPickItem {
  readonly pick: readonly DataSet[] | 'import' | 'synthetic';
}

function askMarket(services: RunServices) {
  return async (answers: Answers, step: number): Promise<'next' | 'back' | 'left'> => {
    const sets = (await (await services.host.lab()).candles.list()).filter(isWhole);
    const items: MarketItem[] = [
      ...byMarket(sets).map((market) => ({
        label: market[0]?.meta.symbol ?? '',
        description: market[0]?.meta.venue ?? '',
        detail: market.map(({ meta }) => meta.timeframe).join(', '),
        pick: market,
      })),
      { label: `$(cloud-download) ${vscode.l10n.t('Import a file of candles …')}`, pick: 'import' },
      { label: `$(wand) ${vscode.l10n.t('A synthetic market, for a first walk')}`, pick: 'synthetic' },
    ];
    const placeholder = vscode.l10n.t('Which market?');
    const answer = await askChoice({ title: title(), step, totalSteps, placeholder, items });
    if (answer === undefined) return 'left';
    if (answer === 'back') return 'back';
    const { pick } = answer.value;
    if (typeof pick !== 'string') {
      answers.market = pick;
      return 'next';
    }
    const set = await services.data.take(pick);
    // No file was picked after all: the idea is not lost for that.
    if (set === undefined) return askMarket(services)(answers, step);
    answers.market = [set];
    return 'next';
  };
}

function byMarket(sets: readonly DataSet[]): DataSet[][] {
  return [...Map.groupBy(sets, ({ meta }) => `${meta.symbol}\n${meta.venue}`).values()];
}

interface TimeframeItem extends vscode.QuickPickItem {
  readonly set: DataSet;
  readonly timeframe: Timeframe;
}

async function askTimeframe(answers: Answers, step: number) {
  const items = [...answers.market.map(ownTimeframe), ...longerTimeframes(answers.market)];
  const placeholder = vscode.l10n.t('Which timeframe?');
  const answer = await askChoice({ title: title(), step, totalSteps, placeholder, items });
  return take(answer, ({ set, timeframe }) => {
    answers.set = set;
    answers.timeframe = timeframe;
  });
}

function ownTimeframe(set: DataSet): TimeframeItem {
  return {
    label: set.meta.timeframe,
    description: vscode.l10n.t('{0} candles', formatNumber(set.bars, 0)),
    detail: `${rangeText(set)} · ${qualityText(set)}`,
    set,
    timeframe: set.meta.timeframe,
  };
}

/** Fewer candles than these are no market to search on. */
const fewestCandles = 100;

/** The timeframes that the candles of a market can be made into, each from the set that reaches furthest. */
function longerTimeframes(market: readonly DataSet[]): TimeframeItem[] {
  const span = ({ firstTime, lastTime }: DataSet): number => lastTime - firstTime;
  const bySpan = market.toSorted((a, b) => span(b) - span(a));
  return timeframeSchema.options.flatMap((timeframe) => {
    if (market.some(({ meta }) => meta.timeframe === timeframe)) return [];
    const set = bySpan.find(({ meta }) => canResample(meta.timeframe, timeframe));
    const candles = set === undefined ? 0 : Math.floor(span(set) / timeframeMilliseconds[timeframe]);
    if (set === undefined || candles < fewestCandles) return [];
    return [
      {
        label: timeframe,
        description: vscode.l10n.t('made of the candles of {0}', set.meta.timeframe),
        detail: rangeText(set),
        set,
        timeframe,
      },
    ];
  });
}

async function askRange(answers: Answers, step: number): Promise<'next' | 'back' | 'left'> {
  const { set } = answers;
  if (set === undefined) return 'left';
  const lastYears = [1, 2, 4]
    .map((years) => ({ years, from: set.lastTime - years * 365 * dayMilliseconds }))
    .filter(({ from }) => from > set.firstTime)
    .map(({ years, from }) => ({
      label: years === 1 ? vscode.l10n.t('The last year') : vscode.l10n.t('The last {0} years', years),
      range: { from, to: undefined },
    }));
  const items = [
    {
      label: vscode.l10n.t('All data'),
      description: rangeText(set),
      range: { from: undefined, to: undefined },
    },
    ...lastYears,
    { label: vscode.l10n.t('From a day to a day …'), range: 'own' as const },
  ];
  const placeholder = vscode.l10n.t('Which range? The last third of it is held back from the search.');
  const answer = await askChoice({ title: title(), step, totalSteps, placeholder, items });
  if (answer !== undefined && answer !== 'back' && answer.value.range === 'own') {
    return askOwnRange(answers, set, step);
  }
  return take(answer, ({ range }) => {
    if (range !== 'own') answers.range = range;
  });
}

async function askOwnRange(answers: Answers, set: DataSet, step: number): Promise<'next' | 'back' | 'left'> {
  const day = (time: number): string => new Date(time).toISOString().slice(0, 10);
  const answer = await askText({
    title: title(),
    step,
    totalSteps,
    prompt: vscode.l10n.t('First and last day, UTC, both included.'),
    placeholder: `${day(set.firstTime)} ${day(set.lastTime)}`,
    value: `${day(set.firstTime)} ${day(set.lastTime)}`,
    check: (text) => {
      const range = parseRange(text);
      if (range === undefined) {
        return vscode.l10n.t('Write two days such as 2020-01-01 2021-12-31, the earlier one first.');
      }
      return range.from > set.lastTime || range.to <= set.firstTime
        ? vscode.l10n.t('The data goes from {0} to {1}.', day(set.firstTime), day(set.lastTime))
        : undefined;
    },
  });
  if (answer === 'back') return askRange(answers, step);
  return take(answer, (text) => {
    answers.range = parseRange(text) ?? answers.range;
  });
}

/** Two days as the open times that they include from, and the first after. */
export function parseRange(text: string): { readonly from: number; readonly to: number } | undefined {
  const [, first, last] = /^\s*(\d{4}-\d{2}-\d{2})\s+(\d{4}-\d{2}-\d{2})\s*$/.exec(text) ?? [];
  const [from, to] = [first, last].map((day) => {
    const time = Date.parse(`${day}T00:00:00Z`);
    // A day that its month does not have would slip into the next month.
    return new Date(time || 0).toISOString().startsWith(day ?? 'none') ? time : Number.NaN;
  });
  if (from === undefined || to === undefined || !(from <= to)) return undefined;
  return { from, to: to + dayMilliseconds };
}

async function askBudget(answers: Answers, step: number) {
  const items = [
    {
      label: vscode.l10n.t('Up to {0} parameter sets', mostTrials),
      detail: vscode.l10n.t('A small search. Every set that is tried makes the best of them luckier.'),
      budget: mostTrials,
    },
    {
      label: vscode.l10n.t('Up to {0} parameter sets', 9),
      detail: vscode.l10n.t('A narrow search.'),
      budget: 9,
    },
    {
      label: vscode.l10n.t('The values of the idea alone'),
      detail: vscode.l10n.t('No search: nothing is chosen by its result.'),
      budget: 1,
    },
  ];
  const placeholder = vscode.l10n.t('How much may be tried?');
  const answer = await askChoice({ title: title(), step, totalSteps, placeholder, items });
  return take(answer, ({ budget }) => {
    answers.budget = budget;
  });
}

async function requestOf({ host }: RunServices, answers: Answers): Promise<StartRequest> {
  const { set, timeframe, idea, range, budget } = answers;
  if (set === undefined || timeframe === undefined) {
    throw new LabError('internal', vscode.l10n.t('No market was chosen.'), {
      action: vscode.l10n.t('Begin again.'),
    });
  }
  const lab = await host.lab();
  const { hash, venue, symbol } = await prepare(lab.candles, set, timeframe, range);
  host.dataChanged();
  const resource = host.folder;
  return {
    name: 'generate',
    input: {
      idea,
      data: { hash, venue, symbol },
      dataWarnings: set.report === null ? [] : dataWarnings(set.report),
      settings: readRunSettings(resource),
      metric: readSetting('strategyLab.backtest.metric', resource),
      minimumLevel: readSetting('strategyLab.sandbox.minimumLevel', resource),
      budget,
      edited: null,
    },
  };
}

/** The candles of the timeframe and range, kept in the store as a set of their own where they are not the whole. */
async function prepare(
  store: Awaited<ReturnType<RunServices['host']['lab']>>['candles'],
  { meta }: DataSet,
  timeframe: Timeframe,
  { from, to }: Answers['range'],
) {
  if (timeframe === meta.timeframe && from === undefined && to === undefined) return meta;
  const { sliceCandles } = await import('../../market/candles.ts');
  const { resampleCandles } = await import('../../market/resample.ts');
  const candles = await store.load(meta.hash, meta);
  const whole = timeframe === meta.timeframe ? candles : resampleCandles(candles, timeframe);
  const part = sliceCandles(whole, from, to);
  await store.save(part);
  return part;
}
