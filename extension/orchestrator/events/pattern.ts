import { canonicalType } from '../../contracts/events.ts';

/**
 * Tells whether a type fits a pattern of segments between dots. `*` alone fits every type; at the end of a
 * pattern it stands for one segment or more, elsewhere for exactly one; all else is meant to the letter. A
 * pattern without a star may be an alias. Throws an Error for what is no pattern.
 */
export function matcher(pattern: string): (type: string) => boolean {
  const wanted = canonicalType(pattern).split('.');
  if (wanted.some((segment) => !/^(\*|[a-z0-9_-]+)$/.test(segment))) {
    throw new Error(`${JSON.stringify(pattern)} is no pattern of event types.`);
  }
  const isOpen = wanted.at(-1) === '*';
  return (type) => {
    const segments = type.split('.');
    if (isOpen ? segments.length < wanted.length : segments.length !== wanted.length) return false;
    return wanted.every((segment, index) => segment === '*' || segment === segments[index]);
  };
}

/** Tells whether a type fits one of several patterns. */
export function anyMatcher(patterns: readonly string[]): (type: string) => boolean {
  const matchers = patterns.map(matcher);
  return (type) => matchers.some((matches) => matches(type));
}
