import type { Expression, Statement } from '../syntax.ts';
import { argumentsOf, identifier, type Reading, single } from './expressions.ts';
import { parametersOf } from './parameters.ts';
import { doubtful, invalid, type Raw } from './raw.ts';
import { bodyOf } from './statements.ts';

/** A function or a class, decorated or not. */
export function definitionOf(raw: Raw, reading: Reading): Statement {
  if (raw.name !== 'DecoratedStatement') return define(raw, [], reading);
  const definition = raw.children.at(-1);
  if (!definition) return invalid(raw, 'A definition is missing.');
  const decorators = raw.children.slice(0, -1).map((decorator) => decoratorOf(decorator, reading));
  return define(definition, decorators, reading);
}

function decoratorOf(raw: Raw, reading: Reading): Expression {
  const parts = raw.children.filter(({ name }) => name !== 'At' && name !== '.' && name !== '@');
  const [first, ...rest] = parts;
  if (!first) return invalid(raw, 'A decorator is missing.');
  let expression = single(first, reading);
  for (const part of rest) {
    const place = { start: first.start, end: part.end };
    expression =
      part.name === 'ArgList'
        ? { type: 'Call', ...place, callee: expression, args: argumentsOf(part, reading) }
        : { type: 'Attribute', ...place, object: expression, name: identifier(part, reading) };
  }
  return expression;
}

function define(raw: Raw, decorators: readonly Expression[], reading: Reading): Statement {
  const { start, end, children } = raw;
  const part = (name: string) => children.find((child) => child.name === name);
  const typeParameters = part('TypeParamList');
  if (typeParameters) return doubtful(typeParameters, 'Type parameters need Python 3.12.');
  const name = part('VariableName');
  if (!name) return invalid(raw, 'A name is missing.');
  const body = bodyOf(part('Body'), raw, reading);
  const common = { start, end, name: identifier(name, reading), decorators, body };
  if (raw.name === 'ClassDefinition') {
    const bases = part('ArgList');
    return { type: 'ClassDefinition', ...common, bases: bases ? argumentsOf(bases, reading) : [] };
  }
  const list = part('ParamList');
  const type = part('TypeDef')?.children.find((child) => child.name !== ':' && child.name !== '->');
  return {
    type: 'FunctionDefinition',
    ...common,
    parameters: list ? parametersOf(list.children.slice(1, -1), reading) : [],
    returns: type && single(type, reading),
    isAsync: children[0]?.name === 'async',
  };
}
