import type { Expression, Pattern } from '../syntax.ts';
import { expressionOf, identifier, type Reading, single } from './expressions.ts';
import { invalid, type Raw, span, splitAt } from './raw.ts';

/** What stands behind `case`: a pattern, or with commas a sequence without brackets. */
export function openPatternOf(nodes: readonly Raw[], place: Raw, reading: Reading): Pattern {
  const [first] = nodes;
  if (!first) return invalid(place, 'A pattern is missing.');
  if (!nodes.some(({ name }) => name === ',')) return patternOf(first, reading);
  return { type: 'SequencePattern', ...span(nodes), patterns: patterns(nodes, ',', reading) };
}

/** A pattern of a `case`. */
export function patternOf(raw: Raw, reading: Reading): Pattern {
  const { start, end, children } = raw;
  const place = { start, end };
  switch (raw.name) {
    case 'CapturePattern': {
      const [name] = children;
      if (!name) return invalid(raw, 'A name is missing.');
      return { type: 'CapturePattern', ...place, pattern: undefined, name: identifier(name, reading) };
    }
    case 'LiteralPattern':
      return { type: 'ValuePattern', ...place, value: literalOf(raw, reading) };
    case 'AttributePattern':
      return { type: 'ValuePattern', ...place, value: dottedName(children, reading) };
    case 'AsPattern': {
      const [pattern, name] = [children[0], children.at(-1)];
      if (!pattern || !name) return invalid(raw, 'The pattern is not complete.');
      return {
        type: 'CapturePattern',
        ...place,
        pattern: patternOf(pattern, reading),
        name: identifier(name, reading),
      };
    }
    case 'OrPattern':
      return { type: 'OrPattern', ...place, patterns: patterns(children, 'LogicOp', reading) };
    case 'SequencePattern':
      return { type: 'SequencePattern', ...place, patterns: patterns(children.slice(1, -1), ',', reading) };
    case 'StarPattern': {
      const name = children.at(-1)?.children[0];
      if (!name) return invalid(raw, 'A name is missing.');
      return { type: 'StarPattern', ...place, name: identifier(name, reading), isMapping: false };
    }
    case 'MappingPattern':
      return mapping(raw, reading);
    case 'ClassPattern': {
      const list = children.at(-1);
      if (!list) return invalid(raw, 'The pattern is not complete.');
      return {
        type: 'ClassPattern',
        ...place,
        className: dottedName(children.slice(0, -1), reading),
        patterns: patterns(list.children.slice(1, -1), ',', reading),
      };
    }
    case 'KeywordPattern': {
      const [name, pattern] = [children[0], children.at(-1)];
      if (!name || !pattern) return invalid(raw, 'The pattern is not complete.');
      return {
        type: 'KeywordPattern',
        ...place,
        name: identifier(name, reading),
        pattern: patternOf(pattern, reading),
      };
    }
    default:
      return invalid(raw, 'This is no pattern that Guardian knows.');
  }
}

function patterns(nodes: readonly Raw[], separator: string, reading: Reading): Pattern[] {
  return splitAt(nodes, separator).map((group) => {
    const [only] = group;
    if (!only || group.length !== 1) return invalid(span(group), 'This is no pattern that Guardian knows.');
    return patternOf(only, reading);
  });
}

function literalOf(raw: Raw, reading: Reading): Expression {
  const [first, second] = raw.children;
  if (first?.name === 'ArithOp' && second && raw.children.length === 2) {
    const operator = reading.source.slice(first.start, first.end);
    return { type: 'Unary', ...span(raw.children), operator, operand: single(second, reading) };
  }
  return expressionOf(raw.children, raw, reading);
}

function dottedName(nodes: readonly Raw[], reading: Reading): Expression {
  const [first, ...parts] = nodes.filter(({ name }) => name !== '.');
  if (first?.name !== 'VariableName') return invalid(span(nodes), 'A name is missing.');
  let expression = single(first, reading);
  for (const part of parts) {
    const name = identifier(part, reading);
    expression = { type: 'Attribute', start: first.start, end: part.end, object: expression, name };
  }
  return expression;
}

function mapping(raw: Raw, reading: Reading): Pattern {
  const { start, end } = raw;
  const keys: Expression[] = [];
  const found: Pattern[] = [];
  for (const group of splitAt(raw.children.slice(1, -1), ',')) {
    const [first, second, third] = group;
    if (first?.name === '**') {
      const name = second?.children[0];
      if (!name) return invalid(raw, 'A name is missing.');
      found.push({ type: 'StarPattern', ...span(group), name: identifier(name, reading), isMapping: true });
      continue;
    }
    if (!first || second?.name !== ':' || !third)
      return invalid(span(group), 'This is no entry of a pattern.');
    const key = patternOf(first, reading);
    if (key.type !== 'ValuePattern') return invalid(first, 'This is no key of a pattern.');
    keys.push(key.value);
    found.push(patternOf(third, reading));
  }
  return { type: 'MappingPattern', start, end, keys, patterns: found };
}
