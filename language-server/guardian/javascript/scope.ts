import type { AssignmentProperty, Pattern } from 'acorn';
import { childrenOf, isClass, isFunction, type Syntax, type SyntaxOf, type SyntaxTree } from './tree.ts';

type Identifier = SyntaxOf<'Identifier'>;

export type VariableKind = 'import' | 'var' | 'let' | 'const' | 'function' | 'class' | 'parameter' | 'catch';

export interface Variable {
  readonly name: string;
  readonly kind: VariableKind;
  /** Where the name is declared first. */
  readonly declaration: Identifier;
  readonly isModuleLevel: boolean;
  /** Uses of the value, declarations and pure writes left out. */
  readonly reads: Identifier[];
  /** Assignments after the declaration, `x++` and `for (x of ...)` included. */
  readonly writes: Identifier[];
}

class Scope {
  readonly outer: Scope | undefined;
  readonly variables = new Map<string, Variable>();

  constructor(outer?: Scope) {
    this.outer = outer;
  }

  declare(kind: VariableKind, declaration: Identifier): Variable {
    const { name } = declaration;
    const present = this.variables.get(name);
    if (present) {
      if (present.declaration !== declaration) present.writes.push(declaration);
      return present;
    }
    const isModuleLevel = this.outer === undefined;
    const variable = { name, kind, declaration, isModuleLevel, reads: [], writes: [] };
    this.variables.set(name, variable);
    return variable;
  }

  find(name: string): Variable | undefined {
    for (let scope: Scope | undefined = this; scope; scope = scope.outer) {
      const variable = scope.variables.get(name);
      if (variable) return variable;
    }
    return undefined;
  }
}

/** The names that a pattern binds. */
export function boundNames(pattern: Pattern | AssignmentProperty): Identifier[] {
  switch (pattern.type) {
    case 'Identifier':
      return [pattern];
    case 'ObjectPattern':
      return pattern.properties.flatMap((property) =>
        boundNames(property.type === 'RestElement' ? property.argument : property.value),
      );
    case 'ArrayPattern':
      return pattern.elements.flatMap((element) => (element ? boundNames(element) : []));
    case 'RestElement':
      return boundNames(pattern.argument);
    case 'AssignmentPattern':
      return boundNames(pattern.left);
    default:
      return [];
  }
}

/** Which variable each identifier of a program means. */
export class Scopes {
  readonly #tree: SyntaxTree;
  readonly #meanings = new Map<Identifier, Variable>();
  /** Identifiers that no declaration of the file binds. */
  readonly free: { readonly node: Identifier; readonly isWrite: boolean }[] = [];

  constructor(tree: SyntaxTree) {
    this.#tree = tree;
    const module = new Scope();
    this.#hoist(tree.program, module);
    for (const statement of tree.program.body) this.#visit(statement, module);
  }

  /** The variable that an identifier binds or uses; none for a free name. */
  variable(node: Syntax): Variable | undefined {
    return node.type === 'Identifier' ? this.#meanings.get(node) : undefined;
  }

  #bind(scope: Scope, kind: VariableKind, names: readonly Identifier[]): void {
    for (const name of names) this.#meanings.set(name, scope.declare(kind, name));
  }

  /** Declares what stands in a block or, with its `var`s, in a function or the module. */
  #hoist(block: Syntax, scope: Scope): void {
    for (const statement of statementsOf(block)) this.#declareStatement(statement, scope);
    const hasVars = block.type === 'Program' || block.type === 'StaticBlock' || this.#isBody(block);
    if (!hasVars) return;
    for (const node of this.#tree.below(
      block,
      (inner) => !isFunction(inner) && inner.type !== 'StaticBlock',
    )) {
      if (node.type !== 'VariableDeclaration' || node.kind !== 'var') continue;
      this.#bind(
        scope,
        'var',
        node.declarations.flatMap(({ id }) => boundNames(id)),
      );
    }
  }

  #isBody(block: Syntax): boolean {
    const parent = this.#tree.parent(block);
    return parent !== undefined && isFunction(parent);
  }

  #declareStatement(statement: Syntax, scope: Scope): void {
    switch (statement.type) {
      case 'ImportDeclaration':
        this.#bind(
          scope,
          'import',
          statement.specifiers.map(({ local }) => local),
        );
        break;
      case 'VariableDeclaration':
        if (statement.kind === 'var') break;
        this.#bind(
          scope,
          statement.kind === 'let' ? 'let' : 'const',
          statement.declarations.flatMap(({ id }) => boundNames(id)),
        );
        break;
      case 'FunctionDeclaration':
        if (statement.id) this.#bind(scope, 'function', [statement.id]);
        break;
      case 'ClassDeclaration':
        if (statement.id) this.#bind(scope, 'class', [statement.id]);
        break;
      case 'ExportNamedDeclaration':
      case 'ExportDefaultDeclaration':
        if (statement.declaration) this.#declareStatement(statement.declaration, scope);
        break;
      case 'LabeledStatement':
        this.#declareStatement(statement.body, scope);
        break;
    }
  }

  #visit(node: Syntax, scope: Scope): void {
    if (isFunction(node)) this.#visitFunction(node, scope);
    else if (isClass(node)) this.#visitClass(node, scope);
    else this.#visitOther(node, scope);
  }

  #visitOther(node: Syntax, scope: Scope): void {
    switch (node.type) {
      case 'Identifier':
        this.#use(node, scope);
        return;
      case 'MemberExpression':
        this.#visit(node.object, scope);
        if (node.computed) this.#visit(node.property, scope);
        return;
      case 'Property':
      case 'MethodDefinition':
      case 'PropertyDefinition':
        if (node.computed) this.#visit(node.key, scope);
        if (node.value) this.#visit(node.value, scope);
        return;
      case 'BlockStatement':
      case 'StaticBlock':
      case 'ForStatement':
      case 'ForInStatement':
      case 'ForOfStatement':
      case 'SwitchStatement':
        this.#visitBlock(node, scope);
        return;
      case 'CatchClause': {
        const inner = new Scope(scope);
        if (node.param) {
          this.#bind(inner, 'catch', boundNames(node.param));
          this.#visit(node.param, inner);
        }
        this.#visit(node.body, inner);
        return;
      }
      case 'LabeledStatement':
        this.#visit(node.body, scope);
        return;
      case 'ExportNamedDeclaration':
        if (node.declaration) this.#visit(node.declaration, scope);
        else if (!node.source) for (const { local } of node.specifiers) this.#visit(local, scope);
        return;
      case 'ImportDeclaration':
      case 'ExportAllDeclaration':
      case 'BreakStatement':
      case 'ContinueStatement':
      case 'MetaProperty':
        return;
      default:
        for (const child of childrenOf(node)) this.#visit(child, scope);
    }
  }

  #visitBlock(node: Syntax, outer: Scope): void {
    const scope = new Scope(outer);
    this.#hoist(node, scope);
    for (const child of childrenOf(node)) this.#visit(child, scope);
  }

  #visitFunction(
    node: SyntaxOf<'FunctionDeclaration' | 'FunctionExpression' | 'ArrowFunctionExpression'>,
    outer: Scope,
  ): void {
    const scope = new Scope(outer);
    if (node.type === 'FunctionExpression' && node.id) this.#bind(scope, 'function', [node.id]);
    const inner = node.type === 'FunctionExpression' && node.id ? new Scope(scope) : scope;
    this.#bind(inner, 'parameter', node.params.flatMap(boundNames));
    if (node.body.type === 'BlockStatement') this.#hoist(node.body, inner);
    for (const parameter of node.params) this.#visit(parameter, inner);
    if (node.body.type !== 'BlockStatement') this.#visit(node.body, inner);
    else for (const statement of node.body.body) this.#visit(statement, inner);
  }

  #visitClass(node: SyntaxOf<'ClassDeclaration' | 'ClassExpression'>, outer: Scope): void {
    const scope = new Scope(outer);
    if (node.id && node.type === 'ClassExpression') this.#bind(scope, 'class', [node.id]);
    if (node.superClass) this.#visit(node.superClass, scope);
    for (const member of node.body.body) this.#visit(member, scope);
  }

  #use(node: Identifier, scope: Scope): void {
    const isBinding = this.#meanings.has(node);
    if (isBinding) return;
    const { isWrite, isRead } = this.#usage(node);
    const variable = scope.find(node.name);
    if (!variable) {
      this.free.push({ node, isWrite });
      return;
    }
    this.#meanings.set(node, variable);
    if (isWrite) variable.writes.push(node);
    if (isRead) variable.reads.push(node);
  }

  #usage(node: Identifier): { isWrite: boolean; isRead: boolean } {
    let target: Syntax = node;
    for (const outer of this.#tree.around(node)) {
      switch (outer.type) {
        case 'UpdateExpression':
          return { isWrite: true, isRead: true };
        case 'AssignmentExpression': {
          const isWrite = outer.left === target;
          return { isWrite, isRead: !isWrite || outer.operator !== '=' };
        }
        case 'ForInStatement':
        case 'ForOfStatement': {
          const isWrite = outer.left === target;
          return { isWrite, isRead: !isWrite };
        }
        case 'AssignmentPattern':
          if (outer.left !== target) return { isWrite: false, isRead: true };
          break;
        case 'Property':
          if (outer.value !== target) return { isWrite: false, isRead: true };
          break;
        case 'ObjectPattern':
        case 'ArrayPattern':
        case 'RestElement':
          break;
        default:
          return { isWrite: false, isRead: true };
      }
      target = outer;
    }
    return { isWrite: false, isRead: true };
  }
}

function statementsOf(block: Syntax): readonly Syntax[] {
  switch (block.type) {
    case 'Program':
    case 'BlockStatement':
    case 'StaticBlock':
      return block.body;
    case 'ForStatement':
      return block.init ? [block.init] : [];
    case 'ForInStatement':
    case 'ForOfStatement':
      return [block.left];
    case 'SwitchStatement':
      return block.cases.flatMap(({ consequent }) => consequent);
    default:
      return [];
  }
}
