import { clauses } from './actions.ts';
import { type IdeaText, type Span, term } from './ideaText.ts';

/** Words that carry no rule of their own: they are neither understood nor missed. */
const filler = term(
  'a|an|the|i|we|you|me|my|our|it|its|this|that|is|are|be|been|am|was|will|would|should|could|can|let|lets|' +
    'want|wants|like|please|try|do|does|make|made|test|build|create|write|give|using|use|uses|used|with|of|for|' +
    'on|in|at|by|to|into|from|as|so|then|and|or|when|whenever|if|once|while|each|again|here|there|just|only|also|' +
    'strategy|strategies|system|idea|bot|algorithm|trade|trades|trading|trader|market|markets|price|prices|coin|' +
    'coins|crypto|asset|position|positions|order|orders|signal|signals|rule|rules|based|simple|entry|entries|open|' +
    'buy|buys|buying|bought|sell|sells|selling|sold|long|longs|go|going|enter|enters|exit|exits|close|closes|cover|' +
    'get|out|back|one|ones|line|lines|level|levels|value|values|goes|gets|comes|becomes|hits|touches|reaches|' +
    'indicator|indicators|classic|standard|default|last|past|previous|everything|else|otherwise|set|limit|' +
    'я|мы|ты|мне|мой|моя|это|этот|эта|то|он|она|оно|его|ее|их|быть|будет|хочу|хотим|нужно|надо|можно|пусть|давай|' +
    'пожалуйста|сделай|ограничь|ограничивай|фиксируй|ставь|поставь|иначе|напиши|проверь|протестируй|используй|использовать|используя|с|со|в|во|на|при|по|до|от|из|за|' +
    'к|ко|у|о|об|для|и|или|а|же|что|чтобы|как|когда|если|только|так|тогда|потом|затем|снова|каждый раз|все|раз|' +
    'стратеги\\p{L}*|систем\\p{L}*|иде[яиюей]|бот\\p{L}?|алгоритм\\p{L}*|торг\\p{L}*|сделк\\p{L}*|рын\\p{L}*|цен[аеуыой]{1,2}|' +
    'монет\\p{L}*|актив\\p{L}{0,2}|позици\\p{L}*|ордер\\p{L}{0,2}|сигнал\\p{L}{0,2}|правил\\p{L}*|вход\\p{L}*|выход\\p{L}*|' +
    'войти|выйти|покуп\\p{L}*|купи\\p{L}*|куплю|прода\\p{L}*|лонг\\p{L}{0,2}|откры\\p{L}*|закры\\p{L}*|закро\\p{L}*|' +
    'лини\\p{L}{1,3}|уровн\\p{L}*|уровень|значени\\p{L}*|индикатор\\p{L}*|становится|будет|обратно|последн\\p{L}*',
);

const anyWord = /[\p{L}\p{N}][\p{L}\p{N}'_]*(?:[.,][\p{N}]+)?/gu;
const mostFragments = 20;
const longestFragment = 200;

export interface Coverage {
  /** Parts of the idea that were not understood, in order, each cut to 200 characters. */
  readonly notUnderstood: string[];
  /** The same parts as spans of the text; all of them. */
  readonly gaps: readonly Span[];
  /** Words understood over words that carry meaning, 0 to 1. */
  readonly share: number;
}

/**
 * What was left over: in a clause of which something was read, its words from the first to the last
 * that was not; else the whole clause, for half a condition means nothing.
 */
export function coverageOf(idea: IdeaText): Coverage {
  const fillers = new Set(idea.matches(filler).flatMap(({ start, end }) => range(start, end)));
  const words = idea.matches(anyWord);
  const isMissed = (word: Span): boolean => !idea.isUnderstood(word) && !fillers.has(word.start);
  const missed = words.filter(isMissed);
  const understood = words.filter((word) => idea.isUnderstood(word)).length;

  const gaps = clauses(idea).flatMap((clause): Span[] => {
    const inside = missed.filter(({ start, end }) => start >= clause.start && end <= clause.end);
    const [first] = inside;
    const last = inside.at(-1);
    if (first === undefined || last === undefined) return [];
    return [idea.wasRead(clause) ? { start: first.start, end: last.end } : clause];
  });
  const notUnderstood = gaps
    .map(({ start, end }) => idea.clean.slice(start, end).replace(/\s+/gu, ' ').trim())
    .filter((text) => text !== '')
    .map((text) => (text.length > longestFragment ? `${text.slice(0, longestFragment - 1)}…` : text));
  const total = understood + missed.length;
  return {
    notUnderstood: notUnderstood.slice(0, mostFragments),
    gaps,
    share: total === 0 ? 0 : understood / total,
  };
}

function range(start: number, end: number): number[] {
  return Array.from({ length: end - start }, (_, i) => start + i);
}
