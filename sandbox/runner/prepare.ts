import { stripTypeScriptTypes } from 'node:module';
import { type Node, Parser, type Program } from 'acorn';
import { strategyModule } from '../../extension/backtest/strategyApi.ts';
import { parserOptions, parseUntyped } from './untyped.ts';

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

// Short, so that what takes the place of an import or export fits where it stood.
const moduleName = '$lab';
const exportName = '$out';
const scriptStart = `(function (${moduleName}) { 'use strict'; `;

/** Characters that the script's first line has before those of the source. */
export const firstLineShift = scriptStart.length;

/**
 * Erases the types of a strategy and binds its import and its default export. Nothing is run. Lines and
 * columns stay where they are, but for the `firstLineShift`.
 */
export function prepareSource(source: string): PreparedSource {
  const untyped = parseUntyped(source);
  let erased: string;
  try {
    // Loading the eraser takes longer than all else that a runner does at its start.
    erased = untyped === null ? stripTypeScriptTypes(source, { mode: 'strip' }) : source;
  } catch (error) {
    return typeFailure(source, error);
  }
  try {
    return { ok: true, script: bindModule(erased, untyped) };
  } catch (error) {
    if (error instanceof SourceError) {
      return { ok: false, message: error.message, ...placeOf(erased, error.offset) };
    }
    return syntaxFailure(erased, error);
  }
}

/** Node gives the place of the error above the stack alone: `:line`, some text, a mark under its last line. */
function typeFailure(source: string, error: unknown): PreparedSource {
  const { message, stack = '', code = '' } = error as NodeJS.ErrnoException;
  if (!/_TYPESCRIPT_SYNTAX$/.test(code)) {
    // Node's own parser broke down, as it does on some thousand open brackets.
    return { ok: false, message: 'the source nests too deep to be parsed', line: null, column: null };
  }
  const place = /^[^\n]*:(\d+)\n/.exec(stack);
  const line = place === null ? null : Number(place[1]);
  // Under tabs and wide letters the mark stands elsewhere than its column says.
  const isPlain = /^[ -~]*$/.test(source.split('\n')[(line ?? 0) - 1] ?? '\t');
  const mark = isPlain ? /\n( *)\^+\n/.exec(stack) : null;
  const column = mark === null ? null : (mark[1]?.length ?? 0) + 1;
  return { ok: false, message: firstLineOf(message), line, column };
}

function syntaxFailure(source: string, error: unknown): PreparedSource {
  const { message, pos } = error as Error & { pos?: unknown };
  const text = firstLineOf(message).replace(/ \(\d+:\d+\)$/, '');
  if (typeof pos === 'number') return { ok: false, message: text, ...placeOf(source, pos) };
  return { ok: false, message: text, line: null, column: null };
}

function firstLineOf(message: string): string {
  return message.split('\n')[0] ?? message;
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

function bindModule(source: string, parsed: Program | null): string {
  // A script reads this as a comment and a module does not: what was parsed would not be what runs.
  const htmlComment = source.indexOf('<!--');
  if (htmlComment >= 0) throw new SourceError('HTML comments are not allowed', htmlComment);
  const program = parsed ?? Parser.parse(source, parserOptions);
  refuseWhatNoFunctionHas(program);
  const edits: Edit[] = [];
  let hasDefault = false;
  for (const statement of program.body) {
    const { start, end } = statement;
    if (statement.type === 'ImportDeclaration') {
      edits.push({ start, end, text: importBinding(statement) });
    } else if (statement.type === 'ExportDefaultDeclaration') {
      hasDefault = true;
      if (/^(Function|Class)Declaration$/.test(statement.declaration.type)) {
        throw new SourceError('the default export must be made by defineStrategy({ ... })', start);
      }
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
  return `${scriptStart}${body}\nreturn ${exportName};\n})`;
}

/** Pads `text` so that what follows it keeps its line and column. */
function keepLayout(text: string, replaced: string): string {
  const breaks = replaced.split('\n').length - 1;
  if (breaks === 0) return text.padEnd(replaced.length);
  const lastLine = replaced.length - replaced.lastIndexOf('\n') - 1;
  return text + '\n'.repeat(breaks) + ' '.repeat(lastLine);
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
    const { name } = specifier.imported;
    if (!Object.hasOwn(strategyModule, name)) {
      throw new SourceError(
        `'strategy-lab' has no ${name} to run; a type is imported with 'import type'`,
        specifier.start,
      );
    }
    return name === specifier.local.name ? name : `${name}: ${specifier.local.name}`;
  });
  return `const { ${names.join(', ')} } = ${moduleName};`;
}

/** The script runs a module's body as that of a function, and has nothing to import with. */
function refuseWhatNoFunctionHas(program: Program): void {
  const waiting: { readonly value: unknown; readonly isInFunction: boolean }[] = [
    { value: program, isInFunction: false },
  ];
  for (let visit = waiting.pop(); visit !== undefined; visit = waiting.pop()) {
    const { value } = visit;
    if (typeof value !== 'object' || value === null) continue;
    let { isInFunction } = visit;
    if ('type' in value && typeof value.type === 'string') {
      const node = value as Node;
      if (node.type === 'ImportExpression' || isImportMeta(node)) {
        throw new SourceError('import() and import.meta are not allowed', node.start);
      }
      if (!isInFunction && (node.type === 'AwaitExpression' || ('await' in node && node.await === true))) {
        throw new SourceError('await is not allowed outside an async function', node.start);
      }
      isInFunction ||= /Function/.test(node.type);
    }
    for (const child of Object.values(value)) waiting.push({ value: child, isInFunction });
  }
}

/** `new.target` is a meta property too, and harmless. */
function isImportMeta(node: Node): boolean {
  return (
    node.type === 'MetaProperty' && 'meta' in node && (node.meta as { name?: unknown }).name === 'import'
  );
}
