import { readFileSync } from 'node:fs';

/*
 * Makes the declarations of the Python package strategy_lab from those of TypeScript, strategy-lab.d.ts: one
 * description of the API, in two languages. They are for editors; nothing of them runs.
 */
const declarationsFile = new URL('../../extension/backtest/strategy-lab.d.ts', import.meta.url);

/** Interfaces that Python has as they are; the others become keyword arguments, or stand below by hand. */
const taken = [
  ...['Series', 'Bars', 'Bar', 'Macd', 'Bands', 'Stochastic', 'LinearRegression', 'DirectionalMovement'],
  ...['Aroon', 'Vortex', 'Ichimoku', 'Supertrend', 'ChandelierExit', 'ElderRay', 'HeikinAshi', 'PivotPoints'],
  ...['Indicators', 'Position', 'Account', 'Orders', 'HigherTimeframe'],
];

/** Numbers that are not whole. */
const fractions =
  /^(deviations|multiplier|step|maximum|volumeFactor|scale|periodsPerYear|limit|stop|goodTill|units|cash|percent|riskPercent|(stopLoss|takeProfit|trailingStop)(Percent)?)$/;

/** A name as Python writes it. */
export function snakeCase(name) {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Where the next `separator` stands that is in no bracket; the end of the text where there is none. */
function endOfPart(text, separator) {
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    if (depth === 0 && text[index] === separator) return index;
    if ('({['.includes(text[index])) depth++;
    else if (')}]'.includes(text[index])) depth--;
  }
  return text.length;
}

/** The members of a body of an interface, or of a list of arguments: name, comment, and what follows the name. */
function membersOf(body, separator = ';') {
  const members = [];
  let rest = body;
  for (;;) {
    const head = /^(?:\s|\/\/[^\n]*\n)*(?:\/\*\*([\s\S]*?)\*\/\s*)?(?:readonly )?(\w+)(\??)/.exec(rest);
    if (head === null) return members;
    rest = rest.slice(head[0].length);
    const end = endOfPart(rest, separator);
    const [, comment = '', name, optional] = head;
    members.push({ name, comment, isOptional: optional === '?', text: rest.slice(0, end) });
    rest = rest.slice(end + 1);
  }
}

function readInterfaces(text) {
  const found = new Map();
  const pattern =
    /(?:\/\*\*((?:(?!\*\/)[\s\S])*?)\*\/\s*)?export interface (\w+)(?:<[^{]*>)?(?: extends ([\w, ]+))? \{([\s\S]*?)(?:^ {2}\}|\})$/gm;
  for (const [, comment = '', name, bases = '', body] of text.matchAll(pattern)) {
    found.set(name, { name, comment, bases: bases.split(/, ?/).filter(Boolean), members: membersOf(body) });
  }
  return found;
}

/** An object of options becomes keyword arguments. */
function pythonCode(code) {
  return snakeCase(code.replace(/\{ ([^}]*) \}/g, (_, options) => options.replaceAll(': ', '=')));
}

/** Text of a comment as a docstring's, names in backticks as Python has them. */
function docLines(comment) {
  const text = comment
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, '').trimEnd())
    .join('\n')
    .trim();
  return text.replace(/`([^`]+)`/g, (_, code) => `\`${pythonCode(code)}\``).replaceAll('\\', '\\\\');
}

function docstring(comment, depth) {
  const text = docLines(comment);
  if (text === '') return [];
  const lines = text.split('\n').map((line) => (line === '' ? '' : ' '.repeat(depth) + line));
  return [`${' '.repeat(depth)}"""${lines.join('\n').trimStart()}"""`];
}

function pythonType(type, name) {
  const words = type.trim();
  if (words === 'number') return fractions.test(name) ? 'float' : 'int';
  if (words === 'boolean') return 'bool';
  if (words === 'string') return 'str';
  if (words === 'void') return 'None';
  if (words === 'TimeframeName') return 'Timeframe';
  if (/^('[^']*'|\d+)( \| ('[^']*'|\d+))*$/.test(words)) return `Literal[${words.split(' | ').join(', ')}]`;
  return words;
}

/** The keyword arguments of options: those of an interface with its bases, or written where they are used. */
function optionsOf(type, interfaces) {
  const words = type.trim().replace(/^\(|\)$/g, '');
  if (words.startsWith('{')) return membersOf(words.slice(1, -1));
  if (words.includes('&')) return words.split('&').flatMap((part) => optionsOf(part, interfaces));
  const { members, bases } = interfaces.get(words);
  return [...members, ...bases.flatMap((base) => optionsOf(base, interfaces))];
}

function argumentsOf(text, interfaces) {
  const positional = [];
  const named = [];
  for (const { name, isOptional, text: type } of membersOf(text, ',')) {
    const words = type.replace(/^: */, '');
    const parts = words.startsWith('{') ? [words] : words.split(/ \| (?![^(]*\))/);
    const options = parts.filter((part) => /Options\b|^\{/.test(part));
    for (const option of options.flatMap((part) => optionsOf(part, interfaces))) {
      if (option.name === 'source') continue;
      const optionType = pythonType(option.text.replace(/^: */, ''), option.name);
      named.push(`${snakeCase(option.name)}: ${optionType} = ...`);
    }
    const hasSource = parts.includes('Series') || options.some((part) => part.includes('SourceOptions'));
    if (options.length > 0 && hasSource) positional.push('source: Series = ...');
    else if (options.length === 0) {
      positional.push(`${snakeCase(name)}: ${pythonType(words, name)}${isOptional ? ' = ...' : ''}`);
    }
  }
  return ['self', ...positional, ...(named.length > 0 ? ['*', ...named] : [])].join(', ');
}

function memberLines({ name, comment, text }, interfaces) {
  const python = snakeCase(name);
  if (!text.startsWith('(')) {
    // Prices and other figures of a market are numbers with a fraction; counts are whole.
    const isWhole = /^(index|bars|lots)$/.test(name);
    const type = text.replace(/^: */, '');
    return [
      '    @property',
      `    def ${python}(self) -> ${type === 'number' ? (isWhole ? 'int' : 'float') : pythonType(type, name)}:`,
      ...(docstring(comment, 8).length > 0 ? docstring(comment, 8) : ['        ...']),
    ];
  }
  const end = text.lastIndexOf('): ');
  const result = text.slice(end + 3);
  const type = name === 'ago' ? 'float' : pythonType(result, '');
  const body = docstring(comment, 8);
  const head = `    def ${python}(${argumentsOf(text.slice(1, end).trim(), interfaces)}) -> ${type}:`;
  return [head, ...(body.length > 0 ? body : ['        ...'])];
}

function classLines(found, interfaces) {
  const lines = [`class ${found.name}:`, ...docstring(found.comment, 4)];
  for (const member of found.members) lines.push('', ...memberLines(member, interfaces));
  if (found.name === 'Series') {
    lines.push(
      '',
      '    def __getitem__(self, bars_ago: int) -> float:',
      '        """The same as `ago(bars_ago)`."""',
    );
  }
  return [...lines, '', ''];
}

const head = `"""The strategy API of Strategy Lab, for editors. What it says of a name holds in both languages.

A strategy is one file NAME.strategy.py that imports strategy_lab, and besides only math, statistics,
collections, dataclasses, typing, numpy and pandas, and declares one public subclass of Strategy.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

Timeframe = Literal['3m', '5m', '15m', '30m', '1h', '2h', '4h', '6h', '8h', '12h', '1d', '3d', '1w']


class Parameter:
    """A declared, bounded parameter."""


def integer(default: int, *, min: int, max: int, step: int = ..., description: str = ...) -> Parameter:
    """Declares a whole number. \`step\` is the step of a search grid."""


def number(default: float, *, min: float, max: float, step: float = ..., description: str = ...) -> Parameter:
    """Declares a number. \`step\` is the step of a search grid."""


`;

const tail = `class Params:
    """The values of the declared parameters: \`params.fast\`, or \`params['fast']\`."""

    def __getattr__(self, name: str) -> Any: ...
    def __getitem__(self, name: str) -> Any: ...


class Market:
    """One market of the run."""

    @property
    def symbol(self) -> str: ...
    @property
    def is_fresh(self) -> bool:
        """In \`next\`: whether a bar of this market has just closed; where False, \`bar\` is an older one."""

    @property
    def indicators(self) -> Indicators:
        """In \`setup\`."""

    @property
    def bar(self) -> Bar:
        """In \`next\`."""

    @property
    def bars(self) -> Bars: ...
    @property
    def position(self) -> Position:
        """In \`next\`."""

    @property
    def orders(self) -> Orders:
        """In \`next\`."""

    def timeframe(self, name: Timeframe) -> HigherTimeframe:
        """In \`setup\`: a higher timeframe of this market, a multiple of the run's; at most 8."""


class Lab:
    """What \`setup\` and \`next\` work with. What belongs to the other of the two raises an error."""

    @property
    def params(self) -> Params: ...
    @property
    def indicators(self) -> Indicators:
        """In \`setup\`: those of the first market."""

    @property
    def bar(self) -> Bar:
        """In \`next\`: the bar that has just closed."""

    @property
    def bars(self) -> Bars: ...
    @property
    def position(self) -> Position:
        """In \`next\`: the position in the first market."""

    @property
    def account(self) -> Account:
        """In \`next\`."""

    @property
    def orders(self) -> Orders:
        """In \`next\`: orders for the first market."""

    @property
    def markets(self) -> Sequence[Market]:
        """All markets of the run, aligned by time; one as a rule."""

    def timeframe(self, name: Timeframe) -> HigherTimeframe:
        """In \`setup\`: a higher timeframe of the first market."""

    def plot(self, name: str, series: Series, pane: Literal['price', 'below'] = ...) -> None:
        """In \`setup\`: has a series shown in the chart of the run, at most 16. Plots change no order."""

    def random(self) -> float:
        """In \`next\`: a seeded random number, 0 included, 1 not: the same in every replay of the run."""

    def log(self, text: object) -> None:
        """In \`next\`: writes a line into the run's log, which keeps the first 64 KiB."""


class Strategy:
    """The base of a strategy: a subclass with a name, and either \`next\` or \`signals\`."""

    name: str
    params: Mapping[str, Parameter]

    def setup(self, lab: Lab) -> None:
        """Called once, before the first bar: makes the indicators."""

    def next(self, lab: Lab) -> None:
        """Called after each bar has closed, once all indicators have their first value."""

    def signals(self, frame: Any, params: Params) -> Any:
        """In place of setup and next: a target for each row of a pandas DataFrame.

        The index of \`frame\` are the open times in UTC, its columns open, high, low, close and volume. The
        answer is one number a row: the share of the equity from -1 (short) to 1 (long), 0 flat, NaN for the
        last one before. Where it changes by more than 1e-9 an order is given on the close of that bar: to 0
        it closes; from 0 or to the other sign it buys or sells that share; to another size of the same sign
        it trades the difference. It is called for at most 64 growing parts of the data; only the rows of
        the newest part count.
        """


def cross_above(a: Series | float, b: Series | float) -> bool:
    """True on the bar at which \`a\` gets above \`b\`: at or below it on the bar before, above it now."""


def cross_below(a: Series | float, b: Series | float) -> bool:
    """True on the bar at which \`a\` gets below \`b\`: at or above it on the bar before, below it now."""
`;

/** The text of strategy_lab.pyi. */
export function pythonDeclarations() {
  const interfaces = readInterfaces(readFileSync(declarationsFile, 'utf8'));
  const classes = taken.flatMap((name) => classLines(interfaces.get(name), interfaces));
  return head + classes.join('\n') + tail;
}
