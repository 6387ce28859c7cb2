import { useOf } from './access.ts';
import type { Scopes } from './scope.ts';
import type { Syntax, SyntaxOf, SyntaxTree } from './tree.ts';

/** The name under which a file's own `[Symbol.iterator]` is kept. */
export const iteratorKey = '@@iterator';

export type Constant = string | number | boolean | null | undefined;

/** A folded value, in a box, for `undefined` is a value too. */
export interface Folded {
  readonly value: Constant;
}

const longestText = 4096;

/** Finds the values of expressions that hold only constants. Nothing of the source is run. */
export class Folder {
  readonly #tree: SyntaxTree;
  readonly #scopes: Scopes;
  readonly #memo = new Map<Syntax, Folded | undefined>();

  constructor(tree: SyntaxTree, scopes: Scopes) {
    this.#tree = tree;
    this.#scopes = scopes;
  }

  fold(node: Syntax): Folded | undefined {
    if (this.#memo.has(node)) return this.#memo.get(node);
    // A constant that is defined by itself has no value.
    this.#memo.set(node, undefined);
    const folded = this.#compute(node);
    this.#memo.set(node, folded);
    return folded;
  }

  number(node: Syntax): number | undefined {
    const value = this.fold(node)?.value;
    return typeof value === 'number' ? value : undefined;
  }

  text(node: Syntax): string | undefined {
    const value = this.fold(node)?.value;
    return typeof value === 'string' ? value : undefined;
  }

  /** The name of a property where it is known: `a.name`, `a['na' + 'me']`, `{ name: 1 }`. */
  key(
    node: SyntaxOf<'MemberExpression' | 'Property' | 'MethodDefinition' | 'PropertyDefinition'>,
  ): string | undefined {
    const key = node.type === 'MemberExpression' ? node.property : node.key;
    if (key.type === 'PrivateIdentifier') return `#${key.name}`;
    if (!node.computed && key.type === 'Identifier') return key.name;
    if (this.#isOwnIterator(node)) return iteratorKey;
    const folded = this.fold(key);
    return folded && String(folded.value);
  }

  /** `[Symbol.iterator]` where an object or a class is given its own; that of another object is read by no name. */
  #isOwnIterator(
    node: SyntaxOf<'MemberExpression' | 'Property' | 'MethodDefinition' | 'PropertyDefinition'>,
  ): boolean {
    if (node.type === 'MemberExpression' || this.#tree.parent(node)?.type === 'ObjectPattern') return false;
    return (
      node.key.type === 'MemberExpression' &&
      this.#isGlobal(node.key.object, 'Symbol') &&
      this.key(node.key) === 'iterator'
    );
  }

  #isGlobal(node: Syntax, name: string): boolean {
    return node.type === 'Identifier' && node.name === name && !this.#scopes.variable(node);
  }

  /** The expression that a variable holds always: that of a constant, or of a `let` that nothing writes. */
  definition(node: Syntax): Syntax | undefined {
    const variable = this.#scopes.variable(node);
    if (!variable || variable.writes.length > 0) return undefined;
    const parent = this.#tree.parent(variable.declaration);
    if (parent?.type !== 'VariableDeclarator' || parent.id !== variable.declaration) return undefined;
    const list = this.#tree.parent(parent);
    const loop = list && this.#tree.parent(list);
    if (loop?.type === 'ForOfStatement' || loop?.type === 'ForInStatement') return undefined;
    return parent.init ?? undefined;
  }

  #compute(node: Syntax): Folded | undefined {
    switch (node.type) {
      case 'Literal':
        return isConstant(node.value) && !node.regex ? { value: node.value } : undefined;
      case 'TemplateLiteral':
        return this.#template(node);
      case 'Identifier':
        return this.#identifier(node);
      case 'UnaryExpression':
        return this.#unary(node);
      case 'BinaryExpression':
        return this.#binary(node);
      case 'ConditionalExpression': {
        const test = this.fold(node.test);
        return test && this.fold(test.value ? node.consequent : node.alternate);
      }
      case 'LogicalExpression': {
        const left = this.fold(node.left);
        if (!left) return undefined;
        if (node.operator === '??')
          return (left.value ?? undefined) === undefined ? this.fold(node.right) : left;
        return (node.operator === '&&') === Boolean(left.value) ? this.fold(node.right) : left;
      }
      case 'SequenceExpression': {
        const last = node.expressions.at(-1);
        return last && this.fold(last);
      }
      case 'ChainExpression':
        return this.fold(node.expression);
      case 'MemberExpression':
        return this.#member(node);
      default:
        return undefined;
    }
  }

  /** `Side.Long` of an object of constants that nothing can change: a frozen one, or one that is only read. */
  #member(node: SyntaxOf<'MemberExpression'>): Folded | undefined {
    const variable = this.#scopes.variable(node.object);
    const definition = this.definition(node.object);
    if (!variable || !definition) return undefined;
    const frozen = this.#frozen(definition);
    const object = frozen ?? definition;
    if (object.type !== 'ObjectExpression') return undefined;
    if (!frozen && !variable.reads.every((read) => this.#isMemberRead(read))) return undefined;
    const name = this.key(node);
    const properties = object.properties.filter((property) => property.type === 'Property');
    if (name === undefined || properties.length < object.properties.length) return undefined;
    const keys = properties.map((property) => this.key(property));
    const held = properties[keys.lastIndexOf(name)];
    return held?.kind === 'init' && !keys.includes(undefined) ? this.fold(held.value) : undefined;
  }

  #frozen(node: Syntax): Syntax | undefined {
    if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') return undefined;
    const isFreeze = this.#isGlobal(node.callee.object, 'Object') && this.key(node.callee) === 'freeze';
    return isFreeze ? node.arguments[0] : undefined;
  }

  #isMemberRead(read: Syntax): boolean {
    const member = this.#tree.parent(read);
    return (
      member?.type === 'MemberExpression' && member.object === read && useOf(member, this.#tree) === 'read'
    );
  }

  #identifier(node: SyntaxOf<'Identifier'>): Folded | undefined {
    const definition = this.definition(node);
    if (definition) return this.fold(definition);
    if (this.#scopes.variable(node)) return undefined;
    if (node.name === 'undefined') return { value: undefined };
    if (node.name === 'NaN') return { value: Number.NaN };
    return node.name === 'Infinity' ? { value: Number.POSITIVE_INFINITY } : undefined;
  }

  #template(node: SyntaxOf<'TemplateLiteral'>): Folded | undefined {
    let text = '';
    for (const [index, quasi] of node.quasis.entries()) {
      text += quasi.value.cooked ?? '';
      const expression = node.expressions[index];
      if (!expression) continue;
      const folded = this.fold(expression);
      if (!folded) return undefined;
      text += String(folded.value);
      if (text.length > longestText) return undefined;
    }
    return { value: text };
  }

  #unary(node: SyntaxOf<'UnaryExpression'>): Folded | undefined {
    const folded = this.fold(node.argument);
    if (!folded) return undefined;
    switch (node.operator) {
      case '-':
        return { value: -Number(folded.value) };
      case '+':
        return { value: Number(folded.value) };
      case '~':
        return { value: ~Number(folded.value) };
      case '!':
        return { value: !folded.value };
      case 'void':
        return { value: undefined };
      case 'typeof':
        return { value: folded.value === null ? 'object' : typeof folded.value };
      default:
        return undefined;
    }
  }

  #binary(node: SyntaxOf<'BinaryExpression'>): Folded | undefined {
    const left = this.fold(node.left);
    const right = left && this.fold(node.right);
    if (!left || !right) return undefined;
    if (node.operator === '+' && (typeof left.value === 'string' || typeof right.value === 'string')) {
      const text = `${left.value}${right.value}`;
      return text.length > longestText ? undefined : { value: text };
    }
    if (node.operator === '===') return { value: left.value === right.value };
    if (node.operator === '!==') return { value: left.value !== right.value };
    const isText = typeof left.value === 'string' || typeof right.value === 'string';
    if (isText && /^[<>]=?$/.test(node.operator)) return undefined;
    const [a, b] = [Number(left.value), Number(right.value)];
    const operation = operations[node.operator];
    return operation && { value: operation(a, b) };
  }
}

function isConstant(value: unknown): value is Constant {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

const operations: { readonly [operator: string]: (a: number, b: number) => number | boolean } = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
  '**': (a, b) => a ** b,
  '|': (a, b) => a | b,
  '&': (a, b) => a & b,
  '^': (a, b) => a ^ b,
  '<<': (a, b) => a << b,
  '>>': (a, b) => a >> b,
  '>>>': (a, b) => a >>> b,
  '<': (a, b) => a < b,
  '>': (a, b) => a > b,
  '<=': (a, b) => a <= b,
  '>=': (a, b) => a >= b,
};
