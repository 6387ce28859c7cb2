import { type Access, findAccesses } from './access.ts';
import type { ErasureProblem } from './erase.ts';
import { Flow } from './flow.ts';
import { Folder } from './fold.ts';
import type { Parsed, SourceComment } from './parse.ts';
import { Scopes } from './scope.ts';
import { type StrategyShape, strategyShape } from './strategyShape.ts';
import { buildsTexts } from './texts.ts';
import { isFunction, isLoop, type Syntax, SyntaxTree } from './tree.ts';

/** A parsed file with all that the rules ask of it. */
export interface Subject {
  readonly source: string;
  readonly comments: readonly SourceComment[];
  readonly tree: SyntaxTree;
  readonly scopes: Scopes;
  readonly folder: Folder;
  readonly flow: Flow;
  readonly accesses: readonly Access[];
  /** The loops in which something breaks off or goes on early. */
  readonly loopsWithJumps: ReadonlySet<Syntax>;
  /** The names of the members that the types of the file declare. */
  readonly typeMembers: ReadonlySet<string>;
  /** Names that the file declares by what the rules refuse. */
  readonly refusedNames: ReadonlySet<string>;
  /** The access that a node is. */
  accessAt(node: Syntax): Access | undefined;
  readonly strategy: StrategyShape;
  /** The TypeScript of the file that cannot be taken away. */
  readonly erasureProblems: readonly ErasureProblem[];
  /** True where the file makes texts that can become keys. */
  buildsTexts(): boolean;
  /** The source of a node, shortened. */
  text(node: Syntax): string;
}

export function makeSubject(source: string, parsed: Parsed & { readonly ok: true }): Subject {
  const tree = new SyntaxTree(parsed.program);
  const scopes = new Scopes(tree);
  const folder = new Folder(tree, scopes);
  const flow = new Flow(tree, scopes, folder);
  const accesses = findAccesses(tree, folder, flow);
  const accessOf = new Map<Syntax, Access>(accesses.map((access) => [access.node, access]));
  let texts: boolean | undefined;
  return {
    source,
    comments: parsed.comments,
    tree,
    scopes,
    folder,
    flow,
    accesses,
    loopsWithJumps: loopsWithJumps(tree),
    typeMembers: parsed.erasure.typeMembers,
    refusedNames: parsed.erasure.refusedNames,
    accessAt: (node) => accessOf.get(node),
    strategy: strategyShape(tree, folder, flow),
    erasureProblems: parsed.erasure.problems,
    buildsTexts: () => {
      texts ??= buildsTexts(tree, folder, flow);
      return texts;
    },
    text: ({ start, end }) => {
      const text = source.slice(start, end).replace(/\s+/g, ' ');
      return text.length > 40 ? `${text.slice(0, 37)}...` : text;
    },
  };
}

function loopsWithJumps(tree: SyntaxTree): ReadonlySet<Syntax> {
  const loops = new Set<Syntax>();
  for (const jump of [...tree.all('BreakStatement'), ...tree.all('ContinueStatement')]) {
    for (const outer of tree.around(jump)) {
      if (isFunction(outer)) break;
      if (isLoop(outer)) loops.add(outer);
    }
  }
  return loops;
}
