import type { Parameter } from '../syntax.ts';
import { identifier, type Reading, single } from './expressions.ts';
import { invalid, type Raw, span, splitAt } from './raw.ts';

/** The parameters of a function or lambda, without brackets. What `/` says is left out. */
export function parametersOf(nodes: readonly Raw[], reading: Reading): Parameter[] {
  const parameters: Parameter[] = [];
  let isKeywordOnly = false;
  for (const group of splitAt(nodes, ',')) {
    const [first] = group;
    const stars = first?.name === '*' || first?.name === '**' ? first.name : '';
    const rest = stars === '' ? group : group.slice(1);
    const [name] = rest;
    if (stars === '*') isKeywordOnly = true;
    if (stars === '*' && rest.length === 0) continue;
    if (name?.name !== 'VariableName') return invalid(span(group), 'This is no parameter.');
    const type = rest.find((part) => part.name === 'TypeDef')?.children.find((part) => part.name !== ':');
    const assign = rest.findIndex((part) => part.name === 'AssignOp');
    const byDefault = assign < 0 ? undefined : rest[assign + 1];
    if (assign >= 0 && !byDefault) return invalid(span(group), 'A default is missing.');
    parameters.push({
      type: 'Parameter',
      ...span(group),
      kind: kindOf(stars, isKeywordOnly),
      name: identifier(name, reading),
      annotation: type && single(type, reading),
      byDefault: byDefault && single(byDefault, reading),
    });
  }
  return parameters;
}

function kindOf(stars: '' | '*' | '**', isKeywordOnly: boolean): Parameter['kind'] {
  if (stars === '*') return 'rest';
  if (stars === '**') return 'keywordRest';
  return isKeywordOnly ? 'keywordOnly' : 'plain';
}
