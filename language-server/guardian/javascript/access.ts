import type { AssignmentProperty, Pattern } from 'acorn';
import type { Flow } from './flow.ts';
import type { Folder } from './fold.ts';
import { isFunction, type Syntax, type SyntaxOf, type SyntaxTree } from './tree.ts';
import { nothing, type Value } from './values.ts';

/** A place where a member of an object is read or written: `a.b`, `a[b]`, `const { b } = a`. */
export interface Access {
  readonly node: SyntaxOf<'MemberExpression'> | AssignmentProperty;
  readonly key: Syntax;
  /** The name of the member; nothing where it is made while the strategy runs. */
  readonly name: string | undefined;
  readonly isPrivate: boolean;
  /** What the object can be; empty where that is not known. */
  readonly base: Value;
  /** The object's expression, where it stands beside the key. */
  readonly object: Syntax | undefined;
  readonly use: 'read' | 'write' | 'call';
}

/** All accesses to members in a file. */
export function findAccesses(tree: SyntaxTree, folder: Folder, flow: Flow): Access[] {
  const accesses: Access[] = [];
  for (const node of tree.all('MemberExpression')) {
    const key = node.property;
    accesses.push({
      node,
      key,
      name: folder.key(node),
      isPrivate: key.type === 'PrivateIdentifier',
      base: flow.evaluate(node.object),
      object: node.object,
      use: useOf(node, tree),
    });
  }
  const bases = patternBases(tree, folder, flow);
  for (const pattern of tree.all('ObjectPattern')) {
    for (const property of pattern.properties) {
      if (property.type === 'RestElement') continue;
      const base = bases.get(pattern) ?? nothing;
      const { key } = property;
      accesses.push({
        node: property,
        key,
        name: folder.key(property),
        isPrivate: false,
        base,
        object: undefined,
        use: 'read',
      });
    }
  }
  return accesses;
}

/** What is done with a member where it stands. */
export function useOf(node: SyntaxOf<'MemberExpression'>, tree: SyntaxTree): Access['use'] {
  const parent = tree.parent(node);
  switch (parent?.type) {
    case 'AssignmentExpression':
    case 'ForInStatement':
    case 'ForOfStatement':
    case 'AssignmentPattern':
      return parent.left === node ? 'write' : 'read';
    case 'UpdateExpression':
    case 'RestElement':
    case 'ArrayPattern':
      return 'write';
    case 'Property': {
      return tree.parent(parent)?.type === 'ObjectPattern' && parent.value === node ? 'write' : 'read';
    }
    case 'UnaryExpression':
      return parent.operator === 'delete' ? 'write' : 'read';
    case 'ChainExpression': {
      const outer = tree.parent(parent);
      return outer?.type === 'UnaryExpression' && outer.operator === 'delete' ? 'write' : 'read';
    }
    case 'CallExpression':
      return parent.callee === node ? 'call' : 'read';
    default:
      return 'read';
  }
}

/** What is taken apart by each object pattern. */
function patternBases(tree: SyntaxTree, folder: Folder, flow: Flow): Map<Pattern, Value> {
  const bases = new Map<Pattern, Value>();
  const take = (pattern: Pattern, value: Value): void => {
    if (pattern.type === 'AssignmentPattern') {
      take(pattern.left, new Set([...value, ...flow.evaluate(pattern.right)]));
    } else if (pattern.type === 'ObjectPattern') {
      bases.set(pattern, value);
      for (const property of pattern.properties) {
        if (property.type === 'RestElement') continue;
        const name = folder.key(property);
        take(property.value, name === undefined ? nothing : flow.property(value, name));
      }
    } else if (pattern.type === 'ArrayPattern') {
      for (const [index, element] of pattern.elements.entries())
        if (element && element.type !== 'RestElement') take(element, flow.atIndex(value, index));
    }
  };
  for (const node of tree.nodes) {
    if (node.type === 'VariableDeclarator' && node.init) take(node.id, flow.evaluate(node.init));
    else if (node.type === 'AssignmentExpression') take(node.left, flow.evaluate(node.right));
    else if (node.type === 'ForOfStatement') {
      const { left } = node;
      const pattern = left.type === 'VariableDeclaration' ? left.declarations[0]?.id : left;
      if (pattern) take(pattern, flow.elements(flow.evaluate(node.right)));
    } else if (isFunction(node)) {
      for (const [index, parameter] of node.params.entries()) take(parameter, flow.argument(node, index));
    }
  }
  return bases;
}
