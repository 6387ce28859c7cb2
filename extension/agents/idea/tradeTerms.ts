import { type IdeaText, type Match, term } from './ideaText.ts';
import { number, numberOf, percent, unit } from './numbers.ts';

/** How an entry is sized and protected; absent where the idea does not say. All but `cash` in percent. */
export interface TradeTerms {
  readonly stop?: number;
  readonly target?: number;
  /** Percent of the equity of one entry. */
  readonly size?: number;
  /** Cash of one entry. */
  readonly cash?: number;
  /** Percent of the equity to lose when the stop is hit. */
  readonly risk?: number;
}

const currency = 'usdt?|usdc|dollars?|bucks|долл\\p{L}*|бакс\\p{L}*';
const stopWord = '(?:stop(?:ped)?(?:[\\s-]?loss(?:es)?)?|cut (?:the |my )?loss(?:es)?|sl)';
const stopWordRussian = 'стоп(?:[\\s-]?(?:лосс?|ордер|приказ))?\\p{L}{0,3}|лосс';
const link =
  '(?:\\s+(?:is|at|of|to|out|set|order|if|it|falls|drops|loses|by|in|with|a|an|the|down|placed)){0,5}';
const linkRussian = '(?:\\s+(?:на|в|при|около|уровне|размером|по|ставь|поставь|будет|составляет)){0,4}';

const stops = [
  term(`${stopWord}${link}[\\s:=(-]{0,3}(${percent})`),
  term(`(${percent})\\s+(?:(?:hard|fixed|protective)\\s+)?(?:stop(?:[\\s-]?loss)?|loss)`),
  term(`(?:exit|sell|close|get out)[^,.;\\d]{0,25}(?:loses|loss of|falls|drops)\\s+(?:by\\s+)?(${percent})`),
  term(`(?:${stopWordRussian})${linkRussian}[\\s:=(-]{0,3}(${percent})`),
  term(`(${percent})[\\s-]{0,2}стоп(?:[\\s-]?лосс?)?\\p{L}{0,3}`),
  term(`убыт\\p{L}*[^,.;\\d]{0,25}?(${percent})`),
];
/** A number that is a percentage by the word before it. */
const bare = `\\d{1,2}(?:[.,]\\d{1,2})?`;
const noUnit = `(?!\\s?(?:%|\\$|${currency}|${unit}|atrs?|атр|x|points?|pips?|ticks?|пункт\\p{L}*|[/]|[.,]?\\d)|\\s(?:of|от)\\s)`;
const bareStop = term(`(?:${stopWord}|${stopWordRussian})[\\s:=]{1,3}(${bare})${noUnit}`);
const noStop = term(
  '(?:no|without(?: a| any)?|never use a)\\s+stop(?:s|[\\s-]?loss(?:es)?)?|без\\s+стоп\\p{L}*(?:[\\s-]?лосс\\p{L}*)?',
);
/**
 * Stops that follow the price, stand at a price or count in true ranges cannot be written yet; as stops
 * at a fixed distance they would be another strategy.
 */
const otherStops = term(
  `(?:${stopWord}|${stopWordRussian})(?:${link}|${linkRussian})[\\s:=(-]{0,3}(?:\\$\\s?${number}|${number}\\s?(?:\\$|${currency}|atrs?|атр)|(?:below|under|под|ниже)(?:\\s\\p{L}+){1,4})|` +
    `(?:(?:${percent})\\s+)?trail\\p{L}*(?:\\s+stop(?:[\\s-]?loss)?)?(?:\\s+(?:at|of|by|with))?(?:\\s+(?:${percent}))?|` +
    `stop(?:[\\s-]?loss)?[^,.;]{0,20}trail\\p{L}*|` +
    `(?:(?:${percent})\\s+)?(?:трейл\\p{L}*(?:[\\s-]стоп\\p{L}*)?|(?:скользящ|плавающ|подвижн)\\p{L}*\\s+стоп\\p{L}*)` +
    `(?:\\s+(?:на|в))?(?:\\s+(?:${percent}))?`,
);

const targets = [
  term(
    '(?:take[\\s-]?profits?|profit target|target(?: profit)?|tp|lock in|take (?:a )?profit)' +
      `(?:\\s+(?:is|at|of|to|set|the|a)){0,3}[\\s:=(-]{0,3}\\+?(${percent})`,
  ),
  term(`(${percent})\\s+(?:take[\\s-]?profit|profit(?:\\s+target)?|target|gain)`),
  term(
    '(?:тейк(?:[\\s-]?профит)?\\p{L}{0,2}|цел(?:ь|ью|и)|прибыл\\p{L}*|тп)' +
      `(?:\\s+(?:на|в|при|по|до|уровне)){0,3}[\\s:=(-]{0,3}\\+?(${percent})`,
  ),
  term(`(${percent})[\\s-]{0,2}(?:тейк(?:[\\s-]?профит)?\\p{L}{0,2}|прибыл\\p{L}*)`),
];

const bareTarget = term(
  `(?:take[\\s-]?profits?|tp|тейк(?:[\\s-]?профит)?\\p{L}{0,2}|тп)[\\s:=]{1,3}(${bare})${noUnit}`,
);
const money = 'capital|equity|money|account|balance|portfolio|funds|cash|deposit';
const moneyRussian = '(?:капитал|депозит|сче?т|баланс|средств|портфел|денег|деньг)\\p{L}*';
const shares: readonly (readonly [RegExp, number])[] = [
  [/^(?:a )?half|^пол/u, 50],
  [/^(?:a )?third|^трет/u, 33],
  [/^(?:a )?quarter|^четверт/u, 25],
  [/^(?:all|full|entire|whole|вс|вес)/u, 100],
];
const share = `(?:a )?(?:half|third|quarter)|all|full|entire|whole|${percent}`;
const shareRussian = `половин\\p{L}*|полкапитала|трет\\p{L}*|четверт\\p{L}*|весь|все|всю|вс[её]го|${percent}`;

const sizes = [
  term(
    `(?:(?:use|using|with|invest|risk|put|buy|for|on)\\s+)?(${share})(?:\\s+(?:in\\s+)?(?:of|the|my|our|total|available|all|your)){0,3}\\s+(?:${money})`,
  ),
  term(`(?:position\\s+)?size\\s+(?:is\\s+|of\\s+|=\\s?)?(${percent})`),
  term('(all)[\\s-]in'),
  term(`(?:на\\s+)?(${shareRussian})(?:\\s+(?:от|моего|всего|своего)){0,2}\\s+${moneyRussian}`),
  term('на\\s+(половин\\p{L}*|весь|полкапитала|все)(?:\\s+капитал\\p{L}*)?'),
  term(`размер\\p{L}*\\s+(?:позици\\p{L}*\\s+)?(?:в\\s+)?(${percent})`),
];
const risks = [
  term(
    `risk(?:ing)?(?:\\s+(?:only|at|most|of|no|more|than|about)){0,4}\\s+(${percent})` +
      `(?:\\s+(?:(?:of|per|on|a|the|each|my|every)\\s+){0,3}(?:trade|${money}))?(?:\\s+(?:per|a|each)\\s+trade)?`,
  ),
  term(
    `риск\\p{L}*(?:\\s+(?:не|более|больше|на|в|по|сделку|сделке)){0,4}\\s+(${percent})(?:\\s+(?:на|от|в)\\s+\\p{L}+)?`,
  ),
];

/** Source of a pattern for a sum of money, with the number in its first or second group. */
const cash = `\\$\\s?(${number})|(${number})\\s?(?:\\$|${currency})`;
/** A target at a price or a gain in cash cannot be written yet. */
const targetsInCash = term(
  `(?:take[\\s-]?profits?|(?:profit )?target|tp|тейк(?:[\\s-]?профит)?\\p{L}{0,2}|тп|цел(?:ь|и))(?:\\s+(?:is|at|of|to|на|в|при)){0,2}[\\s:=(-]{0,3}(?:${cash})`,
);
const cashOfEntry = term(
  `(?:(?:for|with|by|at|of|worth|на|по|за)\\s+)?(?:${cash})(?:\\s+(?:per|a|each|every|on each|на|в)\\s+(?:trade|entry|buy|time|сделку|каждую сделку|раз))?`,
);

function value({ groups }: Match): number {
  const text = groups.find((group) => group !== undefined) ?? '';
  return shares.find(([pattern]) => pattern.test(text))?.[1] ?? numberOf(text);
}

function first(
  idea: IdeaText,
  patterns: readonly RegExp[],
  isAllowed: (value: number) => boolean,
): number | undefined {
  for (const pattern of patterns) {
    const match = idea.take(pattern, (found) => isAllowed(value(found)));
    if (match) return value(match);
  }
  return undefined;
}

/** Reads stop loss, take profit and size; what lies outside the possible stays unread. */
export function readTradeTerms(idea: IdeaText): TradeTerms {
  idea.block(otherStops);
  idea.block(targetsInCash);
  const withoutStop = idea.take(noStop) !== null;
  const stop = withoutStop ? undefined : first(idea, [...stops, bareStop], (at) => at >= 0.1 && at <= 90);
  const target = first(idea, [...targets, bareTarget], (at) => at >= 0.1 && at <= 1000);
  // A size by risk needs the stop that the risk is measured to.
  const risk = stop === undefined ? undefined : first(idea, risks, (at) => at >= 0.01 && at <= 20);
  const isShare = (part: number): boolean => part >= 0.1 && part <= 100;
  const size = risk === undefined ? first(idea, sizes, isShare) : undefined;
  const sum =
    size === undefined && risk === undefined ? first(idea, [cashOfEntry], (at) => at >= 1) : undefined;
  return {
    ...(stop === undefined ? {} : { stop }),
    ...(target === undefined ? {} : { target }),
    ...(size === undefined ? {} : { size }),
    ...(sum === undefined ? {} : { cash: sum }),
    ...(risk === undefined ? {} : { risk }),
  };
}
