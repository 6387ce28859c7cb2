import { replacements } from '../builtins.ts';
import { argument, methodOf, positional } from '../shape.ts';
import type { PythonFile } from '../subject.ts';
import type { Attribute, Call, Expression, Syntax } from '../syntax.ts';
import { type Refused, refuse } from './refused.ts';

/** Methods of pandas that take functions, and names of methods, by the place and the name of that argument. */
const takingNames: ReadonlyMap<string, readonly [number, string]> = new Map([
  ['agg', [0, 'func']],
  ['aggregate', [0, 'func']],
  ['apply', [0, 'func']],
  ['transform', [0, 'func']],
  ['pipe', [0, 'func']],
  ['pivot_table', [3, 'aggfunc']],
]);
const functionsTakingNames: ReadonlyMap<string, readonly [number, string]> = new Map([
  ['pandas.pivot_table', [4, 'aggfunc']],
  ['pandas.crosstab', [5, 'aggfunc']],
  ['pandas.NamedAgg', [1, 'aggfunc']],
]);
/** Members whose calls are judged by their arguments, so that they may not be taken off what has them. */
export const judgedCalls: ReadonlySet<string> = new Set([...takingNames.keys(), 'query', 'format']);
const harmlessNames = new Set(
  (
    'all any count cummax cummin cumprod cumsum diff ffill bfill first idxmax idxmin kurt last max mean median min ' +
    'nunique ohlc pct_change prod product quantile rank sem shift size skew std sum var abs nth fillna'
  ).split(' '),
);
const named = new Set(['agg', 'aggregate']);
const plainField = /^(?:[^{}]|\{\{|\}\}|\{\w*(?:![rsa])?(?::[^{}]*)?\})*$/;
const plainQuery = /^(?:[\w\s<>=!&|~+\-*/()]|(?<=\d)\.(?=\d)|'[\w\s-]*'|"[\w\s-]*")*$/;

/** Calls whose arguments decide what they do: texts that name methods, templates, and built-in functions. */
export function refusedCalls(subject: PythonFile): Refused[] {
  const refused: Refused[] = [];
  for (const call of subject.tree.all('Call')) {
    const path = subject.paths.text(call.callee);
    const function_ = path === undefined ? undefined : functionsTakingNames.get(path);
    if (function_) refused.push(...namesOf(subject, call, function_));
    else if (call.callee.type === 'Attribute' && !isOwn(subject, call.callee)) {
      const taking = takingNames.get(call.callee.name.id);
      if (taking && path === undefined) refused.push(...namesOf(subject, call, taking));
      else if (taking) refused.push(notOnData(call.callee));
      if (call.callee.name.id === 'query') refused.push(...queryOf(subject, call));
    }
    refused.push(...seedOf(subject, call, path), ...clockOf(subject, call, path));
  }
  for (const node of subject.tree.all('Attribute'))
    if (node.name.id === 'format') refused.push(...formatOf(subject, node));
  for (const node of subject.tree.all('Attribute')) refused.push(...unusedMethod(subject, node));
  for (const node of subject.scopes.free) {
    if (node.id === 'type' || node.id === 'super') refused.push(...callOnly(subject, node));
  }
  return refused;
}

/** A method of the class of `self`, which nothing is assigned over. */
function isMethod({ selfClass, scopes, types }: PythonFile, { object, name }: Attribute): boolean {
  const owner = selfClass(object);
  if (!owner || types.fieldValues(owner, name.id).length > 0) return false;
  return methodOf(owner, name.id, scopes) !== undefined;
}

/** A method of a class of the file. */
function isOwn(subject: PythonFile, callee: Attribute): boolean {
  return subject.selfClass(callee.object) !== undefined && subject.ownNames.has(callee.name.id);
}

function namesOf(subject: PythonFile, call: Call, [place, name]: readonly [number, string]): Refused[] {
  const spread = call.args.find((arg) => arg.spread !== '');
  if (spread)
    return [
      refuse('SEC005', spread, 'What is spread here can name any method.', {
        advice: 'Write the arguments out.',
      }),
    ];
  const refused: Refused[] = [];
  const given = argument(call, name, place);
  if (given) refused.push(...nameOf(subject, given));
  // Columns by keyword: agg(high=('high', 'max')).
  const isNamed = call.callee.type === 'Attribute' && named.has(call.callee.name.id);
  for (const { name: keyword, value } of call.args) {
    if (!isNamed || !keyword || ['func', 'axis', 'engine', 'numeric_only'].includes(keyword.id)) continue;
    const [, method] = value.type === 'Tuple' ? value.elements : [undefined, value];
    if (method) refused.push(...nameOf(subject, method));
  }
  return refused;
}

/** Whether what is given is a function, or a text that names a harmless method, also in lists and tables. */
function nameOf(subject: PythonFile, node: Expression): Refused[] {
  const folded = subject.folder.fold(node);
  if (folded) {
    if (typeof folded.value !== 'string' || harmlessNames.has(folded.value)) return [];
    return [
      refuse('SEC009', node, `The method ${folded.value} is not on the allow-list for texts.`, {
        advice: 'Give a function: lambda values: values.max().',
      }),
    ];
  }
  switch (node.type) {
    case 'Lambda':
      return [];
    case 'List':
    case 'Tuple':
      return node.elements.flatMap((element) => nameOf(subject, element));
    case 'Dict':
      return node.items.flatMap(({ value }) => nameOf(subject, value));
    case 'Conditional':
      return [...nameOf(subject, node.body), ...nameOf(subject, node.orElse)];
    case 'Call':
      if (subject.paths.text(node.callee) === 'pandas.NamedAgg') return [];
      break;
    case 'Attribute':
      if (subject.paths.of(node) || isMethod(subject, node)) return [];
      break;
    case 'Name': {
      if (subject.paths.of(node)) return [];
      const [only, ...others] = subject.scopes.of(node)?.bindings ?? [];
      if (only && others.length === 0) {
        if (only.kind === 'function' || only.kind === 'class') return [];
        if (only.kind === 'assign' && only.value)
          return only.value === node ? [] : nameOf(subject, only.value);
      }
      break;
    }
    default:
      break;
  }
  return [
    refuse(
      'SEC005',
      node,
      `Whether ${subject.text(node)} is a function or the name of any method is not seen.`,
      {
        advice: 'Give a function, or a text that is written out.',
      },
    ),
  ];
}

/** `pd.DataFrame.apply(frame, 'to_csv')`, whose arguments stand elsewhere. */
function notOnData({ name }: Attribute): Refused {
  return refuse('SEC005', name, `What ${name.id} is called with is not seen here.`, {
    advice: `Call it on the data: frame.${name.id}(...).`,
  });
}

function queryOf(subject: PythonFile, call: Call): Refused[] {
  const text = subject.folder.text(positional(call)[0]?.value);
  if (text !== undefined && plainQuery.test(text) && !text.includes('__') && call.args.length === 1)
    return [];
  return [
    refuse('SEC009', call, 'query runs a text as code.', {
      advice: "Select rows: frame[frame['close'] > 0].",
    }),
  ];
}

/** `'{}'.format(x)` where the template is written out and asks for no members. */
function formatOf(subject: PythonFile, node: Attribute): Refused[] {
  if (isOwn(subject, node)) return [];
  const template = subject.folder.text(node.object);
  if (template !== undefined && plainField.test(template)) return [];
  const message =
    template === undefined
      ? 'A template that is not written out can ask for any member of what it formats.'
      : 'The template asks for members of what it formats.';
  return [refuse('SEC007', node.name, message, { advice: "Write an f-string: f'{value:.2f}'." })];
}

/** Methods that are judged by their arguments must be called where they are named. */
function unusedMethod(subject: PythonFile, node: Attribute): Refused[] {
  const isJudged = judgedCalls.has(node.name.id) && node.name.id !== 'format';
  const parent = subject.tree.parent(node);
  if (!isJudged || isOwn(subject, node) || (parent?.type === 'Call' && parent.callee === node)) return [];
  if (subject.ownNames.has(node.name.id) && parent?.type === 'Assign' && parent.value !== node) return [];
  return [
    refuse('SEC005', node.name, `What ${node.name.id} is called with is not seen here.`, {
      advice: 'Call it where it is named.',
    }),
  ];
}

function callOnly(subject: PythonFile, node: Syntax & { readonly id: string }): Refused[] {
  const parent = subject.tree.parent(node);
  const call = parent?.type === 'Call' && parent.callee === node ? parent : undefined;
  const isAnnotation =
    (parent?.type === 'Parameter' && parent.annotation === node) ||
    (parent?.type === 'AnnotatedAssign' && parent.annotation === node);
  if (node.id === 'type' && isAnnotation) return [];
  const expected = node.id === 'type' ? 1 : 0;
  const isPlain = call?.args.length === expected && call.args.every((arg) => arg.spread === '' && !arg.name);
  if (call && isPlain && (node.id === 'super' || isOnlyLookedAt(subject, call))) return [];
  const advice = replacements.get(node.id);
  return [
    refuse(
      'SEC007',
      node,
      `${node.id} makes or changes classes here.`,
      advice === undefined ? {} : { advice },
    ),
  ];
}

/** The class of a value may be compared, named and shown; called, the class of a class makes classes. */
function isOnlyLookedAt({ tree, paths }: PythonFile, call: Call): boolean {
  const parent = tree.parent(call);
  if (parent?.type === 'Comparison' || parent?.type === 'Replacement') return true;
  if (parent?.type === 'Attribute') return parent.name.id === '__name__';
  const outer = parent?.type === 'Argument' ? tree.parent(parent) : undefined;
  if (outer?.type !== 'Call') return false;
  return /^builtins\.(?:isinstance|issubclass|str|repr)$/.test(paths.text(outer.callee) ?? '');
}

/** Generators of random numbers without a seed. */
function seedOf(subject: PythonFile, call: Call, path: string | undefined): Refused[] {
  if (path !== 'numpy.random.default_rng' && path !== 'numpy.random.RandomState') return [];
  const seed = argument(call, 'seed', 0);
  const folded = seed && subject.folder.fold(seed);
  if (seed && folded?.value !== null) return [];
  return [
    refuse('DET001', call, 'Without a seed the numbers differ from run to run.', {
      advice: 'Give it a seed, or use lab.random().',
    }),
  ];
}

const clockFunctions = new Set([
  'pandas.Timestamp',
  'pandas.to_datetime',
  'pandas.DatetimeIndex',
  'numpy.datetime64',
]);

function clockOf(subject: PythonFile, call: Call, path: string | undefined): Refused[] {
  if (path === undefined || !clockFunctions.has(path)) return [];
  const text = subject.folder.text(positional(call)[0]?.value);
  if (text === undefined || !/^\s*(?:now|today)\s*$/i.test(text)) return [];
  return [refuse('DET002', call, `'${text}' is the time of the run.`, { advice: 'Use lab.bar.time.' })];
}
