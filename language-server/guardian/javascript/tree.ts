import type { AnyNode, Program } from 'acorn';

/** A node of the erased tree: plain ESTree, without types. */
export type Syntax = AnyNode;
export type SyntaxOf<T extends Syntax['type']> = Extract<Syntax, { type: T }>;
export type FunctionSyntax = SyntaxOf<
  'FunctionDeclaration' | 'FunctionExpression' | 'ArrowFunctionExpression'
>;
export type ClassSyntax = SyntaxOf<'ClassDeclaration' | 'ClassExpression'>;
export type LoopSyntax = SyntaxOf<
  'WhileStatement' | 'DoWhileStatement' | 'ForStatement' | 'ForOfStatement' | 'ForInStatement'
>;

export function isSyntax(value: unknown): value is Syntax {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

/** The nodes directly below `node`, in the order of the source. */
export function childrenOf(node: Syntax): Syntax[] {
  const children: Syntax[] = [];
  const fields = node as unknown as Readonly<Record<string, unknown>>;
  // Called for every node many times: Object.entries would take a fifth of the whole judgement.
  for (const key in fields) {
    const value = fields[key];
    if (typeof value !== 'object' || value === null || key === 'loc') continue;
    if (Array.isArray(value)) {
      for (const item of value) if (isSyntax(item)) children.push(item);
    } else if (isSyntax(value)) children.push(value);
  }
  // A shorthand property carries one node as its key and its value.
  return node.type === 'Property' && node.shorthand ? children.slice(-1) : children;
}

export function isFunction(node: Syntax): node is FunctionSyntax {
  return (
    node.type === 'FunctionDeclaration' ||
    node.type === 'FunctionExpression' ||
    node.type === 'ArrowFunctionExpression'
  );
}

export function isClass(node: Syntax): node is ClassSyntax {
  return node.type === 'ClassDeclaration' || node.type === 'ClassExpression';
}

export function isLoop(node: Syntax): node is LoopSyntax {
  return (
    node.type === 'WhileStatement' ||
    node.type === 'DoWhileStatement' ||
    node.type === 'ForStatement' ||
    node.type === 'ForOfStatement' ||
    node.type === 'ForInStatement'
  );
}

/** All nodes of a program with their parents. */
export class SyntaxTree {
  readonly program: Program;
  /** Every node, parents before children, in the order of the source. */
  readonly nodes: readonly Syntax[];
  readonly #parents = new Map<Syntax, Syntax>();
  readonly #byType = new Map<string, Syntax[]>();

  constructor(program: Program) {
    this.program = program;
    const nodes: Syntax[] = [];
    const waiting: Syntax[] = [program];
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
      nodes.push(node);
      const list = this.#byType.get(node.type);
      if (list) list.push(node);
      else this.#byType.set(node.type, [node]);
      for (const child of childrenOf(node).reverse()) {
        this.#parents.set(child, node);
        waiting.push(child);
      }
    }
    this.nodes = nodes;
  }

  all<T extends Syntax['type']>(type: T): readonly SyntaxOf<T>[] {
    return (this.#byType.get(type) ?? []) as SyntaxOf<T>[];
  }

  parent(node: Syntax): Syntax | undefined {
    return this.#parents.get(node);
  }

  /** The nodes around `node`, innermost first. */
  *around(node: Syntax): Generator<Syntax> {
    for (let outer = this.parent(node); outer; outer = this.parent(outer)) yield outer;
  }

  enclosingFunction(node: Syntax): FunctionSyntax | undefined {
    for (const outer of this.around(node)) if (isFunction(outer)) return outer;
    return undefined;
  }

  contains(outer: Syntax, inner: Syntax): boolean {
    return outer.start <= inner.start && inner.end <= outer.end;
  }

  /** The nodes below `root`, itself included; `enters` says whose children are looked at. */
  *below(root: Syntax, enters: (node: Syntax) => boolean = () => true): Generator<Syntax> {
    const waiting: Syntax[] = [root];
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
      yield node;
      if (node === root || enters(node)) waiting.push(...childrenOf(node).reverse());
    }
  }
}
