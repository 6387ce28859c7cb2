import type { Pattern } from 'acorn';
import type { Folder } from './fold.ts';
import type { Scopes, Variable } from './scope.ts';
import type { FunctionSyntax, Syntax, SyntaxOf } from './tree.ts';
import {
  type Atoms,
  isWritten,
  type ListSyntax,
  madeArray,
  madeObject,
  Slot,
  unknownValue,
  type Value,
} from './values.ts';

/** How expressions and parts of values are read; the evaluator, as the store needs it. */
export interface Reader {
  evaluate(node: Syntax): Value;
  property(base: Value, name: string): Value;
  elements(base: Value): Value;
  atIndex(base: Value, index: number): Value;
}

/**
 * All places that values reach. It tells variables, functions, lists and what object literals hold apart;
 * what is assigned to properties is told apart by name alone.
 */
export class Store {
  readonly atoms: Atoms;
  /** The elements of maps, sets and of all lists that are not told apart. */
  readonly elements = new Slot();
  /** What is written under names that are not known. */
  readonly anyProperty = new Slot();
  /** True where objects can have names of properties that do not stand in the file. */
  hasForeignNames = false;
  /** True where properties go over from one object to another. */
  mixesObjects = false;
  hasChanged = false;
  readonly #scopes: Scopes;
  readonly #folder: Folder;
  readonly #variables = new Map<Variable, Slot>();
  readonly #properties = new Map<string, Slot>();
  readonly #assigned = new Map<string, Slot>();
  readonly #lists = new Map<ListSyntax, Slot>();
  readonly #own = new Map<Syntax, Map<string, Slot>>();
  readonly #returns = new Map<FunctionSyntax, Slot>();

  constructor(atoms: Atoms, scopes: Scopes, folder: Folder) {
    this.atoms = atoms;
    this.#scopes = scopes;
    this.#folder = folder;
  }

  variable(variable: Variable): Slot {
    return slotOf(this.#variables, variable);
  }

  property(name: string): Slot {
    return slotOf(this.#properties, name);
  }

  /** The elements of the list that an expression makes. */
  list(node: ListSyntax): Slot {
    return slotOf(this.#lists, node);
  }

  /** Puts a value into all lists that `base` can be. */
  addElement(base: Value, value: Value): void {
    for (const atom of base) {
      this.add(atom.kind === 'array' && atom.node ? this.list(atom.node) : this.elements, value);
    }
  }

  /** What assignments write under a name. */
  assigned(name: string): Slot {
    return slotOf(this.#assigned, name);
  }

  /** What an object literal itself holds under a name; nothing where it does not hold it. */
  own(node: SyntaxOf<'ObjectExpression'>, name: string): Slot | undefined {
    return this.#own.get(node)?.get(name);
  }

  defineOwn(node: SyntaxOf<'ObjectExpression'>, name: string, value: Value): void {
    let slots = this.#own.get(node);
    if (!slots) {
      slots = new Map();
      this.#own.set(node, slots);
    }
    this.add(slotOf(slots, name), value);
  }

  /** True where the file itself gives some object a property of that name. */
  defines(name: string): boolean {
    return this.#properties.has(name);
  }

  returned(node: FunctionSyntax): Slot {
    return slotOf(this.#returns, node);
  }

  add(slot: Slot, value: Value): void {
    if (slot.add(value)) this.hasChanged = true;
  }

  meetForeignNames(): void {
    this.hasChanged ||= !this.hasForeignNames;
    this.hasForeignNames = true;
  }

  mixObjects(): void {
    this.hasChanged ||= !this.mixesObjects;
    this.mixesObjects = true;
  }

  /** Lets everything be possible everywhere. */
  giveUp(): void {
    const slots = [
      this.#variables,
      this.#properties,
      this.#assigned,
      this.#lists,
      this.#returns,
      ...this.#own.values(),
    ].flatMap((map) => [...map.values()]);
    for (const slot of [...slots, this.elements, this.anyProperty]) this.add(slot, unknownValue);
  }

  /** Binds a pattern, or assigns to it. */
  bind(pattern: Pattern | SyntaxOf<'VariableDeclaration'>, value: Value, reader: Reader): void {
    switch (pattern.type) {
      case 'VariableDeclaration':
        for (const { id } of pattern.declarations) this.bind(id, value, reader);
        break;
      case 'Identifier': {
        const variable = this.#scopes.variable(pattern);
        if (variable) this.add(this.variable(variable), value);
        break;
      }
      case 'MemberExpression':
        this.#write(pattern, value, reader);
        break;
      case 'AssignmentPattern':
        this.bind(pattern.left, value, reader);
        this.bind(pattern.left, reader.evaluate(pattern.right), reader);
        break;
      case 'RestElement':
        this.bind(pattern.argument, value, reader);
        break;
      case 'ObjectPattern':
        for (const property of pattern.properties) {
          if (property.type === 'RestElement') {
            this.bind(property.argument, new Set([madeObject, ...value]), reader);
            continue;
          }
          const name = this.#folder.key(property);
          const part = name === undefined ? unknownValue : reader.property(value, name);
          this.bind(property.value, part, reader);
        }
        break;
      case 'ArrayPattern':
        for (const [index, element] of pattern.elements.entries()) {
          if (element?.type === 'RestElement') {
            this.add(this.elements, reader.elements(value));
            this.bind(element.argument, new Set([madeArray]), reader);
          } else if (element) this.bind(element, reader.atIndex(value, index), reader);
        }
        break;
    }
  }

  #assign(name: string, value: Value): void {
    this.add(this.property(name), value);
    this.add(this.assigned(name), value);
  }

  #write(target: SyntaxOf<'MemberExpression'>, value: Value, reader: Reader): void {
    const name = this.#folder.key(target);
    if (name !== undefined && !/^\d+$/.test(name)) {
      this.#assign(name, value);
      return;
    }
    const keys = name === undefined ? reader.evaluate(target.property) : [];
    const base = reader.evaluate(target.object);
    if (name !== undefined) this.addElement(base, value);
    for (const key of keys) {
      if (key.kind === 'text' && isWritten(key)) this.#assign(key.pattern, value);
      else {
        this.addElement(base, value);
        if (key.kind !== 'number') this.add(this.anyProperty, value);
      }
    }
  }
}

function slotOf<K>(slots: Map<K, Slot>, key: K): Slot {
  let slot = slots.get(key);
  if (!slot) {
    slot = new Slot();
    slots.set(key, slot);
  }
  return slot;
}
