import { callOfGlobal, callOfMethod, newOfGlobal } from './builtins.ts';
import type { Folder } from './fold.ts';
import { allowedGlobals, constantGlobals } from './globals.ts';
import { languageMethods, numberMethods, numberTextMethods, plainMethods } from './members.ts';
import type { Scopes } from './scope.ts';
import type { Reader, Store } from './store.ts';
import { type ApiMember, type ApiType, type ApiValue, apiMembers, elementOf } from './strategyApi.ts';
import { isClass, isFunction, type Syntax, type SyntaxOf } from './tree.ts';
import {
  type Atom,
  averageAtom,
  isApiList,
  isWritten,
  madeArray,
  madeObject,
  nothing,
  numberAtom,
  numberValue,
  only,
  ownKey,
  plainValue,
  priceAtom,
  regexpAtom,
  union,
  unknown,
  unknownValue,
  type Value,
} from './values.ts';

const comparisons = new Set(['==', '!=', '===', '!==', '<', '<=', '>', '>=', 'in', 'instanceof']);
const countingMembers = new Set(['length', 'size', 'index', 'lastIndex', 'byteLength', 'BYTES_PER_ELEMENT']);
const tellingMembers = new Set(['name', 'message', 'source', 'flags', 'input', 'stack']);
const mostParts = 12;
/** Values of the language, whose methods are those of the language unless the file gives them others. */
const languageKinds: ReadonlySet<Atom['kind']> = new Set([
  'number',
  'plain',
  'text',
  'date',
  'array',
  'list',
  'set',
  'map',
  'regexp',
]);

/** What an expression can hold, by what is known of the places that values reach. */
export class Evaluator implements Reader {
  readonly #store: Store;
  readonly #scopes: Scopes;
  readonly #folder: Folder;
  readonly #memo = new Map<Syntax, Value>();

  constructor(store: Store, scopes: Scopes, folder: Folder) {
    this.#store = store;
    this.#scopes = scopes;
    this.#folder = folder;
  }

  /** Forgets all values, for the places they were read from may have grown. */
  refresh(): void {
    this.#memo.clear();
  }

  evaluate(node: Syntax): Value {
    let value = this.#memo.get(node);
    if (!value) {
      value = this.#compute(node);
      this.#memo.set(node, value);
    }
    return value;
  }

  #compute(node: Syntax): Value {
    const { atoms } = this.#store;
    if (isFunction(node)) return only(atoms.function(node));
    if (isClass(node)) return only(atoms.class(node));
    switch (node.type) {
      case 'Literal':
        if (node.regex) return only(regexpAtom);
        if (typeof node.value === 'string') return only(atoms.text(node.value));
        return typeof node.value === 'number' || node.bigint ? numberValue : plainValue;
      case 'TemplateLiteral':
        return this.#template(node);
      case 'Identifier':
        return this.#identifier(node);
      case 'ThisExpression':
      case 'Super':
        return only(madeObject);
      case 'ArrayExpression':
        return only(atoms.array(node));
      case 'ObjectExpression':
        return only(atoms.object(node));
      case 'UnaryExpression':
        return this.#unary(node);
      case 'UpdateExpression':
        return numberValue;
      case 'BinaryExpression':
        if (node.operator === '+') return this.sum(this.evaluate(node.left), this.evaluate(node.right));
        return comparisons.has(node.operator) ? plainValue : numberValue;
      case 'LogicalExpression':
        return union(this.evaluate(node.left), this.evaluate(node.right));
      case 'ConditionalExpression':
        return union(this.evaluate(node.consequent), this.evaluate(node.alternate));
      case 'AssignmentExpression':
        return this.assigned(node);
      case 'SequenceExpression': {
        const last = node.expressions.at(-1);
        return last ? this.evaluate(last) : nothing;
      }
      case 'ChainExpression':
        return this.evaluate(node.expression);
      case 'MemberExpression':
        return this.#member(node);
      case 'CallExpression':
        return this.#call(node);
      case 'TaggedTemplateExpression':
        return this.#called(this.evaluate(node.tag), [], undefined);
      case 'NewExpression':
        return this.#new(node);
      default:
        return unknownValue;
    }
  }

  /** What an assignment leaves in its target. */
  assigned(node: SyntaxOf<'AssignmentExpression'>): Value {
    const right = this.evaluate(node.right);
    if (node.operator === '=') return right;
    if (node.operator.length === 3 && '&|?'.includes(node.operator[0] ?? ''))
      return union(this.evaluate(node.left), right);
    return node.operator === '+=' ? this.sum(this.evaluate(node.left), right) : numberValue;
  }

  sum(left: Value, right: Value): Value {
    const { atoms } = this.#store;
    const result = new Set<Atom>();
    const [few, many] = [[...left], [...right]];
    if (few.length * many.length > mostParts * mostParts) return unknownValue;
    for (const a of few) {
      for (const b of many) {
        const isNumber = (atom: Atom): boolean => atom.kind === 'number' || atom.kind === 'plain';
        if (isNumber(a) && isNumber(b)) result.add(numberAtom);
        else if (a.kind === 'text' || b.kind === 'text') result.add(atoms.joined(a, b));
        else if (isNumber(a) || isNumber(b)) result.add(numberAtom).add(atoms.joined(a, b));
        else result.add(unknown);
      }
    }
    return result;
  }

  #template(node: SyntaxOf<'TemplateLiteral'>): Value {
    const { atoms } = this.#store;
    let texts: Atom[] = [atoms.text(node.quasis[0]?.value.cooked ?? '')];
    for (const [index, expression] of node.expressions.entries()) {
      const parts = [...this.evaluate(expression)];
      const after = atoms.text(node.quasis[index + 1]?.value.cooked ?? '');
      if (parts.length === 0) return nothing;
      if (parts.length * texts.length > mostParts) return only(atoms.anyText);
      texts = texts.flatMap((text) => parts.map((part) => atoms.joined(atoms.joined(text, part), after)));
    }
    return new Set(texts);
  }

  #identifier(node: SyntaxOf<'Identifier'>): Value {
    const variable = this.#scopes.variable(node);
    if (variable) return this.#store.variable(variable).value;
    if (node.name === 'undefined') return plainValue;
    if (constantGlobals.has(node.name)) return numberValue;
    return allowedGlobals.has(node.name) ? only(this.#store.atoms.global(node.name)) : unknownValue;
  }

  #unary(node: SyntaxOf<'UnaryExpression'>): Value {
    if (node.operator === 'typeof') {
      const names = ['undefined', 'object', 'boolean', 'number', 'string', 'function', 'bigint', 'symbol'];
      return new Set(names.map((name) => this.#store.atoms.text(name)));
    }
    return ['-', '+', '~'].includes(node.operator) ? numberValue : plainValue;
  }

  #member(node: SyntaxOf<'MemberExpression'>): Value {
    const base = this.evaluate(node.object);
    const name = this.#folder.key(node);
    if (name === 'value' && this.#isStep(node.object)) return union(base, this.property(base, name));
    if (name !== undefined && !/^\d+$/.test(name)) return this.property(base, name);
    if (name !== undefined) return this.elements(base);
    const parts: Value[] = [];
    for (const key of this.evaluate(node.property)) {
      if (key.kind === 'number') parts.push(this.elements(base));
      else if (key.kind === 'text' && isWritten(key)) parts.push(this.property(base, key.pattern));
      else parts.push(this.elements(base), this.#store.anyProperty.value, unknownValue);
    }
    return union(...parts);
  }

  /** `map.keys().next()`, whose value is an element. */
  #isStep(node: Syntax): boolean {
    if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') return false;
    return this.#folder.key(node.callee) === 'next';
  }

  property(base: Value, name: string): Value {
    const store = this.#store;
    const parts: Value[] = [];
    for (const atom of base) {
      if (atom.kind === 'api') parts.push(this.#apiProperty(atom.type, name, atom.isHigher));
      else if (atom.kind === 'global') parts.push(this.#globalProperty(atom.path, name));
      else if (atom.kind === 'object' && atom.node && !store.mixesObjects) {
        parts.push(this.#literalProperty(atom.node, name));
      } else if (['object', 'instance', 'class', 'function', 'unknown'].includes(atom.kind)) {
        if (store.defines(name)) parts.push(store.property(name).value);
        parts.push(store.anyProperty.value);
        const isForeign = !store.defines(name) || (atom.kind === 'unknown' && store.hasForeignNames);
        if (isForeign || atom.kind === 'function' || atom.kind === 'class') parts.push(this.#language(name));
      } else {
        const given = store.mixesObjects ? store.property(name) : store.assigned(name);
        parts.push(this.#language(name), given.value, store.anyProperty.value);
      }
    }
    return union(...parts);
  }

  #literalProperty(node: SyntaxOf<'ObjectExpression'>, name: string): Value {
    const store = this.#store;
    const own = store.own(node, name)?.value;
    const parts = [own ?? nothing, store.assigned(name).value, store.anyProperty.value];
    let isKnown = own !== undefined || store.assigned(name).value.size > 0;
    for (const property of node.properties) {
      if (property.type !== 'SpreadElement') continue;
      const spread = new Set([...this.evaluate(property.argument)].filter(({ kind }) => kind !== 'object'));
      parts.push(store.property(name).value, this.property(spread, name));
      isKnown ||= store.defines(name);
    }
    return isKnown ? union(...parts) : union(...parts, this.#language(name));
  }

  #language(name: string): Value {
    if (countingMembers.has(name)) return numberValue;
    return tellingMembers.has(name) ? only(this.#store.atoms.anyText) : unknownValue;
  }

  #apiProperty(type: ApiType, name: string, isInHigher: boolean): Value {
    if (type === 'Params') return numberValue;
    const isHigher = isInHigher || type === 'HigherTimeframe';
    const members: Readonly<Record<string, ApiMember>> = apiMembers[type];
    const member = Object.hasOwn(members, name) ? members[name] : undefined;
    if (!member) return unknownValue;
    return member.isMethod
      ? only(this.#store.atoms.apiMethod(type, name, isHigher))
      : this.#given(member.gives, isHigher);
  }

  #given(value: ApiValue, isHigher: boolean): Value {
    if (value === 'number') return numberValue;
    if (value === 'price') return only(priceAtom);
    if (value === 'average') return only(averageAtom);
    if (value === 'boolean' || value === 'nothing') return plainValue;
    // The name of a market is chosen by who runs the strategy: as a key it is as safe as one of the file.
    if (value === 'symbol') return only(ownKey);
    // Read by `callOfMethod`, where the arguments are known.
    if (value === 'byArguments') return nothing;
    return only(this.#store.atoms.api(value, isHigher));
  }

  #globalProperty(path: string, name: string): Value {
    const member = allowedGlobals.get(path)?.members.get(name);
    if (!member) return unknownValue;
    return /^[A-Z]/.test(name) && name !== 'UTC'
      ? numberValue
      : only(this.#store.atoms.global(`${path}.${name}`));
  }

  elements(base: Value): Value {
    const store = this.#store;
    const parts: Value[] = [];
    for (const atom of base) {
      const element = atom.kind === 'api' ? elementOf(atom.type) : undefined;
      if (element) parts.push(only(store.atoms.api(element)));
      else if (atom.kind === 'text') parts.push(only(store.atoms.part(atom)));
      else if (atom.kind === 'map') parts.push(only(madeArray));
      else if (atom.kind === 'list') {
        if (atom.of === 'indices') parts.push(numberValue);
        else if (atom.of === 'keys') parts.push(only(ownKey));
        else parts.push(only(store.atoms.pair(atom.of === 'indexPairs' ? 'index' : 'key', atom.source)));
      } else if (atom.kind === 'array' && atom.node) {
        parts.push(store.list(atom.node).value);
      } else if (atom.kind === 'array' || atom.kind === 'set') parts.push(store.elements.value);
      else if (atom.kind !== 'number' && atom.kind !== 'plain')
        parts.push(store.elements.value, unknownValue);
    }
    return union(...parts);
  }

  atIndex(base: Value, index: number): Value {
    const pairs = [...base].filter((atom) => atom.kind === 'pair');
    const others = new Set([...base].filter((atom) => atom.kind !== 'pair'));
    const firsts = pairs.map(({ first }) => (first === 'index' ? numberValue : only(ownKey)));
    if (index === 0) return union(this.elements(others), ...firsts);
    const seconds = pairs.map(({ first, source }) => {
      if (source) return this.elements(only(source));
      return first === 'index' ? this.#store.elements.value : unknownValue;
    });
    return union(this.elements(others), ...seconds);
  }

  #call(node: SyntaxOf<'CallExpression'>): Value {
    const { callee } = node;
    if (callee.type === 'Super') return plainValue;
    if (callee.type !== 'MemberExpression') return this.#called(this.evaluate(callee), node.arguments, node);
    const name = this.#folder.key(callee);
    const base = this.evaluate(callee.object);
    const parts = this.#isLanguageMethod(base, name)
      ? []
      : [this.#called(this.evaluate(callee), node.arguments, node)];
    if (name !== undefined && !this.#isOwnMethod(base, name)) {
      parts.push(callOfMethod(this, this.#store, base, name, node));
    }
    return union(...parts);
  }

  /** What `callOfMethod` tells in full: `date.getUTCDay()`, and `markets.filter(...)` on a list of API objects alone. */
  #isLanguageMethod(base: Value, name: string | undefined): boolean {
    const store = this.#store;
    if (name === undefined || !languageMethods.has(name)) return false;
    if (store.assigned(name).value.size > 0 || store.anyProperty.value.size > 0) return false;
    const isFixed = numberMethods.has(name) || plainMethods.has(name) || numberTextMethods.has(name);
    // Lists fill up while values spread: one that is empty so far must not count as one of anything.
    return (
      !store.mixesObjects &&
      [...base].every(
        (atom) =>
          (isFixed && languageKinds.has(atom.kind)) ||
          (atom.kind === 'array' &&
            atom.node !== undefined &&
            [...store.list(atom.node).value].every(({ kind }) => kind === 'api')),
      )
    );
  }

  /** True where the method that is called can only be one that the file defines or the lab gives. */
  #isOwnMethod(base: Value, name: string): boolean {
    return [...base].every(
      (atom) =>
        (atom.kind === 'api' && !isApiList(atom)) ||
        atom.kind === 'global' ||
        ((atom.kind === 'object' || atom.kind === 'instance') && this.#store.defines(name)),
    );
  }

  #called(callee: Value, args: readonly Syntax[], call: SyntaxOf<'CallExpression'> | undefined): Value {
    const parts: Value[] = [];
    for (const atom of callee) {
      if (atom.kind === 'function') {
        parts.push(atom.node.async ? unknownValue : this.#store.returned(atom.node).value);
      } else if (atom.kind === 'apiMethod') {
        const member = apiMembers[atom.owner][atom.name];
        parts.push(member ? this.#given(member.gives, atom.isHigher) : unknownValue);
      } else if (atom.kind === 'global') parts.push(callOfGlobal(this, this.#store, atom.path, call, args));
      else if (atom.kind === 'export') {
        const isDefinition = call !== undefined && atom.name === 'defineStrategy';
        parts.push(isDefinition ? only(this.#store.atoms.strategy(call)) : plainValue);
      } else if (atom.kind === 'unknown') parts.push(unknownValue);
    }
    return union(...parts);
  }

  #new(node: SyntaxOf<'NewExpression'>): Value {
    const parts: Value[] = [];
    for (const atom of this.evaluate(node.callee)) {
      if (atom.kind === 'class') parts.push(only(this.#store.atoms.instance(atom.node)));
      else if (atom.kind === 'global') parts.push(newOfGlobal(this.#store, atom.path, node));
      else parts.push(unknownValue);
    }
    return union(...parts);
  }
}
