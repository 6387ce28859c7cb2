import type { Folder } from './fold.ts';
import type { Paths } from './paths.ts';
import type { Scopes } from './scope.ts';
import type { Argument, Call, DictItem, Expression, Syntax, SyntaxOf } from './syntax.ts';
import { type FunctionSyntax, isFunction, type SyntaxTree } from './tree.ts';

export type ClassSyntax = SyntaxOf<'ClassDefinition'>;
export type MethodSyntax = SyntaxOf<'FunctionDefinition'>;

export interface DeclaredParameter {
  readonly name: string;
  readonly item: DictItem;
  readonly min: number | undefined;
  readonly max: number | undefined;
}

/** What is known of the strategy that a file declares. */
export interface StrategyShape {
  /** The classes that extend Strategy, directly or by another class of the file, in their order. */
  readonly classes: readonly ClassSyntax[];
  /** The one that runs: the only public one. */
  readonly main: ClassSyntax | undefined;
  readonly params: SyntaxOf<'Dict'> | undefined;
  /** The declared parameters by name; nothing where they are not written out. */
  readonly parameters: ReadonlyMap<string, DeclaredParameter> | undefined;
  /** Every function that runs once a bar, in `setup`, and in `signals`. */
  readonly perBar: ReadonlySet<FunctionSyntax>;
  readonly atStart: ReadonlySet<FunctionSyntax>;
  readonly vectorised: ReadonlySet<FunctionSyntax>;
}

export function strategyShape(tree: SyntaxTree, scopes: Scopes, folder: Folder, paths: Paths): StrategyShape {
  const classes = strategyClasses(tree, scopes, paths);
  const open = classes.filter(({ name }) => !name.id.startsWith('_'));
  // A class that another one extends is its base.
  const leaves = open.filter((candidate) => !open.some((other) => baseOf(other, scopes) === candidate));
  const main = leaves.at(-1);
  const assigned = main && inherited(main, 'params', scopes);
  const params = assigned?.type === 'Dict' ? assigned : undefined;
  const reach = (name: string) => reachable(tree, scopes, main && methodOf(main, name, scopes));
  return {
    classes,
    main,
    params,
    parameters: assigned && !params ? undefined : parametersOf(params, folder),
    perBar: reach('next'),
    atStart: reach('setup'),
    vectorised: reach('signals'),
  };
}

function strategyClasses(tree: SyntaxTree, scopes: Scopes, paths: Paths): ClassSyntax[] {
  const found: ClassSyntax[] = [];
  for (const node of tree.all('ClassDefinition')) {
    const base = baseOf(node, scopes);
    const isStrategy = node.bases.some(({ value }) => paths.text(value) === 'strategy_lab.Strategy');
    if (isStrategy || (base && found.includes(base))) found.push(node);
  }
  return found;
}

/** The class of the file that a class extends. */
export function baseOf(node: ClassSyntax, scopes: Scopes): ClassSyntax | undefined {
  for (const { value } of node.bases) {
    const [binding] = scopes.of(value)?.bindings ?? [];
    if (binding?.kind === 'class' && binding.by.type === 'ClassDefinition' && binding.by !== node)
      return binding.by;
  }
  return undefined;
}

/** The method of that name, of the class or of a base in the file. */
export function methodOf(node: ClassSyntax, name: string, scopes: Scopes): MethodSyntax | undefined {
  let at: ClassSyntax | undefined = node;
  for (let depth = 0; at && depth < 20; depth += 1) {
    for (const statement of at.body)
      if (statement.type === 'FunctionDefinition' && statement.name.id === name) return statement;
    at = baseOf(at, scopes);
  }
  return undefined;
}

/** What a class assigns to a name in its body. */
export function assignedIn(node: ClassSyntax, name: string): Expression | undefined {
  for (const statement of node.body) {
    if (statement.type === 'AnnotatedAssign' && isNamed(statement.target, name)) return statement.value;
    if (statement.type === 'Assign' && statement.targets.some((target) => isNamed(target, name)))
      return statement.value;
  }
  return undefined;
}

/** The same of the class or of the nearest base in the file. */
export function inherited(node: ClassSyntax, name: string, scopes: Scopes): Expression | undefined {
  let at: ClassSyntax | undefined = node;
  for (let depth = 0; at && depth < 20; depth += 1) {
    const value = assignedIn(at, name);
    if (value) return value;
    at = baseOf(at, scopes);
  }
  return undefined;
}

function isNamed(node: Syntax, name: string): boolean {
  return node.type === 'Name' && node.id === name;
}

/** The value of a keyword argument, or of the argument at a place. */
export function argument(call: Call, name: string, place?: number): Expression | undefined {
  const keyword = call.args.find((arg) => arg.name?.id === name);
  if (keyword) return keyword.value;
  return place === undefined ? undefined : positional(call)[place]?.value;
}

/** The arguments without a name, up to a spread. */
export function positional(call: Call): Argument[] {
  const list = call.args.filter((arg) => !arg.name && arg.spread !== '**');
  const spread = list.findIndex((arg) => arg.spread === '*');
  return spread < 0 ? list : list.slice(0, spread);
}

function parametersOf(
  params: SyntaxOf<'Dict'> | undefined,
  folder: Folder,
): ReadonlyMap<string, DeclaredParameter> | undefined {
  const parameters = new Map<string, DeclaredParameter>();
  for (const item of params?.items ?? []) {
    const name = item.key && folder.text(item.key);
    if (name === undefined) return undefined;
    const bound = (field: string) =>
      item.value.type === 'Call' ? folder.number(argument(item.value, field)) : undefined;
    parameters.set(name, { name, item, min: bound('min'), max: bound('max') });
  }
  return parameters;
}

/** A function and all that it calls by name or by `self`, with what is defined inside of them. */
function reachable(
  tree: SyntaxTree,
  scopes: Scopes,
  start: FunctionSyntax | undefined,
): ReadonlySet<FunctionSyntax> {
  const found = new Set<FunctionSyntax>();
  const waiting: FunctionSyntax[] = start ? [start] : [];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (found.has(node)) continue;
    found.add(node);
    for (const inner of tree.below(node)) {
      if (isFunction(inner)) waiting.push(inner);
      else if (inner.type === 'Call') {
        const target = calledFunction(inner, tree, scopes);
        if (target) waiting.push(target);
      }
    }
  }
  return found;
}

/** The function of the file that a call runs, where its name says it. */
export function calledFunction(call: Call, tree: SyntaxTree, scopes: Scopes): MethodSyntax | undefined {
  const { callee } = call;
  if (callee.type === 'Name') {
    const [only, ...others] = scopes.of(callee)?.bindings ?? [];
    return only?.by.type === 'FunctionDefinition' && others.length === 0 ? only.by : undefined;
  }
  if (callee.type !== 'Attribute') return undefined;
  const owner = selfClass(callee.object, tree, scopes);
  return owner && methodOf(owner, callee.name.id, scopes);
}

/** The class whose method has `node` for its first parameter: the class of `self`. */
export function selfClass(node: Syntax, tree: SyntaxTree, scopes: Scopes): ClassSyntax | undefined {
  const variable = node.type === 'Name' ? scopes.of(node) : undefined;
  const only = variable?.bindings.length === 1 ? variable.bindings[0] : undefined;
  if (only?.kind !== 'parameter') return undefined;
  const method = tree.parent(only.by);
  if (method?.type !== 'FunctionDefinition' || method.parameters[0] !== only.by) return undefined;
  const owner = tree.parent(method);
  if (owner?.type !== 'ClassDefinition' || owner.body.every((statement) => statement !== method))
    return undefined;
  return method.decorators.every((decorator) => keepsSelf(decorator, scopes)) ? owner : undefined;
}

/** True for decorators under which a method is still called with its own object. Others may keep the function. */
function keepsSelf(decorator: Expression, scopes: Scopes): boolean {
  const root = decorator.type === 'Attribute' ? decorator.object : decorator;
  // Not where the file gives the name another meaning.
  const bindings = scopes.of(root)?.bindings ?? [];
  const expected = decorator.type === 'Attribute' ? /^(?:function|import)$/ : /^import$/;
  if (!bindings.every(({ kind }) => expected.test(kind))) return false;
  if (decorator.type === 'Name')
    return /^(?:property|classmethod|override|final|overload)$/.test(decorator.id);
  return (
    decorator.type === 'Attribute' && /^(?:setter|getter|deleter|override|final)$/.test(decorator.name.id)
  );
}

export function isStaticMethod(method: MethodSyntax): boolean {
  return method.decorators.some((decorator) => decorator.type === 'Name' && decorator.id === 'staticmethod');
}
