import { parameterFields, parameterName, suggestion } from '../../javascript/strategyApi.ts';
import type { Found } from '../../rule.ts';
import { argument, inherited, type MethodSyntax, methodOf } from '../shape.ts';
import type { PythonSubject } from '../subject.ts';
import type { Call, DictItem } from '../syntax.ts';

const example = 'Write: class Name(Strategy): with name, params, setup and next.';
const signatures = { setup: 'self, lab', next: 'self, lab', signals: 'self, frame, params' } as const;
const fields = parameterFields.filter((field) => field !== 'type');

/** The class of the strategy, its methods and its parameters. */
export function checkShape(subject: PythonSubject, found: Found): void {
  const { strategy, scopes, folder } = subject;
  const { main } = strategy;
  if (!main) {
    found({ start: 0, end: 0 }, 'The file has no public class that extends Strategy.', { advice: example });
    return;
  }
  const open = strategy.classes.filter(({ name }) => !name.id.startsWith('_'));
  for (const other of open) {
    if (other === main) continue;
    found(other.name, `${other.name.id} is a second public strategy, and a file holds one.`, {
      advice: `Let its name begin with an underscore: _${other.name.id}.`,
    });
  }
  const name = inherited(main, 'name', scopes);
  if (name && (name.type === 'NumberLiteral' || folder.text(name)?.trim() === ''))
    found(name, 'The name must be a text that is not empty.', { advice: 'Give the strategy a name.' });
  if (!name)
    found(main.name, 'The strategy has no name.', { advice: `Write name = '${main.name.id}' in the class.` });
  const methods = (['setup', 'next', 'signals'] as const).map((one) => methodOf(main, one, scopes));
  const [setup, next, signals] = methods;
  if (!next && !signals) found(main.name, 'The strategy has neither next nor signals.', { advice: example });
  const other = next ?? setup;
  if (signals && other)
    found(signals.name, `signals stands beside ${other.name.id}, and only one way is run.`, {
      advice: 'Keep signals alone, or setup and next.',
    });
  for (const method of methods) if (method) checkSignature(subject, method, found);
  for (const { name, item, min, max } of strategy.parameters?.values() ?? []) {
    if (!parameterName.test(name))
      found(item.key ?? item, `${name} is no name for a parameter.`, {
        advice: 'Use up to 40 Latin letters, digits and _.',
      });
    checkParameter(subject, item, min, max, found);
  }
}

function checkSignature({ tree }: PythonSubject, method: MethodSyntax, found: Found): void {
  const name = method.name.id as keyof typeof signatures;
  const expected = signatures[name];
  const count = expected.split(', ').length;
  const { parameters } = method;
  const isOpen = parameters.some(({ kind }) => kind === 'rest' || kind === 'keywordRest');
  const needed = parameters.filter(
    ({ kind, byDefault }) => !byDefault && (kind === 'plain' || kind === 'keywordOnly'),
  );
  const plain = parameters.filter(({ kind }) => kind === 'plain');
  if (!isOpen && (needed.length > count || plain.length < count))
    found(method.name, `${name} is given ${expected}.`, { advice: `Write def ${name}(${expected}):` });
  for (const inner of tree.below(
    method,
    (node) => node === method || !/FunctionDefinition|Lambda/.test(node.type),
  ))
    if (inner.type === 'Yield') found(inner, `${name} must not yield.`, { advice: 'Return the value.' });
}

function checkParameter(
  subject: PythonSubject,
  { value, key }: DictItem,
  min: number | undefined,
  max: number | undefined,
  found: Found,
): void {
  const path = value.type === 'Call' ? subject.paths.text(value.callee) : undefined;
  if (value.type !== 'Call' || (path !== 'strategy_lab.integer' && path !== 'strategy_lab.number')) {
    if (value.type !== 'Call' && value.type !== 'Name')
      found(value, 'A parameter is declared by integer or number.', {
        advice: 'Write integer(10, min=2, max=100).',
      });
    return;
  }
  checkFields(value, found);
  const isSpread = value.args.some(({ spread }) => spread !== '');
  for (const bound of ['min', 'max']) {
    if (isSpread || argument(value, bound)) continue;
    found(value, `The parameter has no ${bound}.`, {
      advice: 'Give it min and max, so that it can be searched.',
    });
  }
  const byDefault = argument(value, 'default', 0);
  const start = subject.folder.number(byDefault);
  if (min !== undefined && max !== undefined && min > max)
    found(value, `min is above max: ${min} > ${max}.`, { advice: 'Exchange the two.' });
  else if (byDefault && start !== undefined && ((min ?? start) > start || (max ?? start) < start))
    found(byDefault, `The default ${start} is not from ${min ?? start} to ${max ?? start}.`, {
      advice: 'Choose one within the bounds.',
    });
  if (path === 'strategy_lab.integer')
    for (const number of [start, min, max])
      if (number !== undefined && !Number.isInteger(number))
        found(key ?? value, `integer takes whole numbers, and ${number} is none.`, {
          advice: 'Use number(...).',
        });
}

function checkFields(call: Call, found: Found): void {
  for (const { name } of call.args) {
    if (!name || fields.includes(name.id)) continue;
    const meant = suggestion('parameter', name.id, fields);
    found(name, `A parameter has no ${name.id}.`, {
      advice: meant === undefined ? `It takes ${fields.join(', ')}.` : `Did you mean ${meant}?`,
      ...(meant === undefined ? {} : { fix: { title: `Write ${meant}`, newText: meant } }),
    });
  }
}
