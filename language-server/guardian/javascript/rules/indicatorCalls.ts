import {
  factorArguments,
  type IndicatorOption,
  indicatorOptions,
  neverOfOneValue,
  periodArguments,
} from '../indicatorApi.ts';
import { apiName, longestPeriod } from '../strategyApi.ts';
import { propertyOf } from '../strategyShape.ts';
import type { Subject } from '../subject.ts';
import { isFunction, type Syntax, type SyntaxOf } from '../tree.ts';
import { checkPropertyNames } from './apiShape.ts';
import { objectsOf } from './orderCalls.ts';

/** API001: the arguments and options of indicators. */
export function checkIndicators(subject: Subject): void {
  for (const node of subject.tree.all('CallExpression')) {
    if (node.arguments.some(({ type }) => type === 'SpreadElement')) continue;
    for (const atom of subject.flow.evaluate(node.callee)) {
      if (atom.kind !== 'apiMethod' || atom.owner !== 'Indicators') continue;
      checkPeriods(subject, atom.name, node);
      checkFactors(subject, atom.name, node);
      checkLast(subject, atom.name, node);
    }
  }
}

function shortestOf(name: string): number {
  return neverOfOneValue.has(name) ? 2 : 1;
}

function checkPeriods(
  subject: Subject,
  name: string,
  { arguments: given }: SyntaxOf<'CallExpression'>,
): void {
  for (const index of periodArguments[name] ?? []) {
    const argument = given[index];
    if (!argument || isFunction(argument)) continue;
    if (isSeries(subject, argument)) {
      subject.report.add('API001', argument, `${subject.text(argument)} is a series and no period.`, {
        advice: `The periods come first, the source last: indicators.${name}(20, bars.close).`,
      });
    } else checkPeriod(subject, argument, shortestOf(name));
  }
}

function checkPeriod({ folder, report, text }: Subject, node: Syntax, shortest: number): void {
  const value = folder.number(node);
  if (value === undefined) return;
  if (Number.isInteger(value) && value >= shortest && value <= longestPeriod) return;
  report.add('API001', node, `${text(node)} is no period.`, {
    advice: `Periods are whole bars from ${shortest} to ${longestPeriod}.`,
  });
}

function checkFactors(
  { folder, report, text }: Subject,
  name: string,
  { arguments: given }: SyntaxOf<'CallExpression'>,
): void {
  for (const index of factorArguments[name] ?? []) {
    const argument = given[index];
    const value = argument && folder.number(argument);
    if (!argument || value === undefined || value > 0) continue;
    report.add('API001', argument, `indicators.${name} takes no ${text(argument)} here.`, {
      advice: 'Give a number above 0.',
    });
  }
}

/** The last argument: a source, or options. */
function checkLast(subject: Subject, name: string, { arguments: given }: SyntaxOf<'CallExpression'>): void {
  const last = given.at(-1);
  const options = indicatorOptions[name];
  if (!last || !options) return;
  const isText = [...subject.flow.evaluate(last)].some(({ kind }) => kind === 'text');
  const takes = Object.keys(options);
  if (isText) {
    const advice = takes.includes('source')
      ? 'Give a series, such as bars.open, or an object of options.'
      : `Write an object with ${takes.join(' or ')}.`;
    subject.report.add(
      'API001',
      last,
      `${subject.text(last)} is a text and no argument of indicators.${name}.`,
      {
        advice,
      },
    );
  }
  for (const object of objectsOf(subject, last) ?? []) {
    checkPropertyNames(subject, object, 'indicator', takes, `indicators.${name}`);
    for (const [option, kind] of Object.entries(options)) {
      const value = propertyOf(object, option, subject.folder)?.value;
      if (value) checkOption(subject, option, value, kind);
    }
  }
}

function checkOption(subject: Subject, option: string, node: Syntax, kind: IndicatorOption): void {
  const { folder, report } = subject;
  if (kind === 'period') checkPeriod(subject, node, 1);
  const number = folder.number(node);
  if (kind === 'number' && number !== undefined && !(number > 0)) {
    report.add('API001', node, `${option} cannot be ${number}.`, { advice: 'Give a number above 0.' });
  }
  if (typeof kind === 'string') return;
  const value = folder.text(node) ?? number;
  if (value === undefined || kind.includes(value)) return;
  const choices = kind.map((choice) => (typeof choice === 'string' ? `'${choice}'` : String(choice)));
  report.add('API001', node, `${option} cannot be ${subject.text(node)}.`, {
    advice: `Write ${choices.join(' or ')}.`,
  });
}

function isSeries({ flow }: Subject, node: Syntax): boolean {
  const value = [...flow.evaluate(node)];
  return value.length > 0 && value.every((atom) => atom.kind === 'api' && apiName(atom.type) === 'Series');
}
