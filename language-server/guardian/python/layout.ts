import { doubtful, invalid } from './adapt/raw.ts';
import type { Module, Statement } from './syntax.ts';

/**
 * Refuses blocks whose statements do not stand below each other, or no deeper than what they belong to, and
 * files that indent by tabs and by spaces: the block that a line belongs to must be the one it seems to.
 */
export function checkLayout(module: Module, source: string): void {
  const indents = new Set<string>();
  const visit = (statements: readonly Statement[], parent: number): void => {
    let expected: number | undefined;
    for (const [index, statement] of statements.entries()) {
      const { start } = decorated(statement);
      const lineStart = source.lastIndexOf('\n', start - 1) + 1;
      const indent = source.slice(lineStart, start).replace(/^\ufeff/, '');
      // What stands behind a colon or a semicolon belongs there.
      if (/^[ \t]*$/.test(indent)) {
        for (const character of indent) indents.add(character);
        if (indents.size > 1) doubtful(statement, 'The file is indented by tabs and by spaces.');
        expected ??= indent.length;
        if (indent.length !== expected || indent.length <= parent)
          invalid(statement, 'The indentation fits no block.');
      } else if (index === 0) {
        for (const inner of blocksOf(statement))
          if (inner.length > 0) invalid(statement, 'A block must start on a line of its own.');
      }
      for (const inner of blocksOf(statement)) visit(inner, /^[ \t]*$/.test(indent) ? indent.length : parent);
    }
  };
  visit(module.body, -1);
  const first = module.body[0];
  if (first && /[ \t]$/.test(source.slice(0, decorated(first).start)))
    invalid(first, 'The first line is indented.');
}

/** The first place of a statement, its decorators included. */
function decorated(statement: Statement): { readonly start: number } {
  if (statement.type !== 'FunctionDefinition' && statement.type !== 'ClassDefinition') return statement;
  const start = statement.decorators[0]?.start;
  return start === undefined ? statement : { start: start - 1 };
}

function blocksOf(statement: Statement): readonly (readonly Statement[])[] {
  switch (statement.type) {
    case 'FunctionDefinition':
    case 'ClassDefinition':
    case 'With':
      return [statement.body];
    case 'If': {
      const [next] = statement.orElse;
      // An elif stands where its if does.
      if (next?.type === 'If' && next.isElif) return [statement.body, ...blocksOf(next)];
      return [statement.body, statement.orElse];
    }
    case 'For':
    case 'While':
      return [statement.body, statement.orElse];
    case 'Try':
      return [
        statement.body,
        ...statement.handlers.map(({ body }) => body),
        statement.orElse,
        statement.finalBody,
      ];
    case 'Match':
      return statement.cases.map(({ body }) => body);
    default:
      return [];
  }
}
