import type { Module, Syntax, SyntaxOf } from './syntax.ts';

export type FunctionSyntax = SyntaxOf<'FunctionDefinition' | 'Lambda'>;

function isSyntax(value: unknown): value is Syntax {
  return typeof value === 'object' && value !== null && 'type' in value;
}

/** The nodes directly below `node`, in the order of its fields. */
export function childrenOf(node: Syntax): Syntax[] {
  const children: Syntax[] = [];
  const fields = node as unknown as Readonly<Record<string, unknown>>;
  for (const key in fields) {
    const value = fields[key];
    if (typeof value !== 'object' || value === null) continue;
    if (Array.isArray(value)) {
      for (const item of value) if (isSyntax(item)) children.push(item);
    } else if (isSyntax(value)) children.push(value);
  }
  return children;
}

export function isFunction(node: Syntax): node is FunctionSyntax {
  return node.type === 'FunctionDefinition' || node.type === 'Lambda';
}

/** All nodes of a module with their parents. */
export class SyntaxTree {
  readonly module: Module;
  /** Every node, parents before children. */
  readonly nodes: readonly Syntax[];
  readonly #parents = new Map<Syntax, Syntax>();
  readonly #byType = new Map<string, Syntax[]>();

  constructor(module: Module) {
    this.module = module;
    const nodes: Syntax[] = [];
    const waiting: Syntax[] = [module];
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

  /** The class in whose body a function or statement stands directly. */
  enclosingClass(node: Syntax): SyntaxOf<'ClassDefinition'> | undefined {
    for (const outer of this.around(node)) {
      if (outer.type === 'ClassDefinition') return outer;
      if (isFunction(outer) || outer.type === 'Comprehension') return undefined;
    }
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
