/*
 * The syntax tree of a Python file: what the rules ask of it, and no more. Names are normalised as Python
 * does it (NFKC). Parentheses leave no node.
 */

interface At {
  /** Offsets in UTF-16 units. */
  readonly start: number;
  readonly end: number;
}

/** A name that is no expression: of a function, a member, a keyword, a module's part. */
export interface Identifier extends At {
  readonly type: 'Identifier';
  readonly id: string;
}

export interface Module extends At {
  readonly type: 'Module';
  readonly body: readonly Statement[];
}

export interface Parameter extends At {
  readonly type: 'Parameter';
  readonly kind: 'plain' | 'rest' | 'keywordOnly' | 'keywordRest';
  readonly name: Identifier;
  readonly annotation: Expression | undefined;
  readonly byDefault: Expression | undefined;
}

/** `value`, `name=value`, `*value` or `**value`. */
export interface Argument extends At {
  readonly type: 'Argument';
  readonly name: Identifier | undefined;
  readonly spread: '' | '*' | '**';
  readonly value: Expression;
}

export interface FunctionDefinition extends At {
  readonly type: 'FunctionDefinition';
  readonly name: Identifier;
  readonly decorators: readonly Expression[];
  readonly parameters: readonly Parameter[];
  readonly returns: Expression | undefined;
  readonly body: readonly Statement[];
  readonly isAsync: boolean;
}

export interface ClassDefinition extends At {
  readonly type: 'ClassDefinition';
  readonly name: Identifier;
  readonly decorators: readonly Expression[];
  readonly bases: readonly Argument[];
  readonly body: readonly Statement[];
}

export interface ImportedName extends At {
  readonly type: 'ImportedName';
  /** `['numpy', 'linalg']` for `import numpy.linalg`, one part after `from`. */
  readonly path: readonly Identifier[];
  readonly alias: Identifier | undefined;
}

export interface ExceptClause extends At {
  readonly type: 'ExceptClause';
  readonly exception: Expression | undefined;
  readonly name: Identifier | undefined;
  readonly body: readonly Statement[];
}

export interface WithItem extends At {
  readonly type: 'WithItem';
  readonly context: Expression;
  readonly target: Expression | undefined;
}

export interface MatchCase extends At {
  readonly type: 'MatchCase';
  readonly pattern: Pattern;
  readonly guard: Expression | undefined;
  readonly body: readonly Statement[];
}

type Node<T extends string, Fields = object> = At & { readonly type: T } & Readonly<Fields>;

export type Statement =
  | FunctionDefinition
  | ClassDefinition
  | Node<'Return', { value: Expression | undefined }>
  | Node<'Delete', { targets: readonly Expression[] }>
  | Node<'Assign', { targets: readonly Expression[]; value: Expression }>
  | Node<'AugmentedAssign', { target: Expression; operator: string; value: Expression }>
  | Node<'AnnotatedAssign', { target: Expression; annotation: Expression; value: Expression | undefined }>
  | Node<
      'For',
      {
        target: Expression;
        iterable: Expression;
        body: readonly Statement[];
        orElse: readonly Statement[];
        isAsync: boolean;
      }
    >
  | Node<'While', { test: Expression; body: readonly Statement[]; orElse: readonly Statement[] }>
  /** An `elif` is an `if` that is all of the `orElse` before it. */
  | Node<
      'If',
      { test: Expression; body: readonly Statement[]; orElse: readonly Statement[]; isElif: boolean }
    >
  | Node<'With', { items: readonly WithItem[]; body: readonly Statement[]; isAsync: boolean }>
  | Node<'Match', { subject: Expression; cases: readonly MatchCase[] }>
  | Node<'Raise', { exception: Expression | undefined; cause: Expression | undefined }>
  | Node<
      'Try',
      {
        body: readonly Statement[];
        handlers: readonly ExceptClause[];
        orElse: readonly Statement[];
        finalBody: readonly Statement[];
      }
    >
  | Node<'Assert', { test: Expression; message: Expression | undefined }>
  | Node<'Import', { names: readonly ImportedName[] }>
  | Node<
      'ImportFrom',
      { level: number; module: readonly Identifier[]; names: readonly ImportedName[]; isStar: boolean }
    >
  | Node<'Scope', { kind: 'global' | 'nonlocal'; names: readonly Identifier[] }>
  | Node<'ExpressionStatement', { value: Expression }>
  | Node<'Pass'>
  | Node<'Break'>
  | Node<'Continue'>;

export interface ComprehensionClause extends At {
  readonly type: 'ComprehensionClause';
  readonly target: Expression;
  readonly iterable: Expression;
  readonly conditions: readonly Expression[];
  readonly isAsync: boolean;
}

/** A part of an f-string. */
export interface Replacement extends At {
  readonly type: 'Replacement';
  readonly value: Expression;
  readonly spec: readonly (Replacement | TextPart)[];
}

export interface TextPart extends At {
  readonly type: 'TextPart';
  readonly value: string | undefined;
}

export interface Name extends At {
  readonly type: 'Name';
  readonly id: string;
}

export interface Attribute extends At {
  readonly type: 'Attribute';
  readonly object: Expression;
  readonly name: Identifier;
}

export interface Call extends At {
  readonly type: 'Call';
  readonly callee: Expression;
  readonly args: readonly Argument[];
}

export interface Subscript extends At {
  readonly type: 'Subscript';
  readonly object: Expression;
  readonly index: Expression;
}

export interface Comprehension extends At {
  readonly type: 'Comprehension';
  readonly kind: 'list' | 'set' | 'dict' | 'generator';
  /** Of a dict, its value. */
  readonly element: Expression;
  readonly key: Expression | undefined;
  readonly clauses: readonly ComprehensionClause[];
}

export interface Lambda extends At {
  readonly type: 'Lambda';
  readonly parameters: readonly Parameter[];
  readonly body: Expression;
}

export interface DictItem extends At {
  readonly type: 'DictItem';
  /** Nothing for `**value`. */
  readonly key: Expression | undefined;
  readonly value: Expression;
}

export type Expression =
  | Name
  | Attribute
  | Call
  | Subscript
  | Comprehension
  | Lambda
  | Node<'NumberLiteral', { value: number; isInteger: boolean; isImaginary: boolean }>
  /** `value` is not told where it is written by the names of characters. */
  | Node<'TextLiteral', { value: string | undefined; isBytes: boolean }>
  | Node<'FormattedText', { parts: readonly (Replacement | TextPart)[] }>
  | Node<'Singleton', { value: null | boolean | 'ellipsis' }>
  | Node<'Boolean', { operator: 'and' | 'or'; left: Expression; right: Expression }>
  | Node<'Binary', { operator: string; left: Expression; right: Expression }>
  | Node<'Comparison', { operator: string; left: Expression; right: Expression }>
  | Node<'Unary', { operator: string; operand: Expression }>
  | Node<'Conditional', { test: Expression; body: Expression; orElse: Expression }>
  | Node<'NamedExpression', { target: Name; value: Expression }>
  | Node<'Tuple', { elements: readonly Expression[] }>
  | Node<'List', { elements: readonly Expression[] }>
  | Node<'Set', { elements: readonly Expression[] }>
  | Node<'Dict', { items: readonly DictItem[] }>
  | Node<
      'Slice',
      { lower: Expression | undefined; upper: Expression | undefined; step: Expression | undefined }
    >
  | Node<'Starred', { value: Expression }>
  | Node<'Await', { value: Expression }>
  | Node<'Yield', { value: Expression | undefined; isFrom: boolean }>;

export type Pattern =
  | Node<'ValuePattern', { value: Expression }>
  /** `_` and a name without a pattern catch all. */
  | Node<'CapturePattern', { pattern: Pattern | undefined; name: Identifier }>
  | Node<'OrPattern', { patterns: readonly Pattern[] }>
  | Node<'SequencePattern', { patterns: readonly Pattern[] }>
  | Node<'StarPattern', { name: Identifier; isMapping: boolean }>
  | Node<'MappingPattern', { keys: readonly Expression[]; patterns: readonly Pattern[] }>
  | Node<'KeywordPattern', { name: Identifier; pattern: Pattern }>
  | Node<'ClassPattern', { className: Expression; patterns: readonly Pattern[] }>;

export type Syntax =
  | Module
  | Statement
  | Expression
  | Pattern
  | Identifier
  | Parameter
  | Argument
  | ImportedName
  | ExceptClause
  | WithItem
  | MatchCase
  | ComprehensionClause
  | Replacement
  | TextPart
  | DictItem;

export type SyntaxOf<T extends Syntax['type']> = Extract<Syntax, { type: T }>;
