import { stripTypeScriptTypes } from 'node:module';
import { type Node, type Options, Parser, type Program } from 'acorn';

/** A strategy's source as a script that evaluates to a function from the strategy API to the default export. */
export type PreparedSource =
  | { readonly ok: true; readonly script: string }
  | {
      readonly ok: false;
      readonly message: string;
      readonly line: number | null;
      readonly column: number | null;
    };

/** The name under which the script is compiled: lines in stack traces carry it. */
export const scriptName = 'strategy.ts';

class SourceError extends Error {
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

const moduleName = '$strategyLabModule';
const exportName = '$strategyLabDefault';
const parserOptions: Options = { ecmaVersion: 'latest', sourceType: 'module' };

/**
 * Erases the types of a strategy and binds its import and its default export. Nothing is run. Lines and
 * columns stay where they are.
 */
export function prepareSource(source: string): PreparedSource {
  let erased: string;
  try {
    erased = stripTypeScriptTypes(source, { mode: 'strip' });
  } catch (error) {
    return syntaxFailure(source, error);
  }
  try {
    return { ok: true, script: bindModule(erased) };
  } catch (error) {
    if (error instanceof SourceError) {
      return { ok: false, message: error.message, ...placeOf(erased, error.offset) };
    }
    return syntaxFailure(erased, error);
  }
}

function syntaxFailure(source: string, error: unknown): PreparedSource {
  const place = error as { pos?: unknown; message?: unknown; startLine?: unknown; startColumn?: unknown };
  const message = String(place.message).split('\n')[0] ?? 'the source does not parse';
  if (typeof place.pos === 'number') {
    return { ok: false, message: message.replace(/ \(\d+:\d+\)$/, ''), ...placeOf(source, place.pos) };
  }
  const line = typeof place.startLine === 'number' ? place.startLine : null;
  const column = typeof place.startColumn === 'number' ? place.startColumn + 1 : null;
  return { ok: false, message, line, column };
}

function placeOf(source: string, offset: number): { line: number; column: number } {
  const before = source.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: offset - lineStart + 1 };
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

function bindModule(source: string): string {
  // A script reads these as comments and a module does not: what was parsed would not be what runs.
  const htmlComment = /<!--|^\s*-->/m.exec(source);
  if (htmlComment !== null) throw new SourceError('HTML comments are not allowed', htmlComment.index);
  const program: Program = Parser.parse(source, parserOptions);
  refuseDynamicImports(program);
  const edits: Edit[] = [];
  let hasDefault = false;
  for (const statement of program.body) {
    const { start, end } = statement;
    if (statement.type === 'ImportDeclaration') {
      edits.push({ start, end, text: importBinding(statement) });
    } else if (statement.type === 'ExportDefaultDeclaration') {
      hasDefault = true;
      edits.push({ start, end: statement.declaration.start, text: `const ${exportName} = ` });
    } else if (statement.type === 'ExportNamedDeclaration' && statement.declaration) {
      edits.push({ start, end: statement.declaration.start, text: '' });
    } else if (statement.type === 'ExportNamedDeclaration' || statement.type === 'ExportAllDeclaration') {
      throw new SourceError('a strategy exports its default and nothing from elsewhere', start);
    }
  }
  if (!hasDefault) throw new SourceError('the file has no default export made by defineStrategy({ ... })', 0);
  let body = '';
  let position = 0;
  for (const edit of edits) {
    const replaced = source.slice(edit.start, edit.end);
    body += source.slice(position, edit.start) + keepLayout(edit.text, replaced);
    position = edit.end;
  }
  body += source.slice(position);
  return `(function (${moduleName}) { 'use strict'; ${body}\nreturn ${exportName};\n})`;
}

/** Pads `text` so that what follows it keeps its line, and its column where there is room. */
function keepLayout(text: string, replaced: string): string {
  const breaks = replaced.split('\n').length - 1;
  const padded = breaks === 0 ? text.padEnd(replaced.length) : text;
  return padded + '\n'.repeat(breaks);
}

function importBinding(statement: Extract<Program['body'][number], { type: 'ImportDeclaration' }>): string {
  if (statement.source.value !== 'strategy-lab') {
    throw new SourceError(
      `a strategy can import 'strategy-lab' only, not '${String(statement.source.value)}'`,
      statement.start,
    );
  }
  const names = statement.specifiers.map((specifier) => {
    if (specifier.type !== 'ImportSpecifier' || specifier.imported.type !== 'Identifier') {
      throw new SourceError("import names from 'strategy-lab' in braces", specifier.start);
    }
    return `${specifier.imported.name}: ${specifier.local.name}`;
  });
  return `const { ${names.join(', ')} } = ${moduleName};`;
}

function refuseDynamicImports(root: Node): void {
  const waiting: unknown[] = [root];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (typeof value !== 'object' || value === null) continue;
    if ('type' in value && (value.type === 'ImportExpression' || value.type === 'MetaProperty')) {
      const node = value as Node;
      // `new.target` is a meta property too, and harmless.
      if (node.type === 'ImportExpression' || isImportMeta(node)) {
        throw new SourceError('import() and import.meta are not allowed', node.start);
      }
    }
    waiting.push(...Object.values(value));
  }
}

function isImportMeta(node: Node): boolean {
  return 'meta' in node && (node.meta as { name?: unknown }).name === 'import';
}
