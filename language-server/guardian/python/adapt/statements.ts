import type { ExceptClause, Expression, ImportedName, Module, Statement, SyntaxOf } from '../syntax.ts';
import { definitionOf } from './definitions.ts';
import {
  assignable,
  expressionOf,
  identifier,
  type Reading,
  single,
  yieldOf,
  yieldOrValue,
} from './expressions.ts';
import { openPatternOf } from './patterns.ts';
import { doubtful, invalid, type Raw, span, splitAt } from './raw.ts';

export function moduleOf(script: Raw, reading: Reading): Module {
  const { start, end } = script;
  return { type: 'Module', start, end, body: statementsOf(script.children, reading) };
}

/** The statements of a module or of a `Body`, whose colon is left out. */
export function statementsOf(nodes: readonly Raw[], reading: Reading): Statement[] {
  const statements: Statement[] = [];
  for (const node of nodes) {
    if (node.name === ':' || node.name === ';') continue;
    if (node.name === 'StatementGroup') statements.push(...statementsOf(node.children, reading));
    else statements.push(statementOf(node, reading));
  }
  return statements;
}

export function bodyOf(body: Raw | undefined, place: Raw, reading: Reading): Statement[] {
  if (body?.name !== 'Body') return invalid(place, 'The block is missing.');
  const statements = statementsOf(body.children, reading);
  return statements.length === 0 ? invalid(place, 'The block is empty.') : statements;
}

function statementOf(raw: Raw, reading: Reading): Statement {
  const { start, end, children } = raw;
  const place = { start, end };
  const optional = (nodes: readonly Raw[]): Expression | undefined =>
    nodes.length === 0 ? undefined : expressionOf(nodes, raw, reading);
  switch (raw.name) {
    case 'ExpressionStatement':
      return { type: 'ExpressionStatement', ...place, value: yieldOrValue(children, raw, reading) };
    case 'YieldStatement':
      return { type: 'ExpressionStatement', ...place, value: yieldOf(raw, reading) };
    case 'AssignStatement':
      return assignment(raw, reading);
    case 'UpdateStatement': {
      const at = children.findIndex(({ name }) => name === 'UpdateOp');
      const sign = children[at];
      const target = assignable(expressionOf(children.slice(0, at), raw, reading));
      if (!sign || !['Name', 'Attribute', 'Subscript'].includes(target.type))
        return invalid(raw, 'This cannot be assigned to.');
      const operator = reading.source.slice(sign.start, sign.end - 1);
      const value = yieldOrValue(children.slice(at + 1), raw, reading);
      return { type: 'AugmentedAssign', ...place, target, operator, value };
    }
    case 'DeleteStatement': {
      const targets = splitAt(children.slice(1), ',').map((group) =>
        assignable(expressionOf(group, raw, reading)),
      );
      return { type: 'Delete', ...place, targets };
    }
    case 'PassStatement':
      return { type: 'Pass', ...place };
    case 'BreakStatement':
      return { type: 'Break', ...place };
    case 'ContinueStatement':
      return { type: 'Continue', ...place };
    case 'ReturnStatement':
      return { type: 'Return', ...place, value: optional(children.slice(1)) };
    case 'RaiseStatement': {
      const [, exception, sign, cause] = children;
      if (sign && (sign.name !== 'from' || children.length > 4)) return invalid(sign, 'This is no Python 3.');
      return {
        type: 'Raise',
        ...place,
        exception: exception && single(exception, reading),
        cause: cause && single(cause, reading),
      };
    }
    case 'AssertStatement': {
      const [test, message] = splitAt(children.slice(1), ',').map((group) =>
        expressionOf(group, raw, reading),
      );
      return test ? { type: 'Assert', ...place, test, message } : invalid(raw, 'A test is missing.');
    }
    case 'ScopeStatement': {
      const kind = children[0]?.name === 'global' ? 'global' : 'nonlocal';
      const names = children.slice(1).filter(({ name }) => name !== ',');
      return { type: 'Scope', ...place, kind, names: names.map((name) => identifier(name, reading)) };
    }
    case 'ImportStatement':
      return importOf(raw, reading);
    case 'IfStatement':
      return conditional(children, place, raw, reading);
    case 'WhileStatement': {
      const [first, second] = clauses(raw, reading);
      if (!first) return invalid(raw, 'The block is missing.');
      const test = expressionOf(first.head, raw, reading);
      return { type: 'While', ...place, test, body: first.body, orElse: second?.body ?? [] };
    }
    case 'ForStatement':
      return loop(raw, reading);
    case 'TryStatement':
      return attempt(raw, reading);
    case 'WithStatement':
      return withOf(raw, reading);
    case 'MatchStatement':
      return matchOf(raw, reading);
    case 'FunctionDefinition':
    case 'ClassDefinition':
    case 'DecoratedStatement':
      return definitionOf(raw, reading);
    case 'PrintStatement':
      return invalid(raw, 'In Python 3, print is a function.');
    case 'TypeDefinition':
      return doubtful(raw, 'Type statements need Python 3.12.');
    default:
      return invalid(raw, 'This is no statement that Guardian knows.');
  }
}

function assignment(raw: Raw, reading: Reading): Statement {
  const { start, end, children } = raw;
  const place = { start, end };
  const groups: Raw[][] = [[]];
  let annotation: Raw | undefined;
  for (const child of children) {
    if (child.name === 'AssignOp') {
      if (reading.source.slice(child.start, child.end) !== '=')
        return invalid(child, 'Write this in brackets.');
      groups.push([]);
    } else if (child.name === 'TypeDef') annotation = child.children.find(({ name }) => name !== ':');
    else groups.at(-1)?.push(child);
  }
  const last = groups.length > 1 ? groups.pop() : undefined;
  const value = last && yieldOrValue(last, raw, reading);
  const targets = groups.map((group) => assignable(expressionOf(group, raw, reading)));
  const [target] = targets;
  if (annotation) {
    if (targets.length !== 1 || !target || !['Name', 'Attribute', 'Subscript'].includes(target.type))
      return invalid(raw, 'Only one target can have a type.');
    return { type: 'AnnotatedAssign', ...place, target, annotation: single(annotation, reading), value };
  }
  return value ? { type: 'Assign', ...place, targets, value } : invalid(raw, 'A value is missing.');
}

function importOf(raw: Raw, reading: Reading): Statement {
  const { start, end, children } = raw;
  const place = { start, end };
  const named = (group: readonly Raw[]): ImportedName => {
    const at = group.findIndex(({ name }) => name === 'as');
    const path = (at < 0 ? group : group.slice(0, at)).filter(({ name }) => name !== '.');
    const alias = at < 0 ? undefined : group[at + 1];
    return {
      type: 'ImportedName',
      ...span(group),
      path: path.map((part) => identifier(part, reading)),
      alias: alias && identifier(alias, reading),
    };
  };
  if (children[0]?.name === 'import')
    return { type: 'Import', ...place, names: splitAt(children.slice(1), ',').map(named) };
  const at = children.findIndex(({ name }) => name === 'import');
  const source = children.slice(1, at);
  const parts = source.filter(({ name }) => name === 'VariableName');
  const first = source.findIndex(({ name }) => name === 'VariableName');
  const list = children.slice(at + 1).filter(({ name }) => name !== '(' && name !== ')');
  const isStar = list[0]?.name === '*';
  return {
    type: 'ImportFrom',
    ...place,
    level: first < 0 ? source.length : first,
    module: parts.map((part) => identifier(part, reading)),
    names: isStar ? [] : splitAt(list, ',').map(named),
    isStar,
  };
}

interface Clause {
  readonly keyword: Raw;
  readonly head: readonly Raw[];
  readonly body: Statement[];
}

/** The parts of a compound statement: a keyword, what stands before the colon, and the block. */
function clauses(raw: Raw, reading: Reading): Clause[] {
  const found: Clause[] = [];
  let waiting: Raw[] = [];
  for (const child of raw.children) {
    if (child.name !== 'Body') {
      waiting.push(child);
      continue;
    }
    const [keyword, ...head] = waiting;
    if (!keyword) return invalid(child, 'A keyword is missing.');
    found.push({ keyword, head, body: bodyOf(child, raw, reading) });
    waiting = [];
  }
  return waiting.length > 0 ? invalid(raw, 'The block is missing.') : found;
}

/** `if` with its `elif`s, each of which is an `if` in the `else` of the one before. */
function conditional(
  children: readonly Raw[],
  place: { start: number; end: number },
  raw: Raw,
  reading: Reading,
): Statement {
  const parts = clauses({ ...raw, children }, reading);
  let orElse: Statement[] = [];
  for (const part of parts.reverse()) {
    if (part.keyword.name === 'else') {
      orElse = part.body;
      continue;
    }
    const { start } = part.keyword;
    const test = expressionOf(part.head, raw, reading);
    const isElif = part.keyword.name === 'elif';
    orElse = [{ type: 'If', start, end: place.end, test, body: part.body, orElse, isElif }];
  }
  return orElse[0] ?? invalid(raw, 'The block is missing.');
}

function loop(raw: Raw, reading: Reading): Statement {
  const { start, end } = raw;
  const isAsync = raw.children[0]?.name === 'async';
  const [first, second] = clauses(isAsync ? { ...raw, children: raw.children.slice(1) } : raw, reading);
  const at = first?.head.findIndex(({ name }) => name === 'in') ?? -1;
  if (!first || at < 0) return invalid(raw, 'The loop is not complete.');
  return {
    type: 'For',
    start,
    end,
    target: assignable(expressionOf(first.head.slice(0, at), raw, reading)),
    iterable: expressionOf(first.head.slice(at + 1), raw, reading),
    body: first.body,
    orElse: second?.body ?? [],
    isAsync,
  };
}

function attempt(raw: Raw, reading: Reading): Statement {
  const { start, end } = raw;
  const [first, ...others] = clauses(raw, reading);
  if (!first) return invalid(raw, 'The block is missing.');
  const handlers: ExceptClause[] = [];
  let orElse: Statement[] = [];
  let finalBody: Statement[] = [];
  for (const { keyword, head, body } of others) {
    if (keyword.name === 'else') orElse = body;
    else if (keyword.name === 'finally') finalBody = body;
    else handlers.push(handlerOf(keyword, head, body, raw, reading));
  }
  return { type: 'Try', start, end, body: first.body, handlers, orElse, finalBody };
}

function handlerOf(
  keyword: Raw,
  head: readonly Raw[],
  body: readonly Statement[],
  raw: Raw,
  reading: Reading,
): SyntaxOf<'ExceptClause'> {
  if (head[0]?.name === '*') return doubtful(head[0], 'except* needs Python 3.11.');
  const at = head.findIndex(({ name }) => name === 'as');
  const types = at < 0 ? head : head.slice(0, at);
  if (types.some(({ name }) => name === ',')) return invalid(keyword, 'Write the types in brackets.');
  const name = at < 0 ? undefined : head[at + 1];
  return {
    type: 'ExceptClause',
    start: keyword.start,
    end: body.at(-1)?.end ?? keyword.end,
    exception: types.length === 0 ? undefined : expressionOf(types, raw, reading),
    name: name && identifier(name, reading),
    body,
  };
}

function withOf(raw: Raw, reading: Reading): Statement {
  const { start, end } = raw;
  const isAsync = raw.children[0]?.name === 'async';
  const [only] = clauses(isAsync ? { ...raw, children: raw.children.slice(1) } : raw, reading);
  if (!only) return invalid(raw, 'The block is missing.');
  const items = splitAt(only.head, ',').map((group) => {
    const at = group.findIndex(({ name }) => name === 'as');
    const target = at < 0 ? undefined : assignable(expressionOf(group.slice(at + 1), raw, reading));
    const context = expressionOf(at < 0 ? group : group.slice(0, at), raw, reading);
    return { type: 'WithItem' as const, ...span(group), context, target };
  });
  return { type: 'With', start, end, items, body: only.body, isAsync };
}

function matchOf(raw: Raw, reading: Reading): Statement {
  const { start, end, children } = raw;
  const body = children.at(-1);
  if (body?.name !== 'MatchBody') return invalid(raw, 'The block is missing.');
  const cases = body.children
    .filter(({ name }) => name === 'MatchClause')
    .map((clause) => {
      const guard = clause.children.find(({ name }) => name === 'Guard')?.children.at(-1);
      const nodes = clause.children.slice(1, guard ? -2 : -1);
      return {
        type: 'MatchCase' as const,
        start: clause.start,
        end: clause.end,
        pattern: openPatternOf(nodes, clause, reading),
        guard: guard && single(guard, reading),
        body: bodyOf(clause.children.at(-1), clause, reading),
      };
    });
  return { type: 'Match', start, end, subject: expressionOf(children.slice(1, -1), raw, reading), cases };
}
