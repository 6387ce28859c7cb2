import type { FamilyName } from '../families/family.ts';
import { triple } from '../families/movingAverageCross.ts';
import { type IdeaText, term } from '../idea/ideaText.ts';
import type { Localised } from '../idea/language.ts';
import { percent } from '../idea/numbers.ts';

interface UnservedForm {
  readonly words: RegExp;
  readonly name: Localised;
}

const part =
  '(?:a |one )?(?:half|third|quarter|part)|половин\\p{L}*|треть|четверт\\p{L}*|част\\p{L}{1,2}|полпозиции';

/** Rules whose words resemble a family's and whose trades would be others, even its opposite. */
const anywhere: readonly UnservedForm[] = [
  { words: triple, name: { en: 'three averages at once', ru: 'три средние сразу' } },
  {
    words: term('squeezes?|сжати\\p{L}*'),
    name: { en: 'a squeeze of the bands', ru: 'сжатие полос' },
  },
  {
    words: term(
      `(?:sell|close|exit|take|unload|прода\\p{L}*|закр\\p{L}*|фиксир\\p{L}*)\\s+(?:${part}|(?:${percent})\\s+(?:of\\s+)?(?:(?:the|my)\\s+)?(?:position|позици\\p{L}*))|` +
        '(?:the\\s+)?rest\\s+(?:at|on|when|above|below)|остальн\\p{L}*|остаток',
    ),
    name: { en: 'an exit in parts', ru: 'выход частями' },
  },
  {
    words: term('(?:[a-z]{2,6}\\/[a-z]{2,6}|price|symbol|pair)\\s+ratios?|ratio\\s+(?:of|between)'),
    name: { en: 'the ratio of two symbols', ru: 'отношение двух инструментов' },
  },
];

/** A fall that is stated in percent; one that was read as a stop loss is none. */
const fallInPercent = [
  term(
    '(?:falls?|drops?|dips?|declines?|down|loses|пада\\p{L}*|упад\\p{L}*|упал\\p{L}*|просе\\p{L}*|просад\\p{L}*|сниз\\p{L}*|сниж\\p{L}*)' +
      `\\s+(?:(?:by|of|more than|at least|на|более чем)\\s+)*(?:${percent})`,
  ),
  term(
    `(?:${percent})\\s+(?:below|under|off|from|down from|ниже|от)\\s[^,.;]{0,25}?(?:highs?|peak|top|максимум\\p{L}*|хай\\p{L}*)`,
  ),
];

/** Names of the forms in the idea that no family can serve. To be asked after stops have been read. */
export function unservedForms(idea: IdeaText, family: FamilyName): Localised[] {
  const names = anywhere.filter(({ words }) => idea.has(words)).map(({ name }) => name);
  // A grid is a ladder of such falls.
  if (family !== 'grid' && fallInPercent.some((pattern) => idea.take(pattern) !== null)) {
    names.push({ en: 'a fall in percent as the entry', ru: 'вход после падения в процентах' });
  }
  return names;
}
