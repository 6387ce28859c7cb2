import { callOfGlobal, kept } from './builtins.ts';
import type { Evaluator } from './evaluate.ts';
import type { Folder } from './fold.ts';
import { callbackMethods, languageMethods } from './members.ts';
import type { Store } from './store.ts';
import { elementOf } from './strategyApi.ts';
import {
  type FunctionSyntax,
  isClass,
  isFunction,
  type Syntax,
  type SyntaxOf,
  type SyntaxTree,
} from './tree.ts';
import {
  type Atom,
  isApiList,
  madeArray,
  nothing,
  numberValue,
  only,
  plainValue,
  Slot,
  union,
  unknownValue,
  type Value,
} from './values.ts';

const storingMethods = new Set([
  'push',
  'unshift',
  'fill',
  'add',
  'set',
  'with',
  'splice',
  'concat',
  'toSpliced',
]);
const copyingMethods = new Set([
  'filter',
  'slice',
  'splice',
  'concat',
  'flat',
  'values',
  'with',
  'toSorted',
  'toReversed',
  'toSpliced',
  'subarray',
  'union',
  'intersection',
  'difference',
  'symmetricDifference',
  'take',
  'drop',
  'toArray',
]);
const textLists = new Set(['split', 'match', 'matchAll', 'exec']);
const foreignNames = new Set(['JSON.parse', 'Object.fromEntries', 'Object.groupBy']);

type Call = SyntaxOf<'CallExpression' | 'NewExpression'>;

/** Who calls whom, and what is handed over. */
export class Calls {
  readonly #tree: SyntaxTree;
  readonly #folder: Folder;
  readonly #store: Store;
  readonly #evaluator: Evaluator;
  readonly #arguments = new Map<FunctionSyntax, Slot[]>();
  /** The functions that some call reaches. */
  readonly called = new Set<FunctionSyntax>();
  /** The functions that each function calls. */
  readonly callees = new Map<FunctionSyntax | undefined, Set<FunctionSyntax>>();
  /** True where something is called of which nothing is known. */
  hasForeignCalls = false;
  /** The functions given to `defineStrategy`. */
  readonly setups = new Set<FunctionSyntax>();
  readonly nexts = new Set<FunctionSyntax>();

  constructor(tree: SyntaxTree, folder: Folder, store: Store, evaluator: Evaluator) {
    this.#tree = tree;
    this.#folder = folder;
    this.#store = store;
    this.#evaluator = evaluator;
  }

  argument(callee: FunctionSyntax, index: number): Value {
    return this.#argument(callee, index).value;
  }

  #argument(callee: FunctionSyntax, index: number): Slot {
    const slots = this.#arguments.get(callee) ?? [];
    this.#arguments.set(callee, slots);
    const slot = slots[index] ?? new Slot();
    slots[index] = slot;
    return slot;
  }

  /** Hands the arguments of a call on. */
  call(node: Call): void {
    const reader = this.#evaluator;
    const args = node.arguments.map((argument) =>
      argument.type === 'SpreadElement' ? unknownValue : reader.evaluate(argument),
    );
    const isSpread = node.arguments.some(({ type }) => type === 'SpreadElement');
    const values = isSpread ? Array.from({ length: args.length + 8 }, () => unknownValue) : args;
    if (node.callee.type === 'Super') {
      this.#superCall(node, values);
      return;
    }
    this.pass(node, reader.evaluate(node.callee), values);
    if (node.type === 'CallExpression' && node.callee.type === 'MemberExpression') {
      const name = this.#folder.key(node.callee);
      if (name !== undefined) this.#language(node, reader.evaluate(node.callee.object), name, args);
    }
  }

  /** `values.map(...)`: what is called is a function of the language, or one that the file defines and is known. */
  #isLanguageMethod(node: Syntax): boolean {
    if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') return false;
    const name = this.#folder.key(node.callee);
    return name !== undefined && (languageMethods.has(name) || !this.#store.defines(name));
  }

  /** Hands arguments to all that a callee can be. */
  pass(node: Syntax, callee: Value, args: readonly Value[]): void {
    const store = this.#store;
    for (const atom of callee) {
      if (atom.kind === 'function') this.enter(atom.node, args, node);
      else if (atom.kind === 'class') this.#construct(atom.node, args, node);
      else if (atom.kind === 'unknown') {
        if (this.#isLanguageMethod(node)) continue;
        this.hasForeignCalls = true;
        this.#escapeAll(args, node);
      } else if (atom.kind === 'export' && atom.name === 'defineStrategy')
        this.#defineStrategy(args[0] ?? nothing);
      else if (atom.kind === 'global') {
        if (foreignNames.has(atom.path)) store.meetForeignNames();
        if (atom.path === 'Object.assign') store.mixObjects();
        this.#global(node, atom.path, args);
      }
    }
  }

  #global(node: Syntax, path: string, args: readonly Value[]): void {
    const store = this.#store;
    const [first = nothing, second = nothing] = args;
    const elements = this.#evaluator.elements(first);
    const made = this.#evaluator.evaluate(node);
    if (/^Array(?:\.of)?$/.test(path)) for (const value of args) store.addElement(made, value);
    if (/^(?:Map|Set|Array\.from|Map\.groupBy)$/.test(path)) store.addElement(made, elements);
    if (path === 'Object.values' && [...first].some(isApiList)) store.addElement(made, elements);
    if (/^\w+\d\w*Array/.test(path)) store.addElement(made, numberValue);
    this.#escapeBehind(second, [elements], node);
    for (const atom of second) {
      if (atom.kind !== 'function') continue;
      const isCallback = path.endsWith('.from') || path.endsWith('.groupBy');
      if (!isCallback) this.escape(atom.node);
      else this.enter(atom.node, [union(elements, plainValue), numberValue], node);
      store.addElement(made, store.returned(atom.node).value);
    }
    if (/^(?:String|JSON|Object\.(?:is|has))/.test(path)) this.#escapeAll(args, node);
  }

  /** The effects of a method of the language, by its name. */
  #language(node: SyntaxOf<'CallExpression'>, base: Value, name: string, args: readonly Value[]): void {
    const store = this.#store;
    const reader = this.#evaluator;
    const isForeign = [...base].some((atom) => isApiList(atom) || !['api', 'global'].includes(atom.kind));
    if (!isForeign) return;
    const made = reader.evaluate(node);
    const isCopy = copyingMethods.has(name);
    if (isCopy) store.addElement(made, reader.elements(base));
    if (name === 'flat') store.addElement(made, reader.elements(reader.elements(base)));
    if (storingMethods.has(name)) {
      for (const value of args) store.addElement(isCopy && name !== 'splice' ? made : base, value);
      if (name === 'concat') for (const value of args) store.addElement(made, reader.elements(value));
      return;
    }
    if (textLists.has(name)) store.addElement(made, only(store.atoms.anyText));
    if (name === 'call' || name === 'apply' || name === 'bind') {
      for (const atom of base) if (atom.kind === 'function') this.escape(atom.node);
    }
    const handed = callbackMethods.get(name);
    if (handed) this.#escapeBehind(args[0] ?? nothing, [reader.elements(base), ...args.slice(1)], node);
    for (const atom of handed ? (args[0] ?? nothing) : nothing) {
      if (atom.kind === 'global' && name === 'map') store.addElement(made, this.#converted(atom.path));
      if (atom.kind !== 'function') continue;
      const elements = new Set(
        [...base].filter((one) => isApiList(one) || !['map', 'api'].includes(one.kind)),
      );
      const values = (handed ?? []).map((what) => {
        if (what === 'element')
          return union(reader.elements(elements), hasMap(base) ? store.elements.value : nothing);
        if (what === 'index') return hasMap(base) ? union(numberValue, store.elements.value) : numberValue;
        return what === 'list' ? base : union(...kept(reader, store, base, node.arguments));
      });
      this.enter(atom.node, values, node);
      const returned = store.returned(atom.node).value;
      if (name === 'map') store.addElement(made, returned);
      if (name === 'flatMap') store.addElement(made, union(returned, reader.elements(returned)));
    }
    const isOwn = [...reader.evaluate(node.callee)].some(({ kind }) => kind === 'function');
    if (!handed && !isOwn) this.#escapeAll(args, node);
  }

  /** What `Number` and its like make of an element that they are called on. */
  #converted(path: string): Value {
    const { atoms } = this.#store;
    return path === 'String'
      ? only(atoms.anyText)
      : callOfGlobal(this.#evaluator, this.#store, path, undefined, []);
  }

  /** `[f].forEach(list.map, others)` calls f with each of the others: a method as a callback calls what it gets. */
  #escapeBehind(callback: Value, given: readonly Value[], call: Syntax): void {
    const isForeign = [...callback].some(
      (atom) =>
        atom.kind === 'unknown' ||
        (atom.kind === 'apiMethod' && elementOf(atom.owner) !== undefined) ||
        (atom.kind === 'global' && /\.(?:from|groupBy)$/.test(atom.path)),
    );
    if (!isForeign) return;
    this.hasForeignCalls = true;
    this.#escapeAll(given, call);
  }

  enter(callee: FunctionSyntax, args: readonly Value[], call: Syntax | undefined): void {
    this.called.add(callee);
    if (call) {
      const caller = this.#tree.enclosingFunction(call);
      const known = this.callees.get(caller);
      if (known) known.add(callee);
      else this.callees.set(caller, new Set([callee]));
    }
    for (const [index, parameter] of callee.params.entries()) {
      this.#argument(callee, index).add(args[index] ?? plainValue);
      if (parameter.type === 'RestElement') {
        for (const value of args.slice(index)) this.#store.add(this.#store.elements, value);
        this.#store.bind(parameter.argument, only(madeArray), this.#evaluator);
      } else this.#store.bind(parameter, args[index] ?? plainValue, this.#evaluator);
    }
  }

  #construct(
    node: SyntaxOf<'ClassDeclaration' | 'ClassExpression'>,
    args: readonly Value[],
    call: Syntax,
  ): void {
    const own = node.body.body.find(
      (member) => member.type === 'MethodDefinition' && member.kind === 'constructor',
    );
    if (own?.type === 'MethodDefinition' && isFunction(own.value)) {
      this.enter(own.value, args, call);
      return;
    }
    if (!node.superClass) return;
    const parents = [...this.#evaluator.evaluate(node.superClass)];
    for (const atom of parents)
      if (atom.kind === 'class' && atom.node !== node) this.#construct(atom.node, args, call);
    if (parents.some(({ kind }) => kind !== 'class')) this.#escapeAll(args, call);
  }

  #superCall(call: Call, args: readonly Value[]): void {
    for (const outer of this.#tree.around(call)) {
      if (!isClass(outer)) continue;
      const parents = outer.superClass ? this.#evaluator.evaluate(outer.superClass) : nothing;
      for (const atom of parents)
        if (atom.kind === 'class' && atom.node !== outer) this.#construct(atom.node, args, call);
      return;
    }
  }

  #escapeAll(args: readonly Value[], call: Syntax): void {
    for (const value of args) {
      for (const atom of value) {
        if (atom.kind !== 'function') continue;
        this.escape(atom.node);
        this.enter(atom.node, [unknownValue], call);
      }
    }
  }

  escape(node: FunctionSyntax): void {
    if (this.setups.has(node) || this.nexts.has(node)) return;
    this.enter(
      node,
      node.params.map(() => unknownValue),
      undefined,
    );
  }

  #defineStrategy(definition: Value): void {
    const { atoms } = this.#store;
    const functions = (name: string): FunctionSyntax[] =>
      [...this.#evaluator.property(definition, name)].filter(isFunctionAtom).map(({ node }) => node);
    for (const node of functions('setup')) {
      this.setups.add(node);
      this.enter(node, [only(atoms.api('SetupContext'))], undefined);
    }
    for (const node of functions('next')) {
      this.nexts.add(node);
      const states = [...this.setups].map((setup) => this.#store.returned(setup).value);
      this.enter(node, [only(atoms.api('NextContext')), union(...states)], undefined);
    }
  }
}

function isFunctionAtom(atom: Atom): atom is Extract<Atom, { kind: 'function' }> {
  return atom.kind === 'function';
}

function hasMap(base: Value): boolean {
  return [...base].some(({ kind }) => kind === 'map');
}
