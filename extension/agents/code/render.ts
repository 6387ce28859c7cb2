import type { ParameterDefinitions } from '../../contracts/strategy.ts';
import type { DraftPlot, StrategyDraft } from '../families/family.ts';

export interface StrategyFile extends StrategyDraft {
  readonly name: string;
  /** Lines of comment, with their `//`. */
  readonly comment: readonly string[];
  readonly params: ParameterDefinitions;
}

const apiFunctions = ['crossAbove', 'crossBelow'];
const contextNames = ['params', 'bar', 'bars', 'position', 'account', 'orders'];

/** The names that the code uses, in the order given. */
function used(names: readonly string[], code: string): string[] {
  return names.filter((name) => new RegExp(`(?<![.\\w])${name}\\b(?!:)`, 'u').test(code));
}

function quoted(text: string): string {
  return `'${text.replace(/[\\']/gu, '\\$&')}'`;
}

function indent(lines: readonly string[], by: number): string[] {
  return lines.map((line) => `${' '.repeat(by)}${line}`);
}

function renderParams(params: ParameterDefinitions): string[] {
  return Object.entries(params).flatMap(([name, { type, default: value, min, max, description }]) => [
    `${name}: {`,
    `  type: ${quoted(type)},`,
    `  default: ${value},`,
    `  min: ${min},`,
    `  max: ${max},`,
    ...(description === undefined ? [] : [`  description: ${quoted(description)},`]),
    '},',
  ]);
}

function renderPlot({ name, series, pane }: DraftPlot): string {
  const options = pane === undefined ? '' : `, { pane: ${quoted(pane)} }`;
  return `plot(${quoted(name)}, ${series}${options});`;
}

function renderSetup({ series, plots }: StrategyDraft): string[] {
  if (series.length === 0) return ['setup() {', '  return {};', '},'];
  return [
    `setup({ params, indicators${plots.length === 0 ? '' : ', plot'} }) {`,
    ...series.map(({ name, make }) => `  const ${name} = ${make};`),
    ...plots.map((plot) => `  ${renderPlot(plot)}`),
    `  return { ${series.map(({ name }) => name).join(', ')} };`,
    '},',
  ];
}

function renderNext({ series, rules }: StrategyDraft): string[] {
  const body = rules.flatMap(({ when, order }, index) => [
    `${index === 0 ? '' : '} else '}if (${when}) {`,
    `  ${order};`,
  ]);
  const context = `{ ${used(contextNames, body.join('\n')).join(', ')} }`;
  const state = series.length === 0 ? '' : `, { ${series.map(({ name }) => name).join(', ')} }`;
  return [`next(${context}${state}) {`, ...indent([...body, '}'], 2), '},'];
}

/** Writes a strategy's source: the same file, to the byte, for the same draft. */
export function renderStrategy(file: StrategyFile): string {
  const imports = [...used(apiFunctions, file.rules.map(({ when }) => when).join('\n')), 'defineStrategy'];
  return [
    ...file.comment,
    `import { ${imports.join(', ')} } from 'strategy-lab';`,
    '',
    'export default defineStrategy({',
    `  name: ${quoted(file.name)},`,
    '  params: {',
    ...indent(renderParams(file.params), 4),
    '  },',
    ...indent([...renderSetup(file), ...renderNext(file)], 2),
    '});',
    '',
  ].join('\n');
}
