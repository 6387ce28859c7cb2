import type { Flow } from './flow.ts';
import type { Folder } from './fold.ts';
import type { FunctionSyntax, Syntax, SyntaxOf, SyntaxTree } from './tree.ts';

export interface DeclaredParameter {
  readonly name: string;
  readonly node: SyntaxOf<'Property'>;
  readonly min: number | undefined;
  readonly max: number | undefined;
}

/** What is known of the strategy that a file declares. */
export interface StrategyShape {
  /** The default export. */
  readonly exported: Syntax | undefined;
  /** The object given to `defineStrategy`. */
  readonly definition: SyntaxOf<'ObjectExpression'> | undefined;
  readonly params: SyntaxOf<'ObjectExpression'> | undefined;
  /** The declared parameters by name; nothing where they are not written out. */
  readonly parameters: ReadonlyMap<string, DeclaredParameter> | undefined;
  /** Every function that runs once a bar, and every one that runs in `setup`. */
  readonly perBar: ReadonlySet<FunctionSyntax>;
  readonly atStart: ReadonlySet<FunctionSyntax>;
}

export function strategyShape(tree: SyntaxTree, folder: Folder, flow: Flow): StrategyShape {
  const exported = defaultExport(tree);
  const definition = exported && definitionOf(exported, flow);
  const paramsNode = definition && propertyOf(definition, 'params', folder)?.value;
  const params = paramsNode && objectOf(paramsNode, flow);
  return {
    exported,
    definition,
    params,
    parameters: paramsNode && !params ? undefined : params ? parametersOf(params, folder, flow) : new Map(),
    perBar: flow.reachable(flow.nexts),
    atStart: flow.reachable(flow.setups),
  };
}

/** The property of that name which is written out in an object. */
export function propertyOf(
  object: SyntaxOf<'ObjectExpression'>,
  name: string,
  folder: Folder,
): (SyntaxOf<'Property'> & { value: Syntax }) | undefined {
  for (const property of object.properties) {
    if (property.type === 'Property' && folder.key(property) === name) return property;
  }
  return undefined;
}

/** The one object literal that an expression can be. */
export function objectOf(node: Syntax, flow: Flow): SyntaxOf<'ObjectExpression'> | undefined {
  const [atom, ...others] = flow.evaluate(node);
  return atom?.kind === 'object' && others.length === 0 ? atom.node : undefined;
}

function defaultExport(tree: SyntaxTree): Syntax | undefined {
  for (const node of tree.program.body) {
    if (node.type === 'ExportDefaultDeclaration') return node.declaration;
    if (node.type !== 'ExportNamedDeclaration') continue;
    for (const { exported, local } of node.specifiers) {
      if (exported.type === 'Identifier' && exported.name === 'default') return local;
    }
  }
  return undefined;
}

function definitionOf(exported: Syntax, flow: Flow): SyntaxOf<'ObjectExpression'> | undefined {
  for (const atom of flow.evaluate(exported)) {
    const first = atom.kind === 'strategy' ? atom.node.arguments[0] : undefined;
    if (first && first.type !== 'SpreadElement') return objectOf(first, flow);
  }
  return undefined;
}

function parametersOf(
  params: SyntaxOf<'ObjectExpression'>,
  folder: Folder,
  flow: Flow,
): ReadonlyMap<string, DeclaredParameter> | undefined {
  const parameters = new Map<string, DeclaredParameter>();
  for (const node of params.properties) {
    const name = node.type === 'Property' ? folder.key(node) : undefined;
    if (node.type !== 'Property' || name === undefined) return undefined;
    const object = objectOf(node.value, flow);
    const bound = (field: string): number | undefined => {
      const property = object && propertyOf(object, field, folder);
      return property && folder.number(property.value);
    };
    parameters.set(name, { name, node, min: bound('min'), max: bound('max') });
  }
  return parameters;
}
