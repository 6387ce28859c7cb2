import { type IdeaText, term } from './ideaText.ts';

const upward = term(
  '>=?|(?<!from )(?:above|over)|from below|up|upwards?|rises|снизу(?: вверх)?|вверх|(?<!с |от )выше|подним\\p{L}*',
);
const downward = term(
  '<=?|(?<!from )(?:below|under|beneath)|from above|down|downwards?|falls|drops|сверху(?: вниз)?|вниз|ниже|опуска\\p{L}*|пада\\p{L}*',
);
/** Farther from its verb a direction belongs to something else. */
const reach = 70;

/** Which way the crossing that is spoken of at `start` goes; null where the text does not say. */
export function directionAfter(idea: IdeaText, start: number): 'up' | 'down' | null {
  const first = (pattern: RegExp): number =>
    idea.matches(pattern).find((match) => match.start >= start && match.start < start + reach)?.start ??
    Number.POSITIVE_INFINITY;
  const [up, down] = [first(upward), first(downward)];
  if (up === down) return null;
  return up < down ? 'up' : 'down';
}
