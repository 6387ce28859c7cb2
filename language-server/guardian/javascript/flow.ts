import { Calls } from './calls.ts';
import { Evaluator } from './evaluate.ts';
import { type Folder, iteratorKey } from './fold.ts';
import type { Scopes } from './scope.ts';
import { Store } from './store.ts';
import { type FunctionSyntax, isFunction, type Syntax, type SyntaxOf, type SyntaxTree } from './tree.ts';
import {
  Atoms,
  errorAtom,
  madeArray,
  nothing,
  numberValue,
  only,
  ownKey,
  plainValue,
  unknownValue,
  type Value,
} from './values.ts';

const mostRounds = 15;
/**
 * What reaches which expression of a file: an inclusion-based analysis of values and calls in which no
 * order of statements is known (Shivers, Control-Flow Analysis of Higher-Order Languages, 1991, 0-CFA).
 */
export class Flow {
  readonly #tree: SyntaxTree;
  readonly #folder: Folder;
  readonly #store: Store;
  readonly #evaluator: Evaluator;
  readonly #calls: Calls;

  constructor(tree: SyntaxTree, scopes: Scopes, folder: Folder) {
    this.#tree = tree;
    this.#folder = folder;
    this.#store = new Store(new Atoms(), scopes, folder);
    this.#evaluator = new Evaluator(this.#store, scopes, folder);
    this.#calls = new Calls(tree, folder, this.#store, this.#evaluator);
    this.#declareMembers();
    this.#settle();
    // What nobody calls may be called by what is not understood.
    if (!this.#calls.hasForeignCalls) return;
    for (const node of tree.nodes)
      if (isFunction(node) && !this.#calls.called.has(node)) this.#calls.escape(node);
    this.#settle();
  }

  /** The functions given to `defineStrategy` as `setup` and as `next`. */
  get setups(): ReadonlySet<FunctionSyntax> {
    return this.#calls.setups;
  }

  get nexts(): ReadonlySet<FunctionSyntax> {
    return this.#calls.nexts;
  }

  evaluate(node: Syntax): Value {
    return this.#evaluator.evaluate(node);
  }

  property(base: Value, name: string): Value {
    return this.#evaluator.property(base, name);
  }

  elements(base: Value): Value {
    return this.#evaluator.elements(base);
  }

  atIndex(base: Value, index: number): Value {
    return this.#evaluator.atIndex(base, index);
  }

  /** True where a node stands in a function that nothing calls. */
  isDead(node: Syntax): boolean {
    for (const outer of this.#tree.around(node))
      if (isFunction(outer) && !this.#calls.called.has(outer)) return true;
    return false;
  }

  /** What a function gets as its argument of that number. */
  argument(node: FunctionSyntax, index: number): Value {
    return this.#calls.argument(node, index);
  }

  /** True where the file itself gives some object a property of that name. */
  defines(name: string): boolean {
    return this.#store.defines(name);
  }

  /** The functions that a call of one of `roots` can lead to, these included. */
  reachable(roots: Iterable<FunctionSyntax>): ReadonlySet<FunctionSyntax> {
    const found = new Set(roots);
    for (const node of found) for (const next of this.#calls.callees.get(node) ?? []) found.add(next);
    return found;
  }

  /** Makes known which members the file defines, before any value is looked for among them. */
  #declareMembers(): void {
    const { tree, folder, store } = { tree: this.#tree, folder: this.#folder, store: this.#store };
    for (const type of ['Property', 'MethodDefinition', 'PropertyDefinition', 'MemberExpression'] as const) {
      for (const node of tree.all(type)) {
        const parent = tree.parent(node);
        const isWritten = parent?.type === 'AssignmentExpression' && parent.left === node;
        if (parent?.type === 'ObjectPattern' || (type === 'MemberExpression' && !isWritten)) continue;
        const name = folder.key(node);
        if (name === undefined) continue;
        store.property(name);
        if (parent?.type === 'ObjectExpression') store.defineOwn(parent, name, nothing);
      }
    }
  }

  #settle(): void {
    const reversed = this.#tree.nodes.toReversed();
    for (let round = 0; round < mostRounds * 2; round += 1) {
      this.#store.hasChanged = false;
      this.#evaluator.refresh();
      if (round === mostRounds) this.#store.giveUp();
      // Arguments go forward and results backward: both ways in turn take few rounds.
      for (const node of round % 2 === 0 ? this.#tree.nodes : reversed) this.#transfer(node);
      if (!this.#store.hasChanged) return;
    }
  }

  #transfer(node: Syntax): void {
    const { store, reader } = { store: this.#store, reader: this.#evaluator };
    // A generator is read as a list of what it yields.
    if (isFunction(node) && node.generator) store.add(store.returned(node), only(madeArray));
    switch (node.type) {
      case 'ImportSpecifier':
        store.bind(node.local, only(store.atoms.export(importedName(node))), reader);
        break;
      case 'ImportDefaultSpecifier':
      case 'ImportNamespaceSpecifier':
        store.bind(node.local, unknownValue, reader);
        break;
      case 'VariableDeclarator':
        if (node.init) store.bind(node.id, reader.evaluate(node.init), reader);
        else if (node.id.type === 'Identifier' && !this.#isLoopVariable(node))
          store.bind(node.id, plainValue, reader);
        break;
      case 'AssignmentExpression':
        store.bind(node.left, reader.assigned(node), reader);
        break;
      case 'UpdateExpression':
        if (node.argument.type === 'Identifier' || node.argument.type === 'MemberExpression')
          store.bind(node.argument, numberValue, reader);
        break;
      case 'ForOfStatement':
        store.bind(node.left, reader.elements(reader.evaluate(node.right)), reader);
        break;
      case 'ForInStatement':
        store.bind(node.left, store.hasForeignNames ? unknownValue : only(ownKey), reader);
        break;
      case 'CatchClause':
        if (node.param) store.bind(node.param, new Set([errorAtom, ...unknownValue]), reader);
        break;
      case 'FunctionDeclaration':
      case 'ClassDeclaration':
        if (node.id) store.bind(node.id, reader.evaluate(node), reader);
        if (node.type === 'ClassDeclaration') this.#members(node);
        break;
      case 'FunctionExpression':
        if (node.id) store.bind(node.id, reader.evaluate(node), reader);
        break;
      case 'ClassExpression':
        if (node.id) store.bind(node.id, reader.evaluate(node), reader);
        this.#members(node);
        break;
      case 'ArrowFunctionExpression':
        if (node.expression) store.add(store.returned(node), reader.evaluate(node.body));
        break;
      case 'ReturnStatement': {
        const enclosing = this.#tree.enclosingFunction(node);
        if (enclosing && node.argument) store.add(store.returned(enclosing), reader.evaluate(node.argument));
        break;
      }
      case 'YieldExpression': {
        const given = node.argument ? reader.evaluate(node.argument) : plainValue;
        store.add(store.elements, node.delegate ? reader.elements(given) : given);
        break;
      }
      case 'ArrayExpression':
        for (const element of node.elements) {
          if (!element) continue;
          const value =
            element.type === 'SpreadElement'
              ? reader.elements(reader.evaluate(element.argument))
              : reader.evaluate(element);
          store.add(store.list(node), value);
        }
        break;
      case 'ObjectExpression':
        for (const property of node.properties) {
          if (property.type !== 'Property') continue;
          const isGetter = property.kind === 'get';
          const name = this.#folder.key(property);
          this.#define(name, property.value, isGetter, property.kind === 'set');
          if (name === undefined || property.kind === 'set') continue;
          const value =
            isGetter && isFunction(property.value)
              ? store.returned(property.value).value
              : reader.evaluate(property.value);
          store.defineOwn(node, name, value);
        }
        break;
      case 'TaggedTemplateExpression': {
        store.add(store.elements, only(...node.quasi.quasis.map(({ value }) => store.atoms.text(value.raw))));
        const values = [only(madeArray), ...node.quasi.expressions.map((part) => reader.evaluate(part))];
        this.#calls.pass(node, reader.evaluate(node.tag), values);
        break;
      }
      case 'Literal':
        if (node.regex?.pattern.includes('(?<')) store.meetForeignNames();
        break;
      case 'CallExpression':
      case 'NewExpression':
        this.#calls.call(node);
        break;
    }
  }

  /** `for (const x of list)`: the loop gives x its values. */
  #isLoopVariable(node: SyntaxOf<'VariableDeclarator'>): boolean {
    const list = this.#tree.parent(node);
    const loop = list && this.#tree.parent(list);
    return (loop?.type === 'ForOfStatement' || loop?.type === 'ForInStatement') && loop.left === list;
  }

  #members(node: SyntaxOf<'ClassDeclaration' | 'ClassExpression'>): void {
    for (const member of node.body.body) {
      if (member.type === 'StaticBlock') continue;
      const isMethod = member.type === 'MethodDefinition';
      if (isMethod && member.kind === 'constructor') continue;
      const name = this.#folder.key(member);
      if (member.value) {
        this.#define(
          name,
          member.value,
          isMethod && member.kind === 'get',
          isMethod && member.kind === 'set',
        );
      } else if (name !== undefined) this.#store.add(this.#store.property(name), plainValue);
    }
  }

  #define(name: string | undefined, value: Syntax, isGetter: boolean, isSetter: boolean): void {
    // Loops, spreads and patterns call it, and what it gives, unseen.
    if (name === iteratorKey) this.#calls.hasForeignCalls = true;
    const slot = name === undefined ? this.#store.anyProperty : this.#store.property(name);
    if (isSetter && isFunction(value)) this.#calls.enter(value, [slot.value], undefined);
    else if (isGetter && isFunction(value)) {
      this.#calls.called.add(value);
      this.#store.add(slot, this.#store.returned(value).value);
    } else this.#store.add(slot, this.#evaluator.evaluate(value));
  }
}

function importedName(node: SyntaxOf<'ImportSpecifier'>): string {
  return node.imported.type === 'Identifier' ? node.imported.name : String(node.imported.value);
}
