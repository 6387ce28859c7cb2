import { type IdeaText, type Span, term } from './ideaText.ts';

export type Side = 'buy' | 'sell';

const notAnAverage =
  '(?![\\s-]{0,2}(?:term|period|moving|averages?|ma|sma|ema|one|window|cross\\p{L}*|длин))';

const buying = term(
  `buy|buys|buying|bought|(?<!the )longs?${notAnAverage}|enter|enters|cover|covers|purchase|accumulate|invest|` +
    'покуп\\p{L}*|купи\\p{L}*|куплю|лонг\\p{L}*|беру|бери|брать|откуп\\p{L}*|вход|входи\\p{L}*|войти|заходи\\p{L}*',
);
/** `close` sells only as a verb: `a close above`, `closes below` and `the close` are prices. */
const selling = term(
  `sell|sells|selling|sold|exit|exits|liquidate|take profits?|(?<!the )short(?:s|ing)?${notAnAverage}|` +
    '(?<!the |price |a |last )close(?=\\s+(?:the|it|position|positions|long|short|out|all|at|on|when|if))|' +
    'прода\\p{L}*|шорт\\p{L}*|закры\\p{L}*|закро\\p{L}*|выход\\p{L}*|выйти|фиксир\\p{L}*',
);

interface Action extends Span {
  readonly side: Side;
}

/** Where the text says to buy or to sell, in order. */
export function actions(idea: IdeaText): Action[] {
  const of = (pattern: RegExp, side: Side): Action[] =>
    idea.matches(pattern).map(({ start, end }) => ({ start, end, side }));
  return [...of(buying, 'buy'), ...of(selling, 'sell')].sort((a, b) => a.start - b.start);
}

const conditions = term('when|whenever|if|once|as soon as|когда|если|как только|при');
const clauseEnd = /[;\n!?]|[.,](?!\d)|(?<!\p{L})(?:and|then|but|и|а|но|затем|потом)(?!\p{L})/gu;

/** Borders of clauses; the `and` of `buy and sell` is none. */
function borders(idea: IdeaText): Span[] {
  const all = actions(idea);
  return idea.matches(clauseEnd).filter(({ start, end }) => {
    const joinsActions =
      all.some((action) => action.end === start - 1) && all.some((action) => action.start === end + 1);
    return !joinsActions;
  });
}

/** The text cut at its clause borders. */
export function clauses(idea: IdeaText): Span[] {
  const all = borders(idea);
  const starts = [0, ...all.map(({ end }) => end)];
  const ends = [...all.map(({ start }) => start), idea.text.length];
  return starts.map((start, i) => ({ start, end: ends[i] ?? start })).filter(({ start, end }) => end > start);
}

/**
 * What the text says to do on the condition at `place`: the action of the same clause, else the nearest
 * one on the side where this idea writes its actions (`buy when ...`, or `when ..., buy`). Null where
 * the clause names both, or none can be tied to it.
 */
export function sideAt(idea: IdeaText, place: Span): Side | null {
  const all = actions(idea);
  const cut = clauses(idea);
  const at = cut.findIndex(({ end }) => end > place.start);
  const clause = cut[at];
  const here = all.filter(({ start }) => clause && start >= clause.start && start < clause.end);
  const [first] = here;
  if (first !== undefined) return here.every(({ side }) => side === first.side) ? first.side : null;
  const condition = idea.matches(conditions)[0]?.start;
  if (condition === undefined) {
    // `RSI above 70, sell`: the clause that follows is the action and nothing else.
    const next = cut[at + 1];
    const alone = next && all.find(({ start, end }) => start >= next.start && end <= next.end);
    const isAlone = alone && idea.text.slice(next.start, next.end).trim().length === alone.end - alone.start;
    if (isAlone) return alone.side;
  }
  if ((all[0]?.start ?? place.start) < Math.min(condition ?? place.start, place.start)) {
    return all.findLast(({ start }) => start < place.start)?.side ?? null;
  }
  return condition !== undefined && condition <= place.start
    ? (all.find(({ start }) => start >= place.start)?.side ?? null)
    : null;
}

const shorts = `(?<!the )short(?:s|ing|ed)?${notAnAverage}|шорт\\p{L}*|в короткую|на понижение`;
const longWords = term(
  `(?<!the )longs?${notAnAverage}|buy(?! back)(?! to cover)|покуп\\p{L}*|купи\\p{L}*|лонг\\p{L}*|` +
    'both (?:directions|ways|sides)|в обе стороны',
);
const noShorts = term(
  `(?:no|not|never|don't|do not|without|avoid)\\s+(?:\\p{L}+\\s+){0,2}(?:${shorts})|` +
    '(?:не|без|никаких|никогда не)\\s+(?:\\p{L}+\\s+)?шорт\\p{L}*|' +
    'long[\\s-]only|only (?:go )?longs?|только\\s+(?:в\\s+)?(?:лонг\\p{L}*|покуп\\p{L}*)',
);
const onlyShorts = term('short[\\s-]only|only (?:go )?short|только\\s+(?:в\\s+)?шорт\\p{L}*');
const bothWays = term(
  '(?:in )?both (?:directions|ways|sides)|(?:both )?long and short|long or short|long\\/short|' +
    'в обе стороны|лонг и шорт|в лонг и (?:в )?шорт',
);
const short = term(`(?:(?:go|sell|open|and|enter)\\s+)?(?:${shorts})`);

export type Direction = 'long' | 'short' | 'both';

/** Which sides the idea trades: long alone unless it asks for short positions. */
export function readDirection(idea: IdeaText): Direction {
  if (idea.take(noShorts)) return 'long';
  if (idea.take(onlyShorts)) return 'short';
  if (idea.take(bothWays)) return 'both';
  const first = idea.take(short);
  if (!first) return 'long';
  idea.know(short);
  return idea.matches(longWords).some(({ start }) => start < first.start || start >= first.end)
    ? 'both'
    : 'short';
}
