import type { Argument, DictItem, Expression, Identifier, Name, SyntaxOf } from '../syntax.ts';
import { comprehension } from './comprehensions.ts';
import { parametersOf } from './parameters.ts';
import { doubtful, invalid, type Raw, span, splitAt } from './raw.ts';
import { textOf } from './texts.ts';

/** What is read, and the names that are not written as Python normalises them. */
export interface Reading {
  readonly source: string;
  /** Where a star spreads a value in an index. */
  readonly stars: ReadonlySet<number>;
  /** Receives the place and the normalised form of every name that is written otherwise. */
  unnormalised(place: Raw, name: string): void;
}

const pythonName = /^[\p{XID_Start}_][\p{XID_Continue}]*$/u;

/** The name that Python sees, in the form NFKC. */
export function nameOf(raw: Raw, { source, unnormalised }: Reading): string {
  const written = source.slice(raw.start, raw.end);
  if (written === 'yield') return invalid(raw, 'Write the yield in brackets.');
  const name = written.normalize('NFKC');
  if (!pythonName.test(name)) return invalid(raw, 'This is no name.');
  if (name !== written) unnormalised(raw, name);
  return name;
}

export function identifier(raw: Raw, reading: Reading): Identifier {
  return { type: 'Identifier', start: raw.start, end: raw.end, id: nameOf(raw, reading) };
}

/** An expression that stands in the list `nodes`: with commas a tuple, `*` before an element starred. */
export function expressionOf(nodes: readonly Raw[], place: Raw, reading: Reading): Expression {
  const groups = splitAt(nodes, ',');
  const [first] = groups;
  if (first === undefined) return invalid(place, 'An expression is missing.');
  if (!nodes.some(({ name }) => name === ',')) return element(first, reading);
  const elements = groups.map((group) => element(group, reading));
  return { type: 'Tuple', ...span(nodes), elements };
}

/** What may be a `yield` without a value, which the parser is given as a name. */
export function yieldOrValue(nodes: readonly Raw[], place: Raw, reading: Reading): Expression {
  const [first] = nodes;
  const isYield = first?.name === 'VariableName' && reading.source.slice(first.start, first.end) === 'yield';
  if (!isYield || nodes.length > 1) return expressionOf(nodes, place, reading);
  return { type: 'Yield', ...span(nodes), value: undefined, isFrom: false };
}

/** One element of a list, starred or not; a name and `:=` before it is a named expression. */
export function element(group: readonly Raw[], reading: Reading): Expression {
  const [first, second, third] = group;
  if (first === undefined) return invalid({ start: 0, end: 0 }, 'An expression is missing.');
  if (first.name === '*' && second && group.length === 2)
    return { type: 'Starred', ...span(group), value: single(second, reading) };
  if (second?.name === 'AssignOp' && third && group.length === 3) {
    if (reading.source.slice(second.start, second.end) !== ':=')
      return invalid(second, 'This is no expression.');
    return {
      type: 'NamedExpression',
      ...span(group),
      target: target(first, reading),
      value: single(third, reading),
    };
  }
  if (group.length !== 1) return invalid(span(group), 'This is no expression.');
  return single(first, reading);
}

function target(raw: Raw, reading: Reading): Name {
  const { start, end } = raw;
  if (raw.name !== 'VariableName') return invalid(raw, 'Only a name can be assigned to by :=.');
  return { type: 'Name', start, end, id: nameOf(raw, reading) };
}

/** The part of `children` between brackets. */
function inside({ children }: Raw): readonly Raw[] {
  return children.slice(1, -1);
}

export function single(raw: Raw, reading: Reading): Expression {
  const { start, end, children } = raw;
  const place = { start, end };
  switch (raw.name) {
    case 'VariableName':
      return { type: 'Name', ...place, id: nameOf(raw, reading) };
    case 'Number':
      return numberOf(raw, reading);
    case 'String':
    case 'FormatString':
    case 'ContinuedString':
      return textOf(raw, reading);
    case 'None':
      return { type: 'Singleton', ...place, value: null };
    case 'Boolean':
      return { type: 'Singleton', ...place, value: reading.source.startsWith('True', start) };
    case 'Ellipsis':
      return { type: 'Singleton', ...place, value: 'ellipsis' };
    case 'ParenthesizedExpression':
      return yieldOrValue(inside(raw), raw, reading);
    case 'NamedExpression':
      return element(children, reading);
    case 'TupleExpression':
      return { type: 'Tuple', ...place, elements: elementsOf(raw, reading) };
    case 'ArrayExpression':
      return { type: 'List', ...place, elements: elementsOf(raw, reading) };
    case 'SetExpression':
      return { type: 'Set', ...place, elements: elementsOf(raw, reading) };
    case 'DictionaryExpression':
      return {
        type: 'Dict',
        ...place,
        items: splitAt(inside(raw), ',').map((group) => dictItem(group, reading)),
      };
    case 'ComprehensionExpression':
      return comprehension('generator', inside(raw), raw, reading);
    case 'ArrayComprehensionExpression':
      return comprehension('list', inside(raw), raw, reading);
    case 'SetComprehensionExpression':
      return comprehension('set', inside(raw), raw, reading);
    case 'DictionaryComprehensionExpression':
      return comprehension('dict', inside(raw), raw, reading);
    case 'BinaryExpression':
      return isLogical(raw) ? logical(raw, reading) : binary(raw, reading);
    case 'UnaryExpression': {
      if (isLogical(raw)) return logical(raw, reading);
      const [sign, operand] = children;
      if (!sign || !operand) return invalid(raw, 'An operand is missing.');
      const operator = reading.source.slice(sign.start, sign.end);
      return { type: 'Unary', ...place, operator, operand: single(operand, reading) };
    }
    case 'ConditionalExpression': {
      const [body, , test, , orElse] = children;
      if (!body || !test || !orElse) return invalid(raw, 'A part of the expression is missing.');
      return {
        type: 'Conditional',
        ...place,
        test: single(test, reading),
        body: single(body, reading),
        orElse: single(orElse, reading),
      };
    }
    case 'LambdaExpression': {
      const list = children.find(({ name }) => name === 'ParamList');
      const body = children.at(-1);
      if (!list || !body) return invalid(raw, 'The function is not complete.');
      const parameters = parametersOf(list.children, reading);
      return { type: 'Lambda', ...place, parameters, body: single(body, reading) };
    }
    case 'AwaitExpression': {
      const value = children.at(-1);
      if (!value) return invalid(raw, 'An operand is missing.');
      return { type: 'Await', ...place, value: single(value, reading) };
    }
    case 'YieldExpression':
      return yieldOf(raw, reading);
    case 'CallExpression': {
      const [callee, list] = children;
      if (!callee || !list) return invalid(raw, 'The call is not complete.');
      return { type: 'Call', ...place, callee: single(callee, reading), args: argumentsOf(list, reading) };
    }
    case 'MemberExpression':
      return member(raw, reading);
    default:
      return invalid(raw, 'This is no expression that Guardian knows.');
  }
}

/** `yield`, `yield value` and `yield from value`. */
export function yieldOf(raw: Raw, reading: Reading): SyntaxOf<'Yield'> {
  const { start, end } = raw;
  const isFrom = raw.children[1]?.name === 'from';
  const values = raw.children.slice(isFrom ? 2 : 1);
  const value = values.length === 0 ? undefined : expressionOf(values, raw, reading);
  return { type: 'Yield', start, end, value, isFrom };
}

const numberForm =
  /^(?:0[xX](?:_?[\da-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|0(?:_?0)*|[1-9](?:_?\d)*|(?:\d(?:_?\d)*)?\.\d(?:_?\d)*(?:[eE][+-]?\d(?:_?\d)*)?|\d(?:_?\d)*\.?(?:[eE][+-]?\d(?:_?\d)*)|\d(?:_?\d)*\.|\d(?:_?\d)*(?=[jJ]))[jJ]?$/;

function numberOf(raw: Raw, { source }: Reading): Expression {
  const { start, end } = raw;
  const text = source.slice(start, end);
  if (!numberForm.test(text)) return invalid(raw, 'This is no number.');
  const isImaginary = /[jJ]$/.test(text) && !/^0[xX]/.test(text);
  const value = Number(text.replace(/_/g, '').replace(/[jJ]$/, ''));
  const isInteger = !isImaginary && (/^0[xXoObB]/.test(text) || /^[\d_]+$/.test(text));
  return { type: 'NumberLiteral', start, end, value, isInteger, isImaginary };
}

function elementsOf(raw: Raw, reading: Reading): Expression[] {
  return splitAt(inside(raw), ',').map((group) => element(group, reading));
}

export function dictItem(group: readonly Raw[], reading: Reading): DictItem {
  const [first, second, third] = group;
  const place = span(group);
  if (first?.name === '**' && second && group.length === 2)
    return { type: 'DictItem', ...place, key: undefined, value: single(second, reading) };
  if (!first || second?.name !== ':' || !third || group.length !== 3)
    return invalid(place, 'This is no entry of a dictionary.');
  return { type: 'DictItem', ...place, key: single(first, reading), value: single(third, reading) };
}

/** `and`, `or` and `not`, which the parser does not bind as Python does. */
function isLogical({ name, children }: Raw): boolean {
  if (name === 'UnaryExpression') return children[0]?.name === 'not';
  return name === 'BinaryExpression' && ['and', 'or'].includes(children[1]?.name ?? '');
}

/** Binds `not` first, then `and`, then `or`. */
function logical(raw: Raw, reading: Reading): Expression {
  const parts: Raw[] = [];
  const waiting: Raw[] = [raw];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (isLogical(next)) waiting.push(...[...next.children].reverse());
    else parts.push(next);
  }
  let at = 0;
  const negated = (): Expression => {
    const part = parts[at];
    at += 1;
    if (!part) return invalid(raw, 'An operand is missing.');
    if (part.name !== 'not') return single(part, reading);
    const operand = negated();
    return { type: 'Unary', start: part.start, end: operand.end, operator: 'not', operand };
  };
  const chain = (operator: 'and' | 'or', operand: () => Expression): Expression => {
    let left = operand();
    while (parts[at]?.name === operator) {
      at += 1;
      const right = operand();
      left = { type: 'Boolean', start: left.start, end: right.end, operator, left, right };
    }
    return left;
  };
  const whole = chain('or', () => chain('and', negated));
  return at === parts.length ? whole : invalid(raw, 'This is no expression.');
}

function binary(raw: Raw, reading: Reading): Expression {
  const { start, end, children } = raw;
  const [left, right] = [children[0], children.at(-1)];
  const signs = children.slice(1, -1);
  const [sign] = signs;
  if (!left || !right || !sign) return invalid(raw, 'An operand is missing.');
  if (isLogical(left) || isLogical(right)) return invalid(raw, 'Write the operand in brackets.');
  const operator = signs.map((part) => reading.source.slice(part.start, part.end)).join(' ');
  const operands = { start, end, left: single(left, reading), right: single(right, reading) };
  if (sign.name === 'ArithOp' || sign.name === 'BitOp') return { type: 'Binary', ...operands, operator };
  if (!/^(?:[<>]=?|[!=]=|in|not in|is|is not)$/.test(operator))
    return invalid(sign, 'This is no operator of Python 3.');
  return { type: 'Comparison', ...operands, operator };
}

function member(raw: Raw, reading: Reading): Expression {
  const { start, end, children } = raw;
  const [object, sign, ...rest] = children;
  if (!object || !sign) return invalid(raw, 'The expression is not complete.');
  if (sign.name === '.') {
    const [property] = rest;
    if (property?.name !== 'PropertyName') return invalid(raw, 'A name is missing.');
    return {
      type: 'Attribute',
      start,
      end,
      object: single(object, reading),
      name: identifier(property, reading),
    };
  }
  const nodes = rest.slice(0, -1);
  const items: Expression[] = [];
  let before = sign.end;
  for (const group of splitAt(nodes, ',')) {
    const star = starBetween(before, group[0]?.start ?? before, reading);
    const item = sliceOf(group, reading);
    if (star !== undefined && item.type === 'Slice') return invalid(item, 'This is no slice.');
    items.push(star === undefined ? item : { type: 'Starred', start: star, end: item.end, value: item });
    before = item.end;
  }
  const [only] = items;
  if (only === undefined) return invalid(raw, 'An index is missing.');
  const isTuple = nodes.some(({ name }) => name === ',') || only.type === 'Starred';
  const index: Expression = isTuple ? { type: 'Tuple', ...span(nodes), elements: items } : only;
  return { type: 'Subscript', start, end, object: single(object, reading), index };
}

function starBetween(from: number, to: number, { stars }: Reading): number | undefined {
  if (stars.size === 0) return undefined;
  for (let at = from; at < to; at += 1) if (stars.has(at)) return at;
  return undefined;
}

function sliceOf(group: readonly Raw[], reading: Reading): Expression {
  if (!group.some(({ name }) => name === ':')) return element(group, reading);
  const parts: Raw[][] = [[]];
  for (const child of group) {
    if (child.name === ':') parts.push([]);
    else parts.at(-1)?.push(child);
  }
  const [lower, upper, step] = parts.map((part) => (part.length === 0 ? undefined : element(part, reading)));
  if (parts.length > 3) return invalid(span(group), 'This is no slice.');
  return { type: 'Slice', ...span(group), lower, upper, step };
}

/** The arguments of a call or the bases of a class, with the brackets around them. */
export function argumentsOf(list: Raw, reading: Reading): Argument[] {
  const nodes = inside(list);
  if (nodes.some(({ name }) => name === 'for')) {
    const start = nodes[0]?.start ?? list.start;
    const place = { start, end: nodes.at(-1)?.end ?? list.end };
    const value = comprehension('generator', nodes, { ...list, ...place }, reading);
    return [{ type: 'Argument', ...place, name: undefined, spread: '', value }];
  }
  return splitAt(nodes, ',').map((group): Argument => {
    const [first, second, third] = group;
    const place = span(group);
    if (first && (first.name === '*' || first.name === '**') && second && group.length === 2) {
      const spread = first.name;
      return { type: 'Argument', ...place, name: undefined, spread, value: single(second, reading) };
    }
    const isKeyword = second?.name === 'AssignOp' && reading.source[second.start] === '=';
    if (first?.name === 'VariableName' && isKeyword && third && group.length === 3) {
      const value = single(third, reading);
      return { type: 'Argument', ...place, name: identifier(first, reading), spread: '', value };
    }
    return { type: 'Argument', ...place, name: undefined, spread: '', value: element(group, reading) };
  });
}

/** Refuses what cannot be assigned to. */
export function assignable(node: Expression): Expression {
  switch (node.type) {
    case 'Name':
      if (node.id === '__debug__') return doubtful(node, 'This name cannot be assigned to.');
      return node;
    case 'Attribute':
    case 'Subscript':
      return node;
    case 'Starred':
      assignable(node.value);
      return node;
    case 'Tuple':
    case 'List':
      for (const part of node.elements) assignable(part);
      return node;
    default:
      return invalid(node, 'This cannot be assigned to.');
  }
}
