import { exclusiveOptions, orderOptions } from '../../javascript/strategyApi.ts';
import type { Found } from '../../rule.ts';
import { pythonName } from '../api.ts';
import { orderCalls } from '../orderCalls.ts';
import { argument } from '../shape.ts';
import type { PythonSubject } from '../subject.ts';
import type { Call } from '../syntax.ts';
import { meantOf } from './members.ts';

const positive = new Set(
  'units cash percent risk_percent stop_loss stop_loss_percent take_profit take_profit_percent trailing_stop trailing_stop_percent limit stop good_for_bars'.split(
    ' ',
  ),
);
/** Percents whose upper end is 100, taken in or not. */
const toHundred: ReadonlyMap<string, boolean> = new Map([
  ['percent', true],
  ['risk_percent', true],
  ['stop_loss_percent', false],
  ['trailing_stop_percent', false],
]);

/** The arguments of orders: their names, those that exclude each other, and numbers that no order takes. */
export function checkOrders(subject: PythonSubject, found: Found): void {
  for (const { call, method } of orderCalls(subject)) {
    const names = (orderOptions[method] ?? []).map(pythonName);
    checkNames(call, method, names, found);
    const isSpread = call.args.some(({ spread }) => spread !== '');
    for (const group of exclusiveOptions) {
      const given = group.map(pythonName).filter((name) => argument(call, name));
      const [first, second] = given;
      if (first === undefined || second === undefined) continue;
      const place = call.args.find(({ name }) => name?.id === second) ?? call;
      found(place, `An order takes ${first} or ${second}, not both.`, { advice: 'Keep one of them.' });
    }
    const hasStop = ['stop_loss', 'stop_loss_percent'].some((name) => argument(call, name));
    const risk = call.args.find(({ name }) => name?.id === 'risk_percent');
    if (risk && !hasStop && !isSpread)
      found(risk, 'risk_percent is measured by the stop loss, and there is none.', {
        advice: 'Give the order stop_loss or stop_loss_percent.',
      });
    checkValues(subject, call, found);
  }
}

function checkNames(call: Call, method: string, names: readonly string[], found: Found): void {
  const takes = method === 'replace' ? 1 : 0;
  const plain = call.args.filter(({ name, spread }) => !name && spread === '');
  const extra = plain[takes];
  if (extra)
    found(extra, `${method} takes its options by name.`, { advice: `It takes ${names.join(', ')}.` });
  for (const { name } of call.args) {
    if (!name || names.includes(name.id) || (method === 'replace' && name.id === 'order')) continue;
    const meant = meantOf('entry', name.id, names);
    found(name, `${method} has no option ${name.id}.`, {
      advice: meant === undefined ? `It takes ${names.join(', ')}.` : `Did you mean ${meant}?`,
      ...(meant === undefined ? {} : { fix: { title: `Write ${meant}`, newText: meant } }),
    });
  }
}

function checkValues({ folder }: PythonSubject, call: Call, found: Found): void {
  for (const { name, value } of call.args) {
    const number = name && folder.number(value);
    if (!name || number === undefined) continue;
    const takesHundred = toHundred.get(name.id);
    if (positive.has(name.id) && number <= 0)
      found(value, `${name.id} must be above 0.`, { advice: 'Write a positive number.' });
    else if (takesHundred !== undefined && (takesHundred ? number > 100 : number >= 100))
      found(value, `${name.id} must be ${takesHundred ? 'at most' : 'below'} 100.`, {
        advice: 'Percents go from 0 to 100; leverage is a setting of the run.',
      });
  }
}
