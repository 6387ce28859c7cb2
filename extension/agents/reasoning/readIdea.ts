import { LabError } from '../../contracts/errors.ts';
import { catalogue } from '../families/catalogue.ts';
import type { Family, FamilyName, Mention, Stated, Wording } from '../families/family.ts';
import { readDirection } from '../idea/actions.ts';
import { IdeaText } from '../idea/ideaText.ts';
import { type Language, type Localised, languageOf } from '../idea/language.ts';
import { readLeftTimeframe, readSymbols, readTimeframe } from '../idea/marketTerms.ts';
import { foreignTopics } from '../idea/topics.ts';
import { readTradeTerms } from '../idea/tradeTerms.ts';
import { coverageOf } from '../idea/vocabulary.ts';
import { unservedForms } from './unservedForms.ts';
import { unsupported } from './unsupported.ts';

export interface IdeaReading {
  readonly language: Language;
  readonly family: Family;
  /** Families that the idea names besides; they play no part. */
  readonly others: readonly FamilyName[];
  /** What the idea states, by parameter. */
  readonly stated: Readonly<Record<string, Stated>>;
  readonly wording: Wording;
  /** Base assets that the idea names. */
  readonly symbols: readonly string[];
  /** Milliseconds of a bar of the chart that it names; null where it names none. */
  readonly timeframe: number | null;
  /** The words that name the chart; empty where it names none. */
  readonly timeframeText: string;
  readonly notUnderstood: string[];
  /** Words understood over words that carry meaning, 0 to 1. */
  readonly coverage: number;
  /** The idea with what was not understood cut out. */
  readonly understood: string;
}

/** Cuts with nothing but signs between them. */
const cuts = /\[\.\.\.\](?:[^\p{L}\p{N}[]|\[\.\.\.\])*/gu;

interface Candidate extends Mention {
  readonly family: Family;
}

/** Families that the idea names, the strongest mention first, then the earliest. */
function candidates(idea: IdeaText): Candidate[] {
  return Object.values(catalogue)
    .map((family) => ({ family, ...family.mention(idea) }))
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight || a.position - b.position);
}

function nothingServable(idea: IdeaText, language: Language): LabError {
  const topics = foreignTopics(idea);
  if (topics.length === 0) {
    return unsupported(language, {
      en: 'The rule-based agent recognises no strategy of its catalogue in the idea.',
      ru: 'Агент на правилах не нашёл в идее ни одной стратегии своего каталога.',
    });
  }
  const names = (of: Language): string => topics.map((topic) => topic[of]).join(', ');
  return unsupported(language, {
    en: `The idea rests on ${names('en')}, which the candles of one market do not hold.`,
    ru: `Идея опирается на то, чего нет в свечах одного рынка: ${names('ru')}.`,
  });
}

function contradicts(language: Language, { title }: Family, asked: Localised): LabError {
  return unsupported(language, {
    en: `The idea asks for the opposite of the catalogue's ${title.en}: ${asked.en}.`,
    ru: `Идея требует обратного стратегии «${title.ru}»: ${asked.ru}.`,
  });
}

function formRefused(language: Language, forms: readonly Localised[]): LabError {
  const names = (of: Language): string => forms.map((form) => form[of]).join(', ');
  return unsupported(language, {
    en: `The idea asks for what no family of the catalogue serves: ${names('en')}.`,
    ru: `Идея требует того, чего нет ни у одной стратегии каталога: ${names('ru')}.`,
  });
}

function onlyNamed(language: Language, { title }: Family, missed: readonly string[]): LabError {
  const [first = ''] = missed;
  return unsupported(language, {
    en: `Of the idea only its likeness to ${title.en} was understood, without a number of its rule; not understood: "${first}".`,
    ru: `В идее понятно только сходство со стратегией «${title.ru}», без единого числа её правила; не понято: «${first}».`,
  });
}

/**
 * Reads an idea, in English or Russian, without regard to a market.
 * @throws LabError `idea.unsupported` where no family can serve it, `usage` for an empty idea
 */
export function readIdea(text: string): IdeaReading {
  const language = languageOf(text);
  const idea = new IdeaText(text);
  if (idea.text.trim() === '') {
    throw new LabError('usage', 'The idea is empty.', {
      action: 'Describe in a sentence when to buy and when to sell.',
    });
  }
  const [chosen, ...rest] = candidates(idea);
  if (chosen === undefined) throw nothingServable(idea, language);
  const { family } = chosen;

  const named = readTimeframe(idea);
  const terms = readTradeTerms(idea);
  const forms = unservedForms(idea, family.name);
  if (forms.length > 0) throw formRefused(language, forms);
  const direction = readDirection(idea);
  const { stated, wording, contradiction } = family.read(idea, direction);
  const timeframe = named ?? readLeftTimeframe(idea);
  const symbols = readSymbols(idea);
  if (contradiction) throw contradicts(language, family, contradiction);
  if (family.longOnly && direction !== 'long') {
    throw contradicts(language, family, { en: 'it trades short', ru: 'она торгует в короткую' });
  }

  const { notUnderstood, gaps, share } = coverageOf(idea);
  // With every number of the rule a usual one, the strategy would be the agent's idea and not the person's.
  if (notUnderstood.length > 0 && Object.keys(stated).length === 0) {
    throw onlyNamed(language, family, notUnderstood);
  }
  let understood = '';
  let from = 0;
  for (const gap of gaps) {
    understood += `${idea.clean.slice(from, gap.start)}[...]`;
    from = gap.end;
  }
  return {
    language,
    family,
    // A single word such as `average` belongs to several families and is no second idea.
    others: rest.filter(({ weight }) => weight >= 2).map(({ family: { name } }) => name),
    stated: { ...stated, ...terms },
    wording: { average: 'simple', exit: 'middle', entry: 'reach', ...wording, direction },
    symbols,
    timeframe: timeframe?.bar ?? null,
    timeframeText:
      timeframe === null ? '' : idea.clean.slice(timeframe.place.start, timeframe.place.end).trim(),
    notUnderstood,
    coverage: share,
    understood: (understood + idea.clean.slice(from)).replace(cuts, ' [...] ').trim(),
  };
}
