import { tsPlugin } from '@sveltejs/acorn-typescript';
import { Parser, type Program } from 'acorn';
import { childrenOf, type Syntax, type SyntaxOf } from '../../../language-server/guardian/javascript/tree.ts';

/** Tables of texts by the names under which code imports them. */
export type TextTables = Readonly<Record<string, Readonly<Record<string, string>>>>;

export interface TextsInCode {
  /** Every text that the code may ask a translation for, as far as its syntax tells. */
  readonly texts: readonly string[];
  /** Expressions that are translated and whose texts the syntax does not tell, as they are written. */
  readonly untold: readonly string[];
}

const parser = Parser.extend(tsPlugin());

/**
 * The texts that a module translates. `vscode.l10n.t` takes literals alone, joined or not, as the editor's
 * own tools do; `translate` besides takes choices between them, constants, and fields of `tables`.
 */
export function textsInCode(source: string, tables: TextTables = {}): TextsInCode {
  const program = parser.parse(source, { ecmaVersion: 'latest', sourceType: 'module' });
  const nodes = allNodes(program);
  const constants = constantsOf(nodes);
  const asked = new Set<Syntax>();
  const texts: string[] = [];
  const untold: string[] = [];
  const write = ({ start, end }: Syntax): string => source.slice(start, end).replace(/\s+/g, ' ');
  for (const node of nodes) {
    // By another name, its texts would not be found.
    if (isMember(node, 'l10n') && !asked.has(node)) untold.push(write(node));
    if (node.type !== 'CallExpression') continue;
    const editor = editorCall(node);
    if (editor !== undefined) asked.add(editor);
    else if (!isTranslateCall(node)) continue;
    const [text] = node.arguments;
    const told = text && (editor ? literalText(text) : possibleTexts(text, { constants, tables }));
    if (told !== undefined) texts.push(...told);
    else untold.push(write(text ?? node));
  }
  return { texts, untold };
}

function allNodes(program: Program): Syntax[] {
  const nodes: Syntax[] = [program];
  for (const node of nodes) nodes.push(...childrenOf(node));
  // Parents stay before their children.
  return nodes.sort((a, b) => a.start - b.start);
}

type Call = SyntaxOf<'CallExpression'>;

/** `vscode.l10n` of `vscode.l10n.t(...)` */
function editorCall({ callee }: Call): Syntax | undefined {
  return isMember(callee, 't') && isMember(callee.object, 'l10n') ? callee.object : undefined;
}

/** `translate(...)` and `words.translate(...)` */
function isTranslateCall({ callee }: Call): boolean {
  return callee.type === 'Identifier' ? callee.name === 'translate' : isMember(callee, 'translate');
}

function isMember(node: Syntax, name: string): node is SyntaxOf<'MemberExpression'> {
  return (
    node.type === 'MemberExpression' && node.property.type === 'Identifier' && node.property.name === name
  );
}

function literalText(node: Syntax): string[] | undefined {
  if (node.type === 'Literal' && typeof node.value === 'string') return [node.value];
  if (node.type === 'TemplateLiteral') {
    const [quasi, ...others] = node.quasis;
    return others.length === 0 && typeof quasi?.value.cooked === 'string' ? [quasi.value.cooked] : undefined;
  }
  if (node.type !== 'BinaryExpression' || node.operator !== '+') return undefined;
  const [left, right] = [literalText(node.left), literalText(node.right)];
  return left && right && [`${left[0]}${right[0]}`];
}

interface Known {
  /** What constants of the module begin as, by their names; undefined where two have the same. */
  readonly constants: ReadonlyMap<string, Syntax | undefined>;
  readonly tables: TextTables;
}

function possibleTexts(node: Syntax, known: Known): string[] | undefined {
  const plain = literalText(node);
  if (plain !== undefined) return plain;
  switch (node.type) {
    case 'ConditionalExpression': {
      const choices = [node.consequent, node.alternate].map((choice) => possibleTexts(choice, known));
      return choices.includes(undefined) ? undefined : choices.flatMap((texts) => texts ?? []);
    }
    case 'Identifier': {
      const value = known.constants.get(node.name);
      return value && possibleTexts(value, known);
    }
    case 'MemberExpression': {
      if (node.object.type !== 'Identifier') return undefined;
      const fields = tableOf(node.object.name, known);
      if (fields === undefined || node.computed) return fields && Object.values(fields);
      const text = node.property.type === 'Identifier' ? fields[node.property.name] : undefined;
      return text === undefined ? undefined : [text];
    }
    default:
      return undefined;
  }
}

function tableOf(name: string, { constants, tables }: Known): Readonly<Record<string, string>> | undefined {
  const value = withoutType(constants.get(name));
  if (value?.type !== 'ObjectExpression') return tables[name];
  const fields: Record<string, string> = {};
  for (const property of value.properties) {
    if (property.type !== 'Property') return undefined;
    const [text] = literalText(property.value) ?? [];
    if (text === undefined) return undefined;
    const { key } = property;
    fields[key.type === 'Identifier' ? key.name : key.type === 'Literal' ? String(key.value) : ''] = text;
  }
  return fields;
}

function constantsOf(nodes: readonly Syntax[]): Map<string, Syntax | undefined> {
  const constants = new Map<string, Syntax | undefined>();
  for (const node of nodes) {
    if (node.type !== 'VariableDeclaration' || node.kind !== 'const') continue;
    for (const { id, init } of node.declarations) {
      if (id.type !== 'Identifier' || !init) continue;
      constants.set(id.name, constants.has(id.name) ? undefined : init);
    }
  }
  return constants;
}

/** `value as const` as `value`. */
function withoutType(node: Syntax | undefined): Syntax | undefined {
  const typed = node as { readonly type: string; readonly expression?: Syntax } | undefined;
  return typed?.type === 'TSAsExpression' || typed?.type === 'TSSatisfiesExpression'
    ? withoutType(typed.expression)
    : node;
}
