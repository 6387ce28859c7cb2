import type { PythonSubject } from './subject.ts';
import type { Attribute, Expression, Syntax } from './syntax.ts';

const growing = new Set(['append', 'insert', 'extend', 'appendleft']);
const shrinking = new Set(['pop', 'clear', 'remove', 'popleft']);

/** A list of the strategy that lives from bar to bar. */
export interface KeptList {
  readonly name: string;
  /** Whether it is empty when the first bar comes. */
  readonly isEmptyAtFirst: boolean;
  /** Whether something shortens it or its length is asked for, so that it may have an end. */
  readonly isBounded: boolean;
}

/** The list that `self.name` certainly is. */
export function keptListAt(subject: PythonSubject, node: Syntax): KeptList | undefined {
  if (node.type !== 'Attribute') return undefined;
  const owner = subject.selfClass(node.object);
  const values = owner ? subject.types.fieldValues(owner, node.name.id) : [];
  const [value] = values;
  if (values.length !== 1 || !value || !isList(value)) return undefined;
  const isEmpty =
    value.type === 'List' ? value.elements.length === 0 : value.type === 'Call' && !positionalIn(value);
  const hasLength = value.type === 'Call' && value.args.some(({ name }) => name?.id === 'maxlen');
  return {
    name: node.name.id,
    isEmptyAtFirst: isEmpty,
    isBounded: hasLength || isShortened(subject, node.name.id),
  };
}

/** The lists that a call of `append` and its kin makes longer once a bar. */
export function growingCalls(subject: PythonSubject): { readonly call: Syntax; readonly list: KeptList }[] {
  const { tree, strategy } = subject;
  return tree.all('Call').flatMap((call) => {
    const { callee } = call;
    if (callee.type !== 'Attribute' || !growing.has(callee.name.id)) return [];
    const inside = tree.enclosingFunction(call);
    if (!inside || !strategy.perBar.has(inside) || strategy.atStart.has(inside)) return [];
    const list = keptListAt(subject, callee.object);
    return list ? [{ call, list }] : [];
  });
}

/** `[]`, `list()` and a deque. */
function isList(value: Expression): boolean {
  if (value.type === 'List') return true;
  return value.type === 'Call' && value.callee.type === 'Name' && /^(?:list|deque)$/.test(value.callee.id);
}

function positionalIn(value: Expression): boolean {
  return value.type === 'Call' && value.args.some(({ name }) => !name);
}

function isShortened({ tree }: PythonSubject, name: string): boolean {
  const isIt = (node: Syntax): node is Attribute => node.type === 'Attribute' && node.name.id === name;
  return tree.nodes.some((node) => {
    if (node.type === 'Call' && node.callee.type === 'Attribute')
      return shrinking.has(node.callee.name.id) && isIt(node.callee.object);
    if (node.type === 'Call' && node.callee.type === 'Name' && node.callee.id === 'len')
      return node.args.some(({ value }) => isIt(value)) && isCompared(tree.around(node));
    const targets = node.type === 'Delete' || node.type === 'Assign' ? node.targets : [];
    return targets.some(
      (target) =>
        target.type === 'Subscript' &&
        isIt(target.object) &&
        (node.type === 'Delete' || target.index.type === 'Slice'),
    );
  });
}

function isCompared(around: Iterable<Syntax>): boolean {
  for (const outer of around) {
    if (outer.type === 'Comparison') return true;
    if (outer.type === 'If' || outer.type === 'ExpressionStatement' || outer.type === 'Assign') return false;
  }
  return false;
}
