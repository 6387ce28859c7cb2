import type { PythonSubject } from './subject.ts';
import type { Expression, Syntax, SyntaxOf } from './syntax.ts';
import { isFunction } from './tree.ts';

export interface AheadRead {
  readonly node: Syntax;
  /** By how many rows. */
  readonly ahead: number;
}

/**
 * In a loop over rows, what is read at a later row than the one that is written: `target[i] = close[i + 1]`,
 * and the same in a condition around the assignment.
 */
export function indexedAhead(subject: PythonSubject): AheadRead[] {
  const found: AheadRead[] = [];
  for (const loop of subject.tree.all('For')) {
    const { target } = loop;
    if (target.type !== 'Name' || !isInSignals(subject, loop)) continue;
    for (const assign of subject.tree.all('Assign')) {
      if (!subject.tree.contains(loop, assign)) continue;
      const written = assign.targets.map((one) => offsetOf(subject, rowIndex(one), target.id));
      const row = written.find((offset) => offset !== undefined);
      if (row === undefined) continue;
      for (const part of [assign.value, ...conditionsAround(subject, assign, loop)])
        found.push(...readsAfter(subject, part, target.id, row));
    }
  }
  return found;
}

function isInSignals({ strategy, tree }: PythonSubject, node: Syntax): boolean {
  for (const outer of tree.around(node)) if (isFunction(outer)) return strategy.vectorised.has(outer);
  return false;
}

function conditionsAround({ tree }: PythonSubject, node: Syntax, loop: Syntax): Expression[] {
  const conditions: Expression[] = [];
  for (const outer of tree.around(node)) {
    if (outer === loop) break;
    if (outer.type === 'If') conditions.push(outer.test);
  }
  return conditions;
}

/** The index of a row: `x[i]`, `x.iloc[i]`, `x.iloc[i, 0]`, `x.iat[i, 0]`. */
function rowIndex(node: Expression): Expression | undefined {
  if (node.type !== 'Subscript') return undefined;
  return node.index.type === 'Tuple' ? node.index.elements[0] : node.index;
}

/** By how much an index differs from the counter; nothing where it is made otherwise. */
function offsetOf(
  { folder }: PythonSubject,
  index: Expression | undefined,
  counter: string,
): number | undefined {
  if (index?.type === 'Name') return index.id === counter ? 0 : undefined;
  if (index?.type !== 'Binary' || (index.operator !== '+' && index.operator !== '-')) return undefined;
  if (index.left.type !== 'Name' || index.left.id !== counter) return undefined;
  const distance = folder.number(index.right);
  return distance === undefined ? undefined : index.operator === '+' ? distance : -distance;
}

function readsAfter(subject: PythonSubject, root: Expression, counter: string, row: number): AheadRead[] {
  const found: AheadRead[] = [];
  for (const node of subject.tree.below(root)) {
    if (node.type !== 'Subscript') continue;
    const index = rowIndex(node);
    const last =
      index?.type === 'Slice' ? sliceEnd(subject, index, counter) : offsetOf(subject, index, counter);
    if (last !== undefined && last > row) found.push({ node, ahead: last - row });
  }
  return found;
}

/** The last row of a slice, against the counter. */
function sliceEnd(subject: PythonSubject, slice: SyntaxOf<'Slice'>, counter: string): number | undefined {
  const upper = offsetOf(subject, slice.upper, counter);
  return upper === undefined || slice.step ? undefined : upper - 1;
}
