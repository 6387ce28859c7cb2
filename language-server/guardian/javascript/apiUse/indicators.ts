import type { Found } from '../../rule.ts';
import {
  factorArguments,
  type IndicatorOption,
  indicatorOptions,
  neverOfOneValue,
  periodArguments,
} from '../indicatorApi.ts';
import { objectsOf } from '../orderCalls.ts';
import { apiName, longestPeriod } from '../strategyApi.ts';
import { propertyOf } from '../strategyShape.ts';
import type { Subject } from '../subject.ts';
import { isFunction, type Syntax, type SyntaxOf } from '../tree.ts';
import { checkPropertyNames } from './shape.ts';

/** The arguments and options of indicators. */
export function checkIndicators(subject: Subject, found: Found): void {
  for (const node of subject.tree.all('CallExpression')) {
    if (node.arguments.some(({ type }) => type === 'SpreadElement')) continue;
    for (const atom of subject.flow.evaluate(node.callee)) {
      if (atom.kind !== 'apiMethod' || atom.owner !== 'Indicators') continue;
      checkPeriods(subject, found, atom.name, node);
      checkFactors(subject, found, atom.name, node);
      checkLast(subject, found, atom.name, node);
    }
  }
}

function shortestOf(name: string): number {
  return neverOfOneValue.has(name) ? 2 : 1;
}

function checkPeriods(
  subject: Subject,
  found: Found,
  name: string,
  { arguments: given }: SyntaxOf<'CallExpression'>,
): void {
  for (const index of periodArguments[name] ?? []) {
    const argument = given[index];
    if (!argument || isFunction(argument)) continue;
    if (isSeries(subject, argument)) {
      found(argument, `${subject.text(argument)} is a series and no period.`, {
        advice: `The periods come first, the source last: indicators.${name}(20, bars.close).`,
      });
    } else checkPeriod(subject, found, argument, shortestOf(name));
  }
}

function checkPeriod({ folder, text }: Subject, found: Found, node: Syntax, shortest: number): void {
  const value = folder.number(node);
  if (value === undefined) return;
  if (Number.isInteger(value) && value >= shortest && value <= longestPeriod) return;
  found(node, `${text(node)} is no period.`, {
    advice: `Periods are whole bars from ${shortest} to ${longestPeriod}.`,
  });
}

function checkFactors(
  { folder, text }: Subject,
  found: Found,
  name: string,
  { arguments: given }: SyntaxOf<'CallExpression'>,
): void {
  for (const index of factorArguments[name] ?? []) {
    const argument = given[index];
    const value = argument && folder.number(argument);
    if (!argument || value === undefined || value > 0) continue;
    found(argument, `indicators.${name} takes no ${text(argument)} here.`, {
      advice: 'Give a number above 0.',
    });
  }
}

/** The last argument: a source, or options. */
function checkLast(
  subject: Subject,
  found: Found,
  name: string,
  { arguments: given }: SyntaxOf<'CallExpression'>,
): void {
  const last = given.at(-1);
  const options = indicatorOptions[name];
  if (!last || !options) return;
  const values = [...subject.flow.evaluate(last)];
  // What is not known can be a number as well: `period + 1`.
  const isText = values.length > 0 && values.every(({ kind }) => kind === 'text');
  const takes = Object.keys(options);
  if (isText) {
    const advice = takes.includes('source')
      ? 'Give a series, such as bars.open, or an object of options.'
      : `Write an object with ${takes.join(' or ')}.`;
    found(last, `${subject.text(last)} is a text and no argument of indicators.${name}.`, {
      advice,
    });
  }
  for (const object of objectsOf(subject, last) ?? []) {
    checkPropertyNames(subject, found, object, 'indicator', takes, `indicators.${name}`);
    for (const [option, kind] of Object.entries(options)) {
      const value = propertyOf(object, option, subject.folder)?.value;
      if (value) checkOption(subject, found, option, value, kind);
    }
  }
}

function checkOption(
  subject: Subject,
  found: Found,
  option: string,
  node: Syntax,
  kind: IndicatorOption,
): void {
  const { folder } = subject;
  if (kind === 'period') checkPeriod(subject, found, node, 1);
  const number = folder.number(node);
  if (kind === 'number' && number !== undefined && !(number > 0)) {
    found(node, `${option} cannot be ${number}.`, { advice: 'Give a number above 0.' });
  }
  if (typeof kind === 'string') return;
  const value = folder.text(node) ?? number;
  if (value === undefined || kind.includes(value)) return;
  const choices = kind.map((choice) => (typeof choice === 'string' ? `'${choice}'` : String(choice)));
  found(node, `${option} cannot be ${subject.text(node)}.`, {
    advice: `Write ${choices.join(' or ')}.`,
  });
}

function isSeries({ flow }: Subject, node: Syntax): boolean {
  const value = [...flow.evaluate(node)];
  return value.length > 0 && value.every((atom) => atom.kind === 'api' && apiName(atom.type) === 'Series');
}
