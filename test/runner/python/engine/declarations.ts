import { readFileSync } from 'node:fs';
import { snakeCase } from './python.ts';

const file = new URL('../../../../extension/backtest/strategy-lab.d.ts', import.meta.url);

interface Parameter {
  readonly name: string;
  readonly isOptional: boolean;
  readonly type: string;
}

/** A member of an interface of strategy-lab.d.ts. */
export interface Member {
  readonly name: string;
  readonly isMethod: boolean;
  readonly isOptional: boolean;
  readonly parameters: readonly Parameter[];
  readonly type: string;
  readonly text: string;
}

/** A parameter as Python has it. */
export interface PythonParameter {
  readonly name: string;
  readonly isOptional: boolean;
  readonly byName: boolean;
  readonly type: string;
  readonly text: string;
}

export interface Interface {
  readonly text: string;
  readonly base: readonly string[];
  readonly members: readonly Member[];
}

/** All interfaces of strategy-lab.d.ts, by name. */
export function interfaces(): ReadonlyMap<string, Interface> {
  const source = readFileSync(file, 'utf8');
  const begin =
    /(?:\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*)?export interface (\w+)(?:<[^{]*>)?(?: extends ([^{]*))? \{/g;
  return new Map(
    [...source.matchAll(begin)].map((match) => {
      const [head, text = '', name = '', base = ''] = match;
      const body = balanced(source, match.index + head.length - 1);
      return [name, { text: plain(text), base: base.split(', ').filter(Boolean), members: membersOf(body) }];
    }),
  );
}

/** The members of an interface and of those it extends. */
export function allMembers(known: ReadonlyMap<string, Interface>, name: string): readonly Member[] {
  const { base, members } = known.get(name) ?? { base: [], members: [] };
  return [...members, ...base.flatMap((each) => allMembers(known, each))];
}

/** Parameters as Python has them: options become names, a source among them the next place. */
export function pythonParameters(known: ReadonlyMap<string, Interface>, member: Member): PythonParameter[] {
  const places: PythonParameter[] = [];
  const names: PythonParameter[] = [];
  for (const { name, isOptional, type } of member.parameters) {
    const options = optionsOf(known, type);
    if (options.length === 0 && !/\bSeries\b.*\|/.test(type)) {
      places.push({ name: snakeCase(name), isOptional, byName: false, type, text: '' });
      continue;
    }
    for (const { name: option, type: own, text, isOptional: canLack } of options) {
      const parameter = { name: snakeCase(option), isOptional: canLack, type: own, text };
      if (option === 'source') places.push({ ...parameter, byName: false });
      else names.push({ ...parameter, byName: true });
    }
  }
  return [...places, ...names];
}

function optionsOf(known: ReadonlyMap<string, Interface>, type: string): readonly Member[] {
  const named = [...type.matchAll(/\b\w+Options\b/g)].flatMap(([name]) => allMembers(known, name));
  const inline = type.includes('{') ? membersOf(balanced(type, type.indexOf('{'))) : [];
  return [...new Map([...named, ...inline].map((member) => [member.name, member])).values()];
}

/** What stands between the bracket at `open` and its partner. */
function balanced(text: string, open: number): string {
  const partners: Readonly<Record<string, string>> = { '{': '}', '(': ')' };
  const own = text[open] as string;
  let depth = 0;
  for (let place = open; place < text.length; place++) {
    // Brackets in comments and texts are in pairs as well.
    if (text[place] === own) depth++;
    if (text[place] === partners[own] && --depth === 0) return text.slice(open + 1, place);
  }
  throw new Error('a bracket without a partner');
}

function membersOf(body: string): Member[] {
  const members: Member[] = [];
  const head = /^(?:\s|\/\/[^\n]*\n)*(?:\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*)?(?:readonly )?(\w+)(\??)([(:])/;
  let rest = body;
  for (;;) {
    const match = head.exec(rest);
    if (match === null) return members;
    const [all, text = '', name = '', mark, sign] = match;
    let parameters: Parameter[] = [];
    let place = all.length;
    if (sign === '(') {
      const inside = balanced(rest, place - 1);
      parameters = parametersOf(inside);
      place += inside.length + 1;
    }
    const end = endOfType(rest, place);
    const type = rest.slice(place, end).replace(/^:/, '').replace(/\s+/g, ' ').trim();
    const isMethod = sign === '(';
    members.push({ name, isMethod, isOptional: mark === '?', parameters, type, text: plain(text) });
    rest = rest.slice(end + 1);
  }
}

function endOfType(text: string, from: number): number {
  let depth = 0;
  for (let place = from; place < text.length; place++) {
    if (text[place] === '{' || text[place] === '(') depth++;
    if (text[place] === '}' || text[place] === ')') depth--;
    if (text[place] === ';' && depth === 0) return place;
  }
  return text.length;
}

function parametersOf(text: string): Parameter[] {
  const parts: string[] = [];
  let depth = 0;
  let part = '';
  for (const letter of text) {
    if ('{(<'.includes(letter)) depth++;
    if ('})>'.includes(letter)) depth--;
    if (letter === ',' && depth === 0) {
      parts.push(part);
      part = '';
    } else part += letter;
  }
  return [...parts, part]
    .map((each) => each.replace(/\s+/g, ' ').trim())
    .filter(Boolean)
    .map((each) => {
      const [, name = '', mark, type = ''] = /^(\w+)(\??): ([\s\S]*)$/.exec(each) ?? [];
      return { name, isOptional: mark === '?', type };
    });
}

/** The text of a comment without its marks, a line for each line. */
function plain(comment: string): string {
  return comment.replace(/\n\s*\* ?/g, '\n').trim();
}

/** The same text about Python: names in its style, options by name, tags as words. */
export function pythonText(text: string): string {
  return text
    .replace(/\bThrows\b/g, 'Raises')
    .replace(/@first /g, 'First value at bar: ')
    .replace(/@source /g, 'Source: ')
    .replace(/\b[a-z]+\d*(?:[A-Z][a-z0-9]*)+\b/g, snakeCase)
    .replace(/`(\w+): ('\w+')`/g, '`$1=$2`')
    .replace(/\s+/g, ' ')
    .trim();
}
