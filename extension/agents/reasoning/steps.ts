import type { MarketSummary, ReasoningResult } from '../../contracts/agents.ts';
import { defaultRunSettings } from '../../contracts/backtest.ts';
import { statedNeighbourhood } from '../code/searchGrid.ts';
import { catalogue } from '../families/catalogue.ts';
import { type Language, type Localised, withDecimalComma } from '../idea/language.ts';
import { barMilliseconds, type Resolution } from './parameters.ts';
import type { IdeaReading } from './readIdea.ts';

type Step = ReasoningResult['steps'][number];

export interface Facts extends Resolution {
  readonly reading: IdeaReading;
  readonly market: MarketSummary;
}

/** True when the market trades another asset than the ones that the idea names. */
export function isOtherSymbol({ symbols }: IdeaReading, { symbol }: MarketSummary): boolean {
  return symbols.length > 0 && !symbols.some((base) => symbol.toUpperCase().startsWith(base));
}

export function isOtherTimeframe({ timeframe }: IdeaReading, market: MarketSummary): boolean {
  return timeframe !== null && timeframe !== barMilliseconds(market);
}

/** At most four significant digits, with the language's decimal sign. */
function show(value: number, language: Language): string {
  const text = String(Number(value.toPrecision(4)));
  return language === 'ru' ? withDecimalComma(text) : text;
}

function percent(fraction: number, language: Language): string {
  return `${show(fraction * 100, language)}%`;
}

function step(language: Language, title: Localised, text: Localised, numbers: Record<string, number>): Step {
  return { title: title[language], text: text[language], numbers };
}

function theIdea({ reading, params }: Facts): Step {
  const { family, language, others } = reading;
  const rule = family.explain(params, reading.wording);
  const titles = (of: Language): string => others.map((name) => catalogue[name].title[of]).join(', ');
  const also: Localised =
    others.length === 0
      ? { en: '', ru: '' }
      : {
          en: ` The idea also speaks of ${titles('en')}; one family is served at a time, and this one is named first or most clearly.`,
          ru: ` Идея говорит также о другом (${titles('ru')}); обслуживается одно семейство, названное первым или яснее всего.`,
        };
  return step(
    language,
    { en: 'The idea', ru: 'Идея' },
    {
      en: `This agent follows written rules and no model. It reads the idea as ${family.title.en}. ${rule.en}${also.en}`,
      ru: `Этот агент работает по правилам, без модели. Он понял идею как «${family.title.ru}». ${withDecimalComma(rule.ru)}${also.ru}`,
    },
    { ...params },
  );
}

const regimes: Readonly<Record<MarketSummary['regime'], Localised>> = {
  'calm-range': { en: 'a calm range', ru: 'спокойный боковик' },
  'volatile-range': { en: 'a volatile range', ru: 'волатильный боковик' },
  'up-trend': { en: 'an up-trend', ru: 'восходящий тренд' },
  'down-trend': { en: 'a down-trend', ru: 'нисходящий тренд' },
};

function theMarket({ reading: { language }, market }: Facts): Step {
  const { bars, holdReturn, annualVolatility, averageTrueRange, efficiency, regime } = market;
  const volatility: Localised =
    annualVolatility === null
      ? { en: 'too few bars for an annual volatility', ru: 'для годовой волатильности слишком мало баров' }
      : {
          en: `an annual volatility of ${percent(annualVolatility, 'en')}`,
          ru: `годовая волатильность ${percent(annualVolatility, 'ru')}`,
        };
  return step(
    language,
    { en: 'The market before its held-back part', ru: 'Рынок до отложенной части' },
    {
      en: `${bars} bars of ${market.timeframe}: holding returned ${percent(holdReturn, 'en')}, with ${volatility.en}. The last bars are ${regimes[regime].en}: mean true range ${percent(averageTrueRange, 'en')} of the price, efficiency ${show(efficiency, 'en')}.`,
      ru: `${bars} баров по ${market.timeframe}: удержание принесло ${percent(holdReturn, 'ru')}, ${volatility.ru}. Последние бары: ${regimes[regime].ru}, средний истинный диапазон ${percent(averageTrueRange, 'ru')} цены, эффективность ${show(efficiency, 'ru')}.`,
    },
    {
      bars,
      holdReturn,
      averageTrueRange,
      efficiency,
      ...(annualVolatility === null ? {} : { annualVolatility }),
    },
  );
}

function theNumbers({ reading, params, rounded, market }: Facts): Step {
  const { family, language } = reading;
  const names = Object.keys(family.parameters);
  const list = (of: Language): string =>
    names
      .map((name) => {
        const isStated = name in reading.stated;
        const source = {
          en: isStated ? 'from the idea' : 'usual value',
          ru: isStated ? 'из идеи' : 'обычное значение',
        };
        const exact = rounded[name];
        const note = {
          en: `rounded from ${show(exact ?? 0, 'en')}`,
          ru: `округлено с ${show(exact ?? 0, 'ru')}`,
        };
        return `${name} ${show(params[name] ?? 0, of)} (${source[of]}${exact === undefined ? '' : `, ${note[of]}`})`;
      })
      .join(', ');
  const periods = names.filter((name) => family.parameters[name]?.isPeriod).map((name) => params[name] ?? 0);
  const window = Math.max(...periods);
  const tooLong = window >= market.bars;
  return step(
    language,
    { en: 'Periods in bars and levels', ru: 'Периоды в барах и уровни' },
    {
      en: `On bars of ${market.timeframe}: ${list('en')}. The longest window is ${window} of ${market.bars} bars${tooLong ? ', so that the strategy never trades here: choose longer data or shorter periods' : ''}.`,
      ru: `На барах ${market.timeframe}: ${list('ru')}. Самое длинное окно: ${window} из ${market.bars} баров${tooLong ? ', поэтому здесь стратегия не совершит сделок: возьмите больше данных или короче периоды' : ''}.`,
    },
    { ...Object.fromEntries(names.map((name) => [name, params[name] ?? 0])), window, bars: market.bars },
  );
}

function theFit({ reading: { family, language }, market }: Facts): Step {
  const trending = market.regime === 'up-trend' || market.regime === 'down-trend';
  const suits = family.style === 'accumulation' || (family.style === 'trend') === trending;
  const style: Localised = {
    trend: { en: 'lives from trends', ru: 'живёт за счёт трендов' },
    reversion: { en: 'lives from swings around a level', ru: 'живёт за счёт колебаний вокруг уровня' },
    accumulation: {
      en: 'gains only where the price rises in the long run',
      ru: 'выигрывает, только если цена в итоге растёт',
    },
  }[family.style];
  return step(
    language,
    { en: 'Whether the family fits', ru: 'Подходит ли семейство' },
    {
      en: `This family ${style.en}. With an efficiency of ${show(market.efficiency, 'en')} the last bars ${suits ? 'suit' : 'do not suit'} it; what comes next may differ.`,
      ru: `Это семейство ${style.ru}. При эффективности ${show(market.efficiency, 'ru')} последние бары ему ${suits ? 'подходят' : 'не подходят'}; дальше может быть иначе.`,
    },
    { efficiency: market.efficiency, holdReturn: market.holdReturn },
  );
}

function theStop({ reading: { language }, params, market: { averageTrueRange } }: Facts): Step {
  const title: Localised = { en: 'The stop against the usual range', ru: 'Стоп и обычный диапазон' };
  const stop = params['stop'];
  if (stop === undefined) {
    const threefold = averageTrueRange * 3;
    return step(
      language,
      title,
      {
        en: `The idea states no stop loss, so that there is none. Three true ranges would be ${percent(threefold, 'en')}; add "stop at ..." to the idea to have one.`,
        ru: `Стоп в идее не назван, поэтому его нет. Три истинных диапазона составили бы ${percent(threefold, 'ru')}; чтобы он появился, допишите «стоп ...%».`,
      },
      { averageTrueRange, threeRanges: threefold },
    );
  }
  const ranges = averageTrueRange > 0 ? stop / 100 / averageTrueRange : 0;
  const judgement: Localised =
    ranges < 2
      ? { en: 'noise alone will hit it often', ru: 'его часто будет задевать простой шум' }
      : { en: 'noise alone seldom reaches it', ru: 'простой шум редко до него доходит' };
  return step(
    language,
    title,
    {
      en: `The stop of ${show(stop, 'en')}% is ${show(ranges, 'en')} times the mean true range of a bar (${percent(averageTrueRange, 'en')}): ${judgement.en}.`,
      ru: `Стоп ${show(stop, 'ru')}% равен ${show(ranges, 'ru')} среднего истинного диапазона бара (${percent(averageTrueRange, 'ru')}): ${judgement.ru}.`,
    },
    { stop, averageTrueRange, ranges },
  );
}

function theCosts({ reading: { language, family }, params, market: { averageTrueRange } }: Facts): Step {
  const { fee, slippage } = defaultRunSettings;
  const roundTrip = 2 * (fee + slippage);
  const ranges = averageTrueRange > 0 ? roundTrip / averageTrueRange : 0;
  const target = params['target'] ?? (family.name === 'grid' ? params['step'] : undefined);
  const left = (target ?? 0) / 100 - roundTrip;
  const rest: Localised =
    target === undefined
      ? { en: 'a trade has to gain more than that', ru: 'сделка должна заработать больше' }
      : {
          en: `of a target of ${show(target, 'en')}% they leave ${percent(left, 'en')}`,
          ru: `от цели ${show(target, 'ru')}% они оставляют ${percent(left, 'ru')}`,
        };
  return step(
    language,
    { en: 'Costs', ru: 'Издержки' },
    {
      en: `At the usual settings entry and exit cost ${percent(roundTrip, 'en')} together, ${show(ranges, 'en')} mean true ranges of a bar; ${rest.en}.`,
      ru: `При обычных настройках вход и выход вместе стоят ${percent(roundTrip, 'ru')}, то есть ${show(ranges, 'ru')} среднего диапазона бара; ${rest.ru}.`,
    },
    { fee, slippage, roundTrip, ranges, ...(target === undefined ? {} : { target, left }) },
  );
}

function theHeldBackPart({ reading: { language }, market: { bars } }: Facts): Step {
  const heldBack = Math.round(bars / 2);
  const [low = 1, , high = 1] = statedNeighbourhood;
  return step(
    language,
    { en: 'How it is tested', ru: 'Как это проверяется' },
    {
      en: `Parameters are chosen on ${bars} bars alone; where the last third is held back, about ${heldBack} bars judge the choice once. Values from the idea are searched from ${show(low, 'en')} to ${show(high, 'en')} times what it says, usual values more widely; stop, target and size stay as they are.`,
      ru: `Параметры выбираются только на ${bars} барах; если отложена последняя треть, около ${heldBack} баров один раз проверяют выбор. Значения из идеи ищутся от ${show(low, 'ru')} до ${show(high, 'ru')} от названного, обычные шире; стоп, цель и размер не меняются.`,
    },
    { bars, heldBack, lowest: low, highest: high },
  );
}

function theWeakness({
  reading: { family, language },
  market: { efficiency, averageTrueRange },
}: Facts): Step {
  return step(
    language,
    { en: 'What could break it', ru: 'Что может её сломать' },
    {
      en: `${family.weakness.en} The past of one market proves little about its future.`,
      ru: `${family.weakness.ru} Прошлое одного рынка мало говорит о его будущем.`,
    },
    { efficiency, averageTrueRange },
  );
}

function theWarnings({ reading, market }: Facts): Step[] {
  const { language, symbols, timeframe, notUnderstood } = reading;
  const warnings: Step[] = [];
  if (isOtherSymbol(reading, market)) {
    const names = symbols.join(', ');
    warnings.push(
      step(
        language,
        { en: 'Warning: another symbol', ru: 'Внимание: другой инструмент' },
        {
          en: `The idea speaks of ${names}, but the data is ${market.symbol}; the rule is applied to the data.`,
          ru: `Идея говорит о ${names}, а данные по ${market.symbol}; правило применяется к данным.`,
        },
        { symbols: symbols.length },
      ),
    );
  }
  if (isOtherTimeframe(reading, market) && timeframe !== null) {
    const minutes = timeframe / 60_000;
    warnings.push(
      step(
        language,
        { en: 'Warning: another timeframe', ru: 'Внимание: другой таймфрейм' },
        {
          en: `The idea speaks of bars of ${minutes} minutes, but the data has bars of ${market.timeframe}; the rule is applied to the data.`,
          ru: `Идея говорит о барах по ${minutes} мин, а в данных бары по ${market.timeframe}; правило применяется к данным.`,
        },
        { minutes, dataMinutes: barMilliseconds(market) / 60_000 },
      ),
    );
  }
  if (notUnderstood.length > 0) {
    warnings.push(
      step(
        language,
        { en: 'Warning: not understood', ru: 'Внимание: не понято' },
        {
          en: `Parts of the idea that were not understood play no part in the strategy: ${notUnderstood.length}.`,
          ru: `Части идеи, которые не поняты, в стратегии не участвуют: ${notUnderstood.length}.`,
        },
        { parts: notUnderstood.length },
      ),
    );
  }
  return warnings;
}

/** The reasons for the strategy, eight or more, in the idea's language, each with its numbers. */
export function reasonedSteps(facts: Facts): Step[] {
  return [
    theIdea(facts),
    theMarket(facts),
    theNumbers(facts),
    theFit(facts),
    theStop(facts),
    theCosts(facts),
    theHeldBackPart(facts),
    theWeakness(facts),
    ...theWarnings(facts),
  ];
}
