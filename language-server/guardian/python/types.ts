import type { ApiMember, ApiType, ApiValue } from '../javascript/strategyApi.ts';
import { elementOf } from '../javascript/strategyApi.ts';
import { labMembers, pythonMembers } from './api.ts';
import { assignedOnce } from './fold.ts';
import type { Scopes, Variable } from './scope.ts';
import { type ClassSyntax, calledFunction, methodOf, type StrategyShape, selfClass } from './shape.ts';
import type { Call, Expression, Syntax, SyntaxOf } from './syntax.ts';
import type { SyntaxTree } from './tree.ts';

/** What an expression of the strategy API holds: an object, a method of one, or a number. */
export type PythonType =
  | { readonly kind: 'lab'; readonly phase: 'setup' | 'next' }
  | { readonly kind: 'api'; readonly type: ApiType }
  | {
      readonly kind: 'method';
      readonly owner: ApiType | 'Lab';
      readonly name: string;
      readonly gives: ApiValue;
    }
  | { readonly kind: 'value'; readonly gives: ApiValue };

const deepest = 12;
const lists = new Set<ApiType>(['Markets', 'SetupMarkets']);

/** The members of what has a type; nothing where any may be right. */
export function membersOf(type: PythonType): Readonly<Record<string, ApiMember>> | undefined {
  if (type.kind === 'lab') return labMembers[type.phase];
  return type.kind === 'api' && type.type !== 'Params' && !lists.has(type.type)
    ? pythonMembers[type.type]
    : undefined;
}

/** Tells what of the strategy API an expression holds, where that is certain. */
export class Types {
  readonly #tree: SyntaxTree;
  readonly #scopes: Scopes;
  readonly #strategy: StrategyShape;
  readonly #known = new Map<Syntax, PythonType | undefined>();
  /** What each class assigns to the members of `self`. */
  readonly #fields = new Map<ClassSyntax, Map<string, (Expression | undefined)[]>>();
  /** The calls of each function of the file. */
  readonly #calls = new Map<Syntax, Call[]>();

  constructor(tree: SyntaxTree, scopes: Scopes, strategy: StrategyShape) {
    this.#tree = tree;
    this.#scopes = scopes;
    this.#strategy = strategy;
    for (const call of tree.all('Call')) {
      const target = calledFunction(call, tree, scopes);
      if (target) this.#calls.set(target, [...(this.#calls.get(target) ?? []), call]);
    }
    for (const node of tree.nodes) {
      if (node.type === 'Assign') for (const target of node.targets) this.#field(target, node.value);
      else if (node.type === 'AnnotatedAssign') this.#field(node.target, node.value);
      else if (node.type === 'AugmentedAssign') this.#field(node.target, undefined);
    }
  }

  of(node: Syntax, depth = 0): PythonType | undefined {
    if (depth > deepest) return undefined;
    if (this.#known.has(node)) return this.#known.get(node);
    const type = this.#compute(node, depth);
    if (depth === 0) this.#known.set(node, type);
    return type;
  }

  /** The object of the API that an expression is. */
  api(node: Syntax): ApiType | undefined {
    const type = this.of(node);
    return type?.kind === 'api' ? type.type : undefined;
  }

  /** The method of the API that a call calls. */
  method(call: Call): (PythonType & { readonly kind: 'method' }) | undefined {
    const type = this.of(call.callee);
    return type?.kind === 'method' ? type : undefined;
  }

  /** Every value that `self.name` is given in a class and its bases; `undefined` for one that is not known. */
  fieldValues(owner: ClassSyntax, name: string): readonly (Expression | undefined)[] {
    return this.#fields.get(owner)?.get(name) ?? [];
  }

  #field(target: Expression, value: Expression | undefined): void {
    if (target.type === 'Tuple' || target.type === 'List') {
      for (const [index, element] of target.elements.entries()) {
        const isPaired = value?.type === 'Tuple' && value.elements.length === target.elements.length;
        this.#field(element, isPaired ? value.elements[index] : undefined);
      }
      return;
    }
    const owner =
      target.type === 'Attribute' ? selfClass(target.object, this.#tree, this.#scopes) : undefined;
    if (!owner || target.type !== 'Attribute') return;
    const fields = this.#fields.get(owner) ?? new Map<string, (Expression | undefined)[]>();
    this.#fields.set(owner, fields);
    fields.set(target.name.id, [...(fields.get(target.name.id) ?? []), value]);
  }

  #compute(node: Syntax, depth: number): PythonType | undefined {
    switch (node.type) {
      case 'Name':
        return this.#variable(this.#scopes.of(node), depth);
      case 'Attribute':
        return this.#attribute(node, depth);
      case 'Call': {
        const callee = this.of(node.callee, depth + 1);
        return callee?.kind === 'method' ? typeGiven(callee.gives) : undefined;
      }
      case 'Subscript': {
        const object = this.of(node.object, depth + 1);
        if (object?.kind !== 'api') return undefined;
        const element = node.index.type === 'Slice' ? undefined : elementOf(object.type);
        if (element) return { kind: 'api', type: element };
        if (object.type === 'Series') return { kind: 'value', gives: 'price' };
        if (object.type === 'Average') return { kind: 'value', gives: 'average' };
        return object.type === 'Params' ? { kind: 'value', gives: 'number' } : undefined;
      }
      default:
        return undefined;
    }
  }

  #variable(variable: Variable | undefined, depth: number): PythonType | undefined {
    const only = variable?.bindings.length === 1 ? variable.bindings[0] : undefined;
    if (!variable || !only) return undefined;
    if (only.kind === 'parameter') return this.#parameter(only.by, depth);
    if (only.kind === 'loop') {
      const { by } = only;
      const iterable = by.type === 'For' || by.type === 'ComprehensionClause' ? by.iterable : undefined;
      const target = by.type === 'For' || by.type === 'ComprehensionClause' ? by.target : undefined;
      const list = iterable && target === only.node ? this.of(iterable, depth + 1) : undefined;
      const element = list?.kind === 'api' ? elementOf(list.type) : undefined;
      return element && { kind: 'api', type: element };
    }
    const value = assignedOnce(variable);
    return value && this.of(value, depth + 1);
  }

  #parameter(parameter: Syntax, depth: number): PythonType | undefined {
    const owner = this.#tree.parent(parameter);
    if (owner?.type !== 'FunctionDefinition') return undefined;
    const place = (owner.parameters as readonly Syntax[]).indexOf(parameter);
    const main = this.#strategy.main;
    for (const phase of ['setup', 'next'] as const) {
      const isEntry = this.#strategy.classes.some((one) => methodOf(one, phase, this.#scopes) === owner);
      if (main && isEntry) return place === 1 ? { kind: 'lab', phase } : undefined;
    }
    return this.#agreed(
      (this.#calls.get(owner) ?? []).map((call) => argumentAt(call, owner, place)),
      depth,
    );
  }

  #attribute(node: SyntaxOf<'Attribute'>, depth: number): PythonType | undefined {
    const owner = selfClass(node.object, this.#tree, this.#scopes);
    if (owner) {
      const values = this.fieldValues(owner, node.name.id);
      // Before setup it is often None.
      const told = values.filter((value) => !(value?.type === 'Singleton' && value.value === null));
      return this.#agreed(told, depth);
    }
    const object = this.of(node.object, depth + 1);
    const members = object && membersOf(object);
    const name = node.name.id;
    if (object?.kind === 'api' && object.type === 'Params') return { kind: 'value', gives: 'number' };
    const member = members && Object.hasOwn(members, name) ? members[name] : undefined;
    if (!member) return undefined;
    const type = object?.kind === 'api' ? object.type : 'Lab';
    return member.isMethod
      ? { kind: 'method', owner: type, name, gives: member.gives }
      : typeGiven(member.gives);
  }

  /** The type that all of some values have. */
  #agreed(values: readonly (Expression | undefined)[], depth: number): PythonType | undefined {
    const types = values.map((value) => value && this.of(value, depth + 1));
    const [first] = types;
    if (!first) return undefined;
    const text = JSON.stringify(first);
    return types.every((type) => type && JSON.stringify(type) === text) ? first : undefined;
  }
}

function typeGiven(gives: ApiValue): PythonType {
  return Object.hasOwn(pythonMembers, gives)
    ? { kind: 'api', type: gives as ApiType }
    : { kind: 'value', gives };
}

/** What a call gives a parameter of a function, `self` left out where the call names no class. */
function argumentAt(
  call: Call,
  target: SyntaxOf<'FunctionDefinition'>,
  place: number,
): Expression | undefined {
  if (call.args.some(({ spread }) => spread !== '')) return undefined;
  const name = target.parameters[place]?.name.id;
  const keyword = call.args.find((arg) => arg.name?.id === name);
  if (keyword) return keyword.value;
  const shift = call.callee.type === 'Attribute' && target.parameters[0]?.name.id === 'self' ? 1 : 0;
  return call.args.filter((arg) => !arg.name)[place - shift]?.value;
}
