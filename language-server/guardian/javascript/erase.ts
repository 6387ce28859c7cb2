import type { Program } from 'acorn';

/** A node as the TypeScript parser makes it, before it is known what it is. */
interface RawNode {
  type: string;
  start: number;
  end: number;
  name?: unknown;
  id?: unknown;
  key?: unknown;
  kind?: unknown;
  declare?: unknown;
  abstract?: unknown;
  exportKind?: unknown;
  importKind?: unknown;
  source?: unknown;
  declaration?: unknown;
  specifiers?: unknown;
  expression?: unknown;
  parameter?: unknown;
  argument?: unknown;
  value?: unknown;
}

/** Syntax that has no place in a strategy, by the rule that refuses it. */
export interface ErasureProblem {
  readonly rule: 'SYN003' | 'SEC002' | 'SEC011';
  readonly start: number;
  readonly end: number;
  readonly message: string;
}

const wrappers = new Set([
  'TSAsExpression',
  'TSSatisfiesExpression',
  'TSNonNullExpression',
  'TSTypeAssertion',
  'TSInstantiationExpression',
  'ParenthesizedExpression',
]);

const typeNodes = new Set([
  'TSInterfaceDeclaration',
  'TSTypeAliasDeclaration',
  'TSDeclareFunction',
  'TSIndexSignature',
]);

const typeKeys = new Set([
  'typeAnnotation',
  'returnType',
  'typeParameters',
  'typeArguments',
  'superTypeParameters',
  'implements',
]);

const notErasable = new Map([
  ['TSEnumDeclaration', 'An enum'],
  ['TSModuleDeclaration', 'A namespace'],
  ['TSImportEqualsDeclaration', 'import ='],
  ['TSExportAssignment', 'export ='],
  ['TSNamespaceExportDeclaration', 'export as namespace'],
]);

const known = new Set(
  (
    'ArrayExpression ArrayPattern ArrowFunctionExpression AssignmentExpression AssignmentPattern AwaitExpression ' +
    'BinaryExpression BlockStatement BreakStatement CallExpression CatchClause ChainExpression ClassBody ' +
    'ClassDeclaration ClassExpression ConditionalExpression ContinueStatement DebuggerStatement DoWhileStatement ' +
    'EmptyStatement ExportAllDeclaration ExportDefaultDeclaration ExportNamedDeclaration ExportSpecifier ' +
    'ExpressionStatement ForInStatement ForOfStatement ForStatement FunctionDeclaration FunctionExpression ' +
    'Identifier IfStatement ImportAttribute ImportDeclaration ImportDefaultSpecifier ImportExpression ' +
    'ImportNamespaceSpecifier ImportSpecifier LabeledStatement Literal LogicalExpression MemberExpression ' +
    'MetaProperty MethodDefinition NewExpression ObjectExpression ObjectPattern PrivateIdentifier Program Property ' +
    'PropertyDefinition RestElement ReturnStatement SequenceExpression SpreadElement StaticBlock Super SwitchCase ' +
    'SwitchStatement TaggedTemplateExpression TemplateElement TemplateLiteral ThisExpression ThrowStatement ' +
    'TryStatement UnaryExpression UpdateExpression VariableDeclaration VariableDeclarator WhileStatement ' +
    'WithStatement YieldExpression'
  ).split(' '),
);

function isRaw(value: unknown): value is RawNode {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

function eachChild(node: RawNode, visit: (child: RawNode) => void): void {
  const fields = node as unknown as Readonly<Record<string, unknown>>;
  for (const key in fields) {
    const value = fields[key];
    if (typeof value !== 'object' || value === null || key === 'loc') continue;
    if (Array.isArray(value)) {
      for (const item of value) if (isRaw(item)) visit(item);
    } else if (isRaw(value)) visit(value);
  }
}

/** The number of nodes of a parsed program and how deeply they are nested; without recursion. */
export function measure(program: unknown): { readonly nodes: number; readonly depth: number } {
  let nodes = 0;
  let depth = 0;
  let level: RawNode[] = isRaw(program) ? [program] : [];
  while (level.length > 0) {
    nodes += level.length;
    depth += 1;
    const below: RawNode[] = [];
    for (const node of level) eachChild(node, (child) => below.push(child));
    level = below;
  }
  return { nodes, depth };
}

class Eraser {
  readonly problems: ErasureProblem[] = [];
  readonly typeMembers = new Set<string>();
  readonly refusedNames = new Set<string>();

  /** What is left of `node`; nothing where it was a type. */
  erase(node: RawNode): RawNode | undefined {
    if (wrappers.has(node.type)) {
      this.#scan(node);
      if (node.type === 'TSTypeAssertion') this.#refuse(node, 'A type in angle brackets');
      return isRaw(node.expression) ? this.erase(node.expression) : undefined;
    }
    if (node.type === 'TSParameterProperty') {
      this.#refuse(node, 'A parameter property');
      return isRaw(node.parameter) ? this.erase(node.parameter) : undefined;
    }
    if (isType(node)) {
      this.#scan(node);
      return undefined;
    }
    if (!known.has(node.type)) {
      this.#refuse(node, notErasable.get(node.type) ?? `The syntax ${node.type}`);
      if (isRaw(node.id) && typeof node.id.name === 'string') this.refusedNames.add(node.id.name);
      return { type: 'Literal', start: node.start, end: node.end, value: null };
    }
    if (node.type === 'VariableDeclaration' && typeof node.kind === 'string' && node.kind.includes('using')) {
      this.#refuse(node, 'A using declaration');
    }
    const exported = node.declaration;
    this.#eraseChildren(node);
    const isEmptied = isRaw(exported) && !isRaw(node.declaration);
    return isEmptied ? undefined : node;
  }

  #eraseChildren(node: RawNode): void {
    if (node.type === 'Identifier' && typeof node.name === 'string') {
      // The parser counts a type annotation as a part of the name.
      node.end = Math.min(node.end, node.start + node.name.length);
    }
    const fields = node as unknown as Record<string, unknown>;
    for (const [key, value] of Object.entries(fields)) {
      if (key === 'loc') continue;
      if (typeKeys.has(key)) {
        for (const item of [value].flat()) if (isRaw(item)) this.#scan(item);
        fields[key] = undefined;
      } else if (key === 'decorators') {
        for (const item of [value].flat()) {
          if (!isRaw(item)) continue;
          this.problems.push({
            rule: 'SEC011',
            start: item.start,
            end: item.end,
            message: 'A decorator runs code when its class is made.',
          });
        }
        fields[key] = undefined;
      } else if (Array.isArray(value)) {
        fields[key] = this.#eraseAll(value);
      } else if (isRaw(value)) {
        fields[key] = this.erase(value) ?? null;
      }
    }
  }

  /** Holes of a list stay where they are; types leave none. */
  #eraseAll(items: readonly unknown[]): unknown[] {
    const left: unknown[] = [];
    for (const item of items) {
      const kept = isRaw(item) ? this.erase(item) : item;
      if (kept !== undefined) left.push(kept);
    }
    return left;
  }

  /** A type leaves nothing behind, but what it imports is still named. */
  #scan(type: RawNode): void {
    const waiting = [type];
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
      if (node.type === 'TSImportType') {
        const source = isRaw(node.argument) ? node.argument.value : undefined;
        if (source !== 'strategy-lab') {
          const { start, end } = node;
          const message = `A strategy imports types from 'strategy-lab' alone, not from '${String(source)}'.`;
          this.problems.push({ rule: 'SEC002', start, end, message });
        }
      }
      const isMember = node.type === 'TSPropertySignature' || node.type === 'TSMethodSignature';
      if (isMember && isRaw(node.key) && typeof node.key.name === 'string')
        this.typeMembers.add(node.key.name);
      // Expressions below a cast are judged as code.
      const code = wrappers.has(node.type) ? node.expression : undefined;
      eachChild(node, (child) => {
        if (child !== code) waiting.push(child);
      });
    }
  }

  #refuse({ start, end }: RawNode, what: string): void {
    const message = `${what} cannot be erased: the runner takes types away and changes nothing else.`;
    this.problems.push({ rule: 'SYN003', start, end, message });
  }
}

function isType(node: RawNode): boolean {
  if (typeNodes.has(node.type)) return true;
  if (node.declare === true) return true;
  if (node.type === 'ExportNamedDeclaration' || node.type === 'ExportSpecifier') {
    return node.exportKind === 'type' && !isRaw(node.source) && !isRaw(node.declaration);
  }
  if (node.type === 'Identifier') return node.name === 'this';
  if (node.type === 'PropertyDefinition') return node.abstract === true;
  return node.type === 'MethodDefinition' && isRaw(node.value) && node.value.type === 'TSDeclareMethod';
}

export interface Erasure {
  readonly problems: readonly ErasureProblem[];
  /** The names of the members that the types of the file declare. */
  readonly typeMembers: ReadonlySet<string>;
  /** The names of what is declared and was refused: an enum's. */
  readonly refusedNames: ReadonlySet<string>;
}

/** Takes the types out of a parsed program, in place; what is left is plain ESTree. */
export function eraseTypes(program: Program): Erasure {
  const eraser = new Eraser();
  eraser.erase(program as unknown as RawNode);
  return eraser;
}
