import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';

const file = new URL('../../../extension/backtest/strategy-lab.d.ts', import.meta.url);

/** An indicator as strategy-lab.d.ts declares it. */
export interface IndicatorDeclaration {
  readonly group: string;
  readonly name: string;
  /** Name and parameters, without types. */
  readonly call: string;
  /** Names of the parameters that are numbers, in their order. */
  readonly numbers: readonly string[];
  readonly definition: string;
  /** Numbers that stand for arguments that are left out. */
  readonly defaults: readonly number[];
  /** The text of the tag `@first`. */
  readonly first: string;
  readonly source: string;
  /** Name of the result's type. */
  readonly gives: string;
  /** Names of the options that the last argument may hold. */
  readonly options: readonly string[];
}

/** The text of an interface of strategy-lab.d.ts. */
export function interfaceText(name: string): string {
  const text = readFileSync(file, 'utf8');
  const begin = text.indexOf(`export interface ${name} `);
  const open = text.indexOf('{', begin) + 1;
  return text[open] === '}' ? '' : text.slice(open, text.indexOf('\n  }', open));
}

/** Names of all declared types. */
export function typeNames(): string[] {
  return [...readFileSync(file, 'utf8').matchAll(/export (?:interface|type) (\w+)/g)].map(
    ([, name]) => name as string,
  );
}

/** Names of the fields of an interface that holds series alone. */
export function fieldNames(name: string): string[] {
  return [...interfaceText(name).matchAll(/readonly (\w+): Series/g)].map(([, field]) => field as string);
}

export function indicatorDeclarations(): IndicatorDeclaration[] {
  const declarations: IndicatorDeclaration[] = [];
  let group = '';
  const member = /\/\/ (.+)\n|\/\*\*([\s\S]*?)\*\/\s+(\w+)\(([\s\S]*?)\): (\w+);/g;
  for (const [, title, comment = '', name = '', parameters = '', gives = ''] of interfaceText(
    'Indicators',
  ).matchAll(member)) {
    if (title !== undefined) {
      group = title;
      continue;
    }
    const text = comment.replace(/\n\s*\* ?/g, '\n').trim();
    const tag = (label: string): string =>
      new RegExp(`@${label} ([^@]*)`).exec(text)?.[1]?.replace(/\s+/g, ' ').trim() ?? '';
    const definition = text.split('\n@')[0]?.replace(/\s+/g, ' ').trim() ?? '';
    const numbers = [...parameters.matchAll(/(\w+)\??: number/g)].map(([, each]) => each as string);
    declarations.push({
      group,
      name,
      call: `${name}(${parameterNames(parameters).join(', ')})`,
      numbers,
      definition,
      defaults: (/Defaults?: ([\d., ]*\d)/.exec(definition)?.[1] ?? '')
        .split(', ')
        .filter(Boolean)
        .map(Number),
      first: tag('first'),
      source: tag('source'),
      gives,
      options: optionNames(parameters),
    });
  }
  return declarations;
}

/** Names of parameters, with their question marks, without what stands inside of types. */
function parameterNames(parameters: string): string[] {
  const plain = parameters.replace(/\{[^}]*\}/g, 'object');
  return [...plain.matchAll(/(\w+\??): /g)].map(([, name]) => name as string);
}

function optionNames(type: string): string[] {
  const inline = [...type.matchAll(/readonly (\w+)\?/g)].map(([, name]) => name as string);
  const interfaces = [...type.matchAll(/\w+Options\b/g)].flatMap(([name]) => [
    ...optionNames(extendedBy(name)),
    ...optionNames(interfaceText(name)),
  ]);
  return [...new Set([...inline, ...interfaces])];
}

/** What an interface extends. */
function extendedBy(name: string): string {
  const text = readFileSync(file, 'utf8');
  return new RegExp(`export interface ${name} extends ([^{]*)`).exec(text)?.[1] ?? '';
}

/** What `@first` names of options that are left out. */
const usualOptions = { atrPeriod: 10 };

/** Bars before the first value of each part, by `@first` for these arguments; none where it is in words. */
export function firstBars(
  { first, numbers, defaults }: IndicatorDeclaration,
  given: readonly unknown[],
): Readonly<Record<string, number>> {
  const { max, floor, sqrt } = Math;
  const options = given.filter((value) => typeof value === 'object');
  const named = Object.assign(
    { ...usualOptions },
    ...options,
    Object.fromEntries(numbers.map((name, place) => [name, given[place] ?? defaults[place]])),
  ) as Readonly<Record<string, unknown>>;
  const formulas = [...first.matchAll(/`(?:(\w+): )?([^`]+)`/g)];
  return Object.fromEntries(
    formulas.map(([, part = 'value', formula = '']) => [
      part,
      runInNewContext(formula, { max, floor, sqrt, ...named }) as number,
    ]),
  );
}
