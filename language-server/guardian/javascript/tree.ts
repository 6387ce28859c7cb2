import type { AnyNode, Program } from 'acorn';
import { NodeTree } from '../nodeTree.ts';

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
export class SyntaxTree extends NodeTree<Syntax> {
  readonly program: Program;

  constructor(program: Program) {
    super(program, childrenOf);
    this.program = program;
  }

  enclosingFunction(node: Syntax): FunctionSyntax | undefined {
    for (const outer of this.around(node)) if (isFunction(outer)) return outer;
    return undefined;
  }
}
