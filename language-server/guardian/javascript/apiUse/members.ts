import type { Found } from '../../rule.ts';
import { changingMethods } from '../members.ts';
import { type ApiType, apiMembers, apiName, elementOf, suggestion } from '../strategyApi.ts';
import type { Subject } from '../subject.ts';
import { isFunction, type Syntax, type SyntaxOf } from '../tree.ts';
import type { Atom } from '../values.ts';

const arithmetic = new Set(['+', '-', '*', '/', '%', '**', '<', '<=', '>', '>=', '==', '===', '!=', '!==']);

/** Members and values of the strategy API that are used wrongly. */
export function checkApi(subject: Subject, found: Found): void {
  checkMembers(subject, found);
  checkSeries(subject, found);
  checkCrossings(subject, found);
  checkSetupPlaces(subject, found);
}

function typesOf(value: Iterable<Atom>): ApiType[] | undefined {
  const types: ApiType[] = [];
  for (const atom of value) {
    if (atom.kind !== 'api') return undefined;
    types.push(atom.type);
  }
  return types.length > 0 ? types : undefined;
}

function checkMembers(subject: Subject, found: Found): void {
  const { strategy, flow } = subject;
  for (const { base, name, key, object } of subject.accesses) {
    const types = typesOf(base);
    if (!types) continue;
    if (name === undefined || /^-?\d+$/.test(name)) {
      const isIndex = name !== undefined || [...flow.evaluate(key)].some(({ kind }) => kind === 'number');
      if (isIndex && types.every((type) => apiName(type) === 'Series')) {
        found(key, 'A series is not read by an index.', {
          advice: 'Write ago(1) for the bar before.',
        });
      }
      continue;
    }
    const unknownIn = types.find((type) => !isMember(subject, type, name));
    if (!unknownIn) continue;
    if (unknownIn === 'Params') {
      const names = [...(strategy.parameters?.keys() ?? [])];
      const meant = suggestion('params', name, names);
      found(key, `The strategy declares no parameter ${name}.`, {
        advice:
          meant === undefined
            ? 'Declare it under params.'
            : `Did you mean ${meant}? Else declare it under params.`,
      });
      continue;
    }
    const names = Object.keys(apiMembers[unknownIn]);
    const meant = suggestion(apiName(unknownIn), name, names);
    const isPlain = object !== undefined && meant !== undefined;
    found(key, `${apiName(unknownIn)} has no member ${name}.`, {
      advice: adviceFor(unknownIn, name, meant, names),
      ...(isPlain ? { fix: { title: `Write ${meant}`, newText: meant } } : {}),
    });
  }
}

function isMember({ strategy }: Subject, type: ApiType, name: string): boolean {
  if (type === 'Params') return strategy.parameters?.has(name) ?? true;
  return Object.hasOwn(apiMembers[type], name);
}

function adviceFor(type: ApiType, name: string, meant: string | undefined, names: readonly string[]): string {
  if (type === 'NextContext' && name === 'indicators')
    return 'Make indicators in setup and return them: next gets them as its second argument.';
  if (type === 'NextContext' && (name === 'plot' || name === 'timeframe'))
    return `${name} is given to setup, not to next.`;
  if (type === 'SetupContext' && Object.hasOwn(apiMembers.NextContext, name))
    return `${name} is given to next, not to setup.`;
  if (type === 'SetupMarket' && Object.hasOwn(apiMembers.Market, name))
    return `${name} belongs to the markets that next is given.`;
  if (type === 'Market' && Object.hasOwn(apiMembers.SetupMarket, name))
    return `Take ${name} of the markets that setup is given, and return what it makes.`;
  if (elementOf(type) && changingMethods.has(name) && meant === undefined)
    return 'The list cannot be changed: copy it first, as [...markets].';
  return meant === undefined ? `It has ${names.join(', ')}.` : `Write ${meant}.`;
}

/** A series in place of its value: `fast > slow`. */
function checkSeries(subject: Subject, found: Found): void {
  const { tree, flow } = subject;
  for (const node of tree.all('BinaryExpression')) {
    if (!arithmetic.has(node.operator)) continue;
    for (const side of [node.left, node.right]) {
      const types = typesOf(flow.evaluate(side));
      if (!types || isSameObject(subject, node, types)) continue;
      const text = subject.source.slice(side.start, side.end);
      const isSeries = types.every((type) => apiName(type) === 'Series');
      const isPlain = side.type === 'Identifier' || side.type === 'MemberExpression';
      const message = `${subject.text(side)} is ${isSeries ? 'a series' : `an object (${apiName(types[0] ?? 'Bar')})`} and no number.`;
      found(side, message, {
        advice: isSeries ? 'Write .value for the bar that has just closed.' : 'Use one of its members.',
        ...(isSeries && isPlain ? { fix: { title: 'Take its value', newText: `${text}.value` } } : {}),
      });
    }
  }
}

/** `market === markets[0]` and `market !== undefined` compare objects and no numbers. */
function isSameObject({ flow }: Subject, node: SyntaxOf<'BinaryExpression'>, types: ApiType[]): boolean {
  if (!/^[!=]==?$/.test(node.operator) || types.some((type) => apiName(type) === 'Series')) return false;
  return [node.left, node.right].every((side) =>
    [...flow.evaluate(side)].every(({ kind }) => kind === 'api' || kind === 'plain' || kind === 'unknown'),
  );
}

/** Two numbers never cross. */
function checkCrossings(subject: Subject, found: Found): void {
  const { tree, flow } = subject;
  for (const node of tree.all('CallExpression')) {
    const isCrossing = [...flow.evaluate(node.callee)].some(
      (atom) => atom.kind === 'export' && atom.name.startsWith('cross'),
    );
    if (!isCrossing) continue;
    const sides = node.arguments.map((argument) => [...flow.evaluate(argument)]);
    if (sides.length !== 2) {
      found(node, `A crossing is between two series, not ${sides.length}.`, {
        advice: 'Give it two arguments.',
      });
    } else if (sides.every((side) => side.length > 0 && side.every(({ kind }) => kind === 'number'))) {
      found(node, 'Two numbers never cross: at least one side must be a series.', {
        advice: 'Leave out .value: crossAbove(fast, slow).',
      });
    }
  }
}

/** Indicators are made, timeframes taken and plots declared before the first bar. */
function checkSetupPlaces({ tree, flow, strategy }: Subject, found: Found): void {
  for (const node of tree.all('CallExpression')) {
    const inside = innerMost(node);
    if (!inside || !strategy.perBar.has(inside) || strategy.atStart.has(inside)) continue;
    const callee = [...flow.evaluate(node.callee)].filter((atom) => atom.kind === 'apiMethod');
    if (callee.some(({ owner }) => owner === 'Indicators')) {
      found(node, 'An indicator is made on every bar.', {
        advice: 'Make it in setup and return it.',
      });
    } else if (callee.some(({ owner, name }) => owner === 'SetupContext' && name === 'plot')) {
      found(node, 'A plot is declared on every bar.', {
        advice: 'Call plot in setup; the values of its series are shown for every bar.',
      });
    } else if (callee.some(({ name }) => name === 'timeframe')) {
      found(node, 'A higher timeframe is taken on every bar.', {
        advice: 'Call timeframe in setup, and return its series.',
      });
    }
  }

  function innerMost(
    node: Syntax,
  ): SyntaxOf<'FunctionDeclaration' | 'FunctionExpression' | 'ArrowFunctionExpression'> | undefined {
    const inside = tree.enclosingFunction(node);
    return inside && isFunction(inside) ? inside : undefined;
  }
}
