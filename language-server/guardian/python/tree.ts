import { NodeTree } from '../nodeTree.ts';
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
export class SyntaxTree extends NodeTree<Syntax> {
  readonly module: Module;

  constructor(module: Module) {
    super(module, childrenOf);
    this.module = module;
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
}
