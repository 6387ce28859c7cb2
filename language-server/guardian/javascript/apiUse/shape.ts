import type { Found } from '../../rule.ts';
import { objectsOf, orderCalls } from '../orderCalls.ts';
import {
  exclusiveOptions,
  orderOptions,
  parameterFields,
  parameterName,
  strategyFields,
  suggestion,
} from '../strategyApi.ts';
import { objectOf, propertyOf } from '../strategyShape.ts';
import type { Subject } from '../subject.ts';
import type { SyntaxOf } from '../tree.ts';
import { checkOrderNumber, checkOrderValues } from './orderValues.ts';

const atFirst = { start: 0, end: 0 };
const example = 'End the file with export default defineStrategy({ name, params, setup, next }).';

/** The shape of the declaration, and the arguments of orders. */
export function checkShape(subject: Subject, found: Found): void {
  checkDeclaration(subject, found);
  checkParameters(subject, found);
  checkOrders(subject, found);
}

function checkDeclaration(subject: Subject, found: Found): void {
  const { strategy, folder, flow } = subject;
  const { exported, definition } = strategy;
  if (!exported) {
    found(atFirst, 'The file has no default export.', { advice: example });
    return;
  }
  const exports = [...flow.evaluate(exported)];
  if (!exports.some(({ kind }) => kind === 'strategy')) {
    found(exported, 'The default export is not made by defineStrategy.', { advice: example });
    return;
  }
  if (!definition) return;
  const hasSpread = definition.properties.some(({ type }) => type === 'SpreadElement');
  for (const field of ['name', 'setup', 'next'] as const) {
    const property = propertyOf(definition, field, folder);
    if (!property) {
      const place = { start: definition.start, end: definition.start + 1 };
      if (!hasSpread) found(place, `The strategy has no ${field}.`, { advice: example });
      continue;
    }
    const value = [...flow.evaluate(property.value)];
    const isGood =
      field === 'name'
        ? value.some(({ kind }) => kind === 'text')
        : value.some(({ kind }) => kind === 'function' || kind === 'unknown');
    if (value.length > 0 && !isGood) {
      found(property.value, `${field} must be a ${field === 'name' ? 'text' : 'function'}.`, {
        advice: example,
      });
    }
    if (field === 'name' && folder.text(property.value)?.trim() === '') {
      found(property.value, 'The name is empty.', { advice: 'Give the strategy a name.' });
    }
    for (const atom of value) {
      if (atom.kind === 'function' && (atom.node.async || atom.node.generator)) {
        found(property.key, `${field} must answer at once.`, {
          advice: 'Make it a plain function.',
        });
      }
    }
  }
  checkPropertyNames(subject, found, definition, 'strategy', strategyFields, 'A strategy');
}

/** Reports the properties of an object that have other names than the API knows. */
export function checkPropertyNames(
  { folder }: Subject,
  found: Found,
  object: SyntaxOf<'ObjectExpression'>,
  group: string,
  names: readonly string[],
  what: string,
): void {
  for (const property of object.properties) {
    if (property.type !== 'Property') continue;
    const name = folder.key(property);
    if (name === undefined || names.includes(name)) continue;
    const meant = suggestion(group, name, names);
    const isPlain = meant !== undefined && !property.shorthand && !property.method && !property.computed;
    found(property.key, `${what} takes no ${name}.`, {
      advice: meant === undefined ? `It takes ${names.join(', ')}.` : `Write ${meant}.`,
      ...(isPlain ? { fix: { title: `Write ${meant}`, newText: meant } } : {}),
    });
  }
}

function checkParameters(subject: Subject, found: Found): void {
  const { strategy, folder, flow } = subject;
  for (const { name, node, min, max } of strategy.parameters?.values() ?? []) {
    if (!parameterName.test(name)) {
      found(node.key, `${name} is no name for a parameter.`, {
        advice: 'Use up to 40 Latin letters, digits and _.',
      });
    }
    const object = objectOf(node.value, flow);
    if (!object) {
      const isPlain = [...flow.evaluate(node.value)].every(
        ({ kind }) => kind === 'number' || kind === 'text' || kind === 'plain',
      );
      if (isPlain)
        found(node.value, `The parameter ${name} is not declared by an object.`, {
          advice: 'Write { type, default, min, max }.',
        });
      continue;
    }
    checkPropertyNames(subject, found, object, 'parameter', parameterFields, 'A parameter');
    if (object.properties.some(({ type }) => type === 'SpreadElement')) continue;
    for (const field of ['type', 'default', 'min', 'max']) {
      if (propertyOf(object, field, folder)) continue;
      const place = { start: object.start, end: object.start + 1 };
      found(place, `The parameter ${name} has no ${field}.`, {
        advice: 'Write { type, default, min, max }.',
      });
    }
    const typeNode = propertyOf(object, 'type', folder)?.value;
    const type = typeNode && folder.text(typeNode);
    if (typeNode && type !== undefined && type !== 'integer' && type !== 'number') {
      found(typeNode, `There is no parameter type '${type}'.`, {
        advice: "Write 'integer' or 'number'.",
      });
    }
    const valueNode = propertyOf(object, 'default', folder)?.value;
    const value = valueNode && folder.number(valueNode);
    if (!valueNode || value === undefined) continue;
    if ((min !== undefined && value < min) || (max !== undefined && value > max)) {
      found(valueNode, `The default of ${name} lies outside of its bounds.`, {
        advice: 'Keep min <= default <= max.',
      });
    } else if (
      type === 'integer' &&
      [value, min ?? 0, max ?? 0].some((number) => !Number.isInteger(number))
    ) {
      found(valueNode, `The integer ${name} has a bound or default that is none.`, {
        advice: "Use whole numbers, or the type 'number'.",
      });
    }
  }
}

function checkOrders(subject: Subject, found: Found): void {
  const { folder } = subject;
  for (const call of orderCalls(subject)) {
    const { node, method } = call;
    if (['cancel', 'replace', 'isOpen'].includes(method)) checkOrderNumber(subject, found, call);
    const known = orderOptions[method];
    const options = node.arguments[method === 'replace' ? 1 : 0];
    if (!known) continue;
    if (!options) {
      if (method !== 'protect' && method !== 'replace') continue;
      found(node, `orders.${method} needs at least one option.`, {
        advice: `It takes ${known.join(', ')}.`,
      });
      continue;
    }
    if ([...subject.flow.evaluate(options)].some(({ kind }) => kind === 'number' || kind === 'text')) {
      found(options, `orders.${method} takes an object of options.`, {
        advice: `It takes { ${known[0]}: ... }.`,
      });
    }
    for (const object of objectsOf(subject, options) ?? []) {
      checkPropertyNames(subject, found, object, 'entry', known, `orders.${method}`);
      const given = (names: readonly string[]): SyntaxOf<'Property'>[] =>
        names.flatMap((name) => propertyOf(object, name, folder) ?? []);
      for (const group of exclusiveOptions) {
        const names = group.filter((name) => known.includes(name));
        const [, second] = given(names);
        if (second)
          found(second.key, `An order takes one of ${names.join(', ')}.`, {
            advice: 'Leave one of them out.',
          });
      }
      const [risk] = given(['riskPercent']);
      const hasSpread = object.properties.some(({ type }) => type === 'SpreadElement');
      if (risk && !hasSpread && given(['stopLoss', 'stopLossPercent']).length === 0) {
        found(risk.key, 'riskPercent needs a stop loss to compute the size.', {
          advice: 'Add stopLoss or stopLossPercent.',
        });
      }
      checkOrderValues(subject, found, method, object);
    }
  }
}
