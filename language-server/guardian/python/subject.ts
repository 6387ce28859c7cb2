import { Folder } from './fold.ts';
import { ownNames } from './ownNames.ts';
import type { Parsed, Span } from './parse.ts';
import { Paths } from './paths.ts';
import { allRefused, type Refused } from './refusals/refused.ts';
import { Scopes } from './scope.ts';
import { type ClassSyntax, type StrategyShape, selfClass, strategyShape } from './shape.ts';
import type { Syntax } from './syntax.ts';
import { SyntaxTree } from './tree.ts';
import { Types } from './types.ts';

/** A parsed file with what is known of its parts. */
export interface PythonFile {
  readonly source: string;
  readonly comments: readonly Span[];
  readonly unnormalised: (Parsed & { readonly ok: true })['unnormalised'];
  readonly tree: SyntaxTree;
  readonly scopes: Scopes;
  readonly folder: Folder;
  readonly paths: Paths;
  readonly types: Types;
  readonly strategy: StrategyShape;
  /** The names of members that the file defines itself. */
  readonly ownNames: ReadonlySet<string>;
  /** The class of which `node` is `self`. */
  selfClass(node: Syntax): ClassSyntax | undefined;
  /** The source of a node, shortened. */
  text(node: Syntax): string;
}

/** A parsed file with all that the rules ask of it. */
export interface PythonSubject extends PythonFile {
  readonly refused: readonly Refused[];
}

export function makeSubject(source: string, parsed: Parsed & { readonly ok: true }): PythonSubject {
  const tree = new SyntaxTree(parsed.module);
  const scopes = new Scopes(tree);
  const folder = new Folder(scopes);
  const paths = new Paths(scopes);
  const strategy = strategyShape(tree, scopes, folder, paths);
  const file: PythonFile = {
    source,
    comments: parsed.comments,
    unnormalised: parsed.unnormalised,
    tree,
    scopes,
    folder,
    paths,
    types: new Types(tree, scopes, strategy),
    strategy,
    ownNames: ownNames(tree, folder),
    selfClass: (node) => selfClass(node, tree, scopes),
    text: ({ start, end }) => {
      const text = source.slice(start, end).replace(/\s+/g, ' ');
      return text.length > 40 ? `${text.slice(0, 37)}...` : text;
    },
  };
  return { ...file, refused: allRefused(file) };
}
