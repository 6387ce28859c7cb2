import type { Found } from '../../rule.ts';
import type { OrderCall } from '../orderCalls.ts';
import { exitLevels } from '../strategyApi.ts';
import { propertyOf } from '../strategyShape.ts';
import type { Subject } from '../subject.ts';
import type { SyntaxOf } from '../tree.ts';

/** Which numbers an option takes. */
interface Bounds {
  readonly takes: (value: number) => boolean;
  readonly advice: string;
}

const longestWait = 1e9;
const above: Bounds = { takes: (value) => value > 0, advice: 'Give a number above 0.' };
const percent: Bounds = {
  takes: (value) => value > 0 && value <= 100,
  advice: 'Give percent above 0, at most 100.',
};
const distance: Bounds = {
  takes: (value) => value > 0 && value < 100,
  advice: 'Give percent above 0 and below 100.',
};
const number: Bounds = {
  takes: (value) => Number.isSafeInteger(value) && value >= 1,
  advice: 'Give the number that buy, sell or close returned.',
};

const boundsOf: Readonly<Record<string, Bounds>> = {
  units: above,
  cash: above,
  percent,
  riskPercent: percent,
  stopLoss: above,
  stopLossPercent: distance,
  takeProfit: above,
  takeProfitPercent: above,
  trailingStop: above,
  trailingStopPercent: distance,
  limit: above,
  stop: above,
  goodTill: {
    takes: (value) => Number.isSafeInteger(value) && value > 0,
    advice: 'Give a time in whole UTC milliseconds, such as bar.time + 86400000.',
  },
  goodForBars: {
    takes: (value) => Number.isInteger(value) && value >= 1 && value <= longestWait,
    advice: 'Give whole bars from 1.',
  },
  oco: number,
};

/** Values that an option of an order cannot have, and options that exclude or need each other. */
export function checkOrderValues(
  subject: Subject,
  found: Found,
  method: string,
  object: SyntaxOf<'ObjectExpression'>,
): void {
  const { folder } = subject;
  for (const [name, { takes, advice }] of Object.entries(boundsOf)) {
    const value = propertyOf(object, name, folder)?.value;
    const constant = value && folder.fold(value)?.value;
    if (!value || constant === undefined) continue;
    if (typeof constant === 'number' && takes(constant)) continue;
    const shown = typeof constant === 'string' ? `'${constant}'` : String(constant);
    found(value, `${name} cannot be ${shown}.`, { advice });
  }
  const hasSpread = object.properties.some(({ type }) => type === 'SpreadElement');
  const reduceOnly = propertyOf(object, 'reduceOnly', folder)?.value;
  const reduces = reduceOnly && folder.fold(reduceOnly)?.value;
  if (reduceOnly && reduces !== undefined && typeof reduces !== 'boolean') {
    found(reduceOnly, 'reduceOnly is true or false.', { advice: 'Write true.' });
  }
  if (reduceOnly && reduces === true) {
    if (!hasSpread && !propertyOf(object, 'units', folder)) {
      found(reduceOnly, 'An order that may only reduce takes units.', {
        advice: 'Add units, or close a percentage with orders.close({ percent: 50 }).',
      });
    }
    for (const level of exitLevels) {
      const property = propertyOf(object, level, folder);
      if (property)
        found(property.key, 'An order that may only reduce opens nothing to protect.', {
          advice: `Leave ${level} out.`,
        });
    }
  }
  const isEmpty = object.properties.length === 0;
  if (isEmpty && (method === 'protect' || method === 'replace')) {
    found(object, `orders.${method} needs at least one option.`, {
      advice:
        method === 'protect' ? 'Give stopLoss, takeProfit or a trailing stop.' : 'Give limit, stop or units.',
    });
  }
}

/** The orders that cancel, replace and isOpen are asked about. */
export function checkOrderNumber(subject: Subject, found: Found, { node, method }: OrderCall): void {
  const { flow, folder } = subject;
  const [order] = node.arguments;
  if (!order) {
    if (method === 'cancel') return;
    found(node, `orders.${method} does not say which order it means.`, {
      advice: number.advice,
    });
    return;
  }
  if (order.type === 'SpreadElement') return;
  const value = [...flow.evaluate(order)];
  const isNone =
    value.length > 0 && value.every(({ kind }) => ['object', 'text', 'array', 'api'].includes(kind));
  const constant = folder.number(order);
  if (isNone || (constant !== undefined && !number.takes(constant))) {
    found(order, `${subject.text(order)} is not the number of an order.`, {
      advice: number.advice,
    });
  }
}
