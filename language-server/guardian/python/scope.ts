import type { Expression, Identifier, Name, Parameter, Pattern, Syntax, SyntaxOf } from './syntax.ts';
import { childrenOf, type SyntaxTree } from './tree.ts';

export type ScopeNode = SyntaxOf<
  'Module' | 'FunctionDefinition' | 'Lambda' | 'ClassDefinition' | 'Comprehension'
>;

export interface Binding {
  readonly kind:
    | 'assign'
    | 'unpack'
    | 'augment'
    | 'declare'
    | 'parameter'
    | 'import'
    | 'function'
    | 'class'
    | 'loop'
    | 'with'
    | 'except'
    | 'capture'
    | 'delete';
  /** The name that is bound. */
  readonly node: Name | Identifier;
  /** What is assigned as a whole. */
  readonly value?: Expression;
  /** The path of what is imported, such as `numpy.mean`. */
  readonly path?: readonly string[];
  /** The definition, parameter or statement that binds. */
  readonly by: Syntax;
}

export interface Variable {
  readonly name: string;
  readonly scope: Scope;
  readonly bindings: Binding[];
  readonly reads: Name[];
}

export class Scope {
  readonly node: ScopeNode;
  readonly parent: Scope | undefined;
  readonly variables = new Map<string, Variable>();
  readonly declared = new Map<string, 'global' | 'nonlocal'>();

  constructor(node: ScopeNode, parent: Scope | undefined) {
    this.node = node;
    this.parent = parent;
  }

  get isClass(): boolean {
    return this.node.type === 'ClassDefinition';
  }

  variable(name: string): Variable {
    let variable = this.variables.get(name);
    if (!variable) {
      variable = { name, scope: this, bindings: [], reads: [] };
      this.variables.set(name, variable);
    }
    return variable;
  }
}

/** Which variable each name of a module means, by the rules of Python. */
export class Scopes {
  readonly module: Scope;
  /** Names that no scope binds: built-in ones, or none. */
  readonly free: Name[] = [];
  readonly all: Variable[] = [];
  readonly #variables = new Map<Name | Identifier, Variable>();
  readonly #scopes = new Map<ScopeNode, Scope>();
  readonly #reads: { readonly node: Name; readonly scope: Scope }[] = [];
  readonly #read = new Set<Name>();

  constructor(tree: SyntaxTree) {
    this.module = this.#open(tree.module, undefined);
    for (const statement of tree.module.body) this.#visit(statement, this.module);
    for (const { node, scope } of this.#reads) {
      const variable = this.#find(node.id, scope);
      if (variable) {
        this.#variables.set(node, variable);
        variable.reads.push(node);
        this.#read.add(node);
      } else this.free.push(node);
    }
    for (const scope of this.#scopes.values()) this.all.push(...scope.variables.values());
  }

  /** The variable that a name reads or binds. */
  of(node: Syntax): Variable | undefined {
    return node.type === 'Name' || node.type === 'Identifier' ? this.#variables.get(node) : undefined;
  }

  /** True for a name that reads a variable, false for one that binds it. */
  isRead(node: Name): boolean {
    return this.#read.has(node);
  }

  #open(node: ScopeNode, parent: Scope | undefined): Scope {
    const scope = new Scope(node, parent);
    this.#scopes.set(node, scope);
    if (node.type === 'Module' || node.type === 'FunctionDefinition' || node.type === 'ClassDefinition')
      this.#readDeclarations(node.body, scope);
    return scope;
  }

  /** `global` and `nonlocal` hold for a whole function, wherever they stand in it. */
  #readDeclarations(statements: readonly Syntax[], scope: Scope): void {
    const waiting: Syntax[] = [...statements];
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
      if (node.type === 'Scope') for (const { id } of node.names) scope.declared.set(id, node.kind);
      if (node.type === 'FunctionDefinition' || node.type === 'ClassDefinition' || node.type === 'Lambda')
        continue;
      waiting.push(...childrenOf(node));
    }
  }

  /** Where a name of that scope is kept. */
  #home(name: string, scope: Scope): Scope {
    const declared = scope.declared.get(name);
    if (declared === 'global') return this.module;
    if (declared !== 'nonlocal') return scope;
    for (let outer = scope.parent; outer; outer = outer.parent)
      if (!outer.isClass && outer !== this.module && outer.variables.has(name)) return outer;
    return scope.parent ?? this.module;
  }

  #bind(scope: Scope, binding: Binding): void {
    const name = binding.node.id;
    const variable = this.#home(name, scope).variable(name);
    variable.bindings.push(binding);
    this.#variables.set(binding.node, variable);
  }

  #find(name: string, scope: Scope): Variable | undefined {
    const home = this.#home(name, scope);
    if (home !== scope) return home.variables.get(name) ?? this.module.variables.get(name);
    for (let at: Scope | undefined = scope; at; at = at.parent) {
      // The names of a class are seen in its body only.
      if (at.isClass && at !== scope) continue;
      if (at.declared.get(name) === 'global') return this.module.variables.get(name);
      const found = at.variables.get(name);
      if (found) return found;
    }
    return undefined;
  }

  #visitAll(nodes: readonly (Syntax | undefined)[], scope: Scope): void {
    for (const node of nodes) if (node) this.#visit(node, scope);
  }

  #visit(node: Syntax, scope: Scope): void {
    switch (node.type) {
      case 'Name':
        this.#reads.push({ node, scope });
        return;
      case 'FunctionDefinition': {
        this.#bind(scope, { kind: 'function', node: node.name, by: node });
        this.#visitAll([...node.decorators, node.returns], scope);
        const inner = this.#function(node, scope);
        this.#visitAll(node.body, inner);
        return;
      }
      case 'Lambda':
        this.#visit(node.body, this.#function(node, scope));
        return;
      case 'ClassDefinition': {
        this.#bind(scope, { kind: 'class', node: node.name, by: node });
        this.#visitAll([...node.decorators, ...node.bases], scope);
        this.#visitAll(node.body, this.#open(node, scope));
        return;
      }
      case 'Comprehension':
        this.#comprehension(node, scope);
        return;
      case 'NamedExpression': {
        let target = scope;
        while (target.node.type === 'Comprehension' && target.parent) target = target.parent;
        this.#bind(target, { kind: 'assign', node: node.target, value: node.value, by: node });
        this.#visit(node.value, scope);
        return;
      }
      case 'Assign':
        this.#visit(node.value, scope);
        for (const target of node.targets) this.#assign(target, scope, 'assign', node, node.value);
        return;
      case 'AnnotatedAssign':
        this.#visitAll([node.annotation, node.value], scope);
        this.#assign(node.target, scope, node.value ? 'assign' : 'declare', node, node.value);
        return;
      case 'AugmentedAssign':
        this.#visitAll([node.value, node.target], scope);
        if (node.target.type === 'Name') this.#bind(scope, { kind: 'augment', node: node.target, by: node });
        return;
      case 'For':
        this.#visit(node.iterable, scope);
        this.#assign(node.target, scope, 'loop', node);
        this.#visitAll([...node.body, ...node.orElse], scope);
        return;
      case 'WithItem':
        this.#visit(node.context, scope);
        if (node.target) this.#assign(node.target, scope, 'with', node);
        return;
      case 'Delete':
        for (const target of node.targets) this.#assign(target, scope, 'delete', node);
        return;
      case 'ExceptClause':
        if (node.exception) this.#visit(node.exception, scope);
        if (node.name) this.#bind(scope, { kind: 'except', node: node.name, by: node });
        this.#visitAll(node.body, scope);
        return;
      case 'Import':
      case 'ImportFrom':
        this.#import(node, scope);
        return;
      case 'MatchCase':
        this.#pattern(node.pattern, scope, node);
        this.#visitAll([node.guard, ...node.body], scope);
        return;
      case 'Scope':
        return;
      default:
        this.#visitAll(childrenOf(node), scope);
    }
  }

  #function(node: SyntaxOf<'FunctionDefinition' | 'Lambda'>, scope: Scope): Scope {
    for (const { annotation, byDefault } of node.parameters) this.#visitAll([annotation, byDefault], scope);
    const inner = this.#open(node, scope);
    for (const parameter of node.parameters) this.#parameter(parameter, inner);
    return inner;
  }

  #parameter(parameter: Parameter, scope: Scope): void {
    this.#bind(scope, { kind: 'parameter', node: parameter.name, by: parameter });
  }

  #comprehension(node: SyntaxOf<'Comprehension'>, scope: Scope): void {
    const inner = this.#open(node, scope);
    for (const [index, clause] of node.clauses.entries()) {
      this.#visit(clause.iterable, index === 0 ? scope : inner);
      this.#assign(clause.target, inner, 'loop', clause);
    }
    for (const { conditions } of node.clauses) this.#visitAll(conditions, inner);
    this.#visitAll([node.key, node.element], inner);
  }

  #assign(target: Expression, scope: Scope, kind: Binding['kind'], by: Syntax, value?: Expression): void {
    switch (target.type) {
      case 'Name':
        this.#bind(scope, { kind, node: target, by, ...(value ? { value } : {}) });
        return;
      case 'Tuple':
      case 'List': {
        const isPaired =
          (value?.type === 'Tuple' || value?.type === 'List') &&
          value.elements.length === target.elements.length &&
          ![...value.elements, ...target.elements].some(({ type }) => type === 'Starred');
        for (const [index, element] of target.elements.entries()) {
          const part = isPaired ? value.elements[index] : undefined;
          this.#assign(element, scope, kind === 'assign' && !part ? 'unpack' : kind, by, part);
        }
        return;
      }
      case 'Starred':
        this.#assign(target.value, scope, kind === 'assign' ? 'unpack' : kind, by);
        return;
      default:
        this.#visitAll(childrenOf(target), scope);
    }
  }

  #import(node: SyntaxOf<'Import' | 'ImportFrom'>, scope: Scope): void {
    for (const imported of node.names) {
      const path = imported.path.map(({ id }) => id);
      const [first] = imported.path;
      const bound = imported.alias ?? first;
      if (!first || !bound) continue;
      // `import a.b` binds a, `import a.b as c` binds a.b.
      const whole =
        node.type === 'Import'
          ? imported.alias
            ? path
            : path.slice(0, 1)
          : [...'.'.repeat(node.level), ...node.module.map(({ id }) => id), ...path];
      this.#bind(scope, { kind: 'import', node: bound, path: whole, by: node });
    }
  }

  #pattern(pattern: Pattern, scope: Scope, by: Syntax): void {
    switch (pattern.type) {
      case 'ValuePattern':
        this.#visit(pattern.value, scope);
        return;
      case 'CapturePattern':
        if (pattern.pattern) this.#pattern(pattern.pattern, scope, by);
        if (pattern.name.id !== '_') this.#bind(scope, { kind: 'capture', node: pattern.name, by });
        return;
      case 'StarPattern':
        if (pattern.name.id !== '_') this.#bind(scope, { kind: 'capture', node: pattern.name, by });
        return;
      case 'KeywordPattern':
        this.#pattern(pattern.pattern, scope, by);
        return;
      case 'ClassPattern':
        this.#visit(pattern.className, scope);
        break;
      case 'MappingPattern':
        this.#visitAll(pattern.keys, scope);
        break;
      default:
        break;
    }
    for (const part of pattern.patterns) this.#pattern(part, scope, by);
  }
}
