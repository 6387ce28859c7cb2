import type { PythonSubject } from '../../python/subject.ts';
import type { Expression, Syntax } from '../../python/syntax.ts';
import { isFunction } from '../../python/tree.ts';
import type { Found } from '../../rule.ts';

const changing = new Set(
  'append appendleft insert extend extendleft remove pop popleft popitem clear update add discard setdefault sort reverse rotate'.split(
    ' ',
  ),
);
const advice = { advice: 'Make it in setup and keep it in self: self.x = ...' };

/** What is kept in the module, in the class or in a default from bar to bar, and so from one run to the next. */
export function check(subject: PythonSubject, found: Found): void {
  const { tree, scopes, strategy, selfClass } = subject;
  for (const variable of scopes.module.variables.values()) {
    const [first, ...others] = variable.bindings;
    if (!first || first.kind === 'import') continue;
    const isChanged =
      others.some(({ node, kind }) => kind !== 'import' && runsLater(subject, node)) ||
      variable.reads.some((read) => runsLater(subject, read) && changes(subject, read));
    if (isChanged)
      found(
        first.node,
        `${variable.name} is kept in the module and changed while the strategy runs.`,
        advice,
      );
  }
  for (const definition of strategy.classes) {
    for (const statement of definition.body) {
      if (statement.type !== 'Assign' || !isMutable(statement.value)) continue;
      const [target] = statement.targets;
      if (target?.type !== 'Name' || target.id === 'params') continue;
      const isChanged = tree
        .all('Attribute')
        .some((node) => node.name.id === target.id && selfClass(node.object) && changes(subject, node));
      const isReplaced = subject.types.fieldValues(definition, target.id).length > 0;
      if (isChanged && !isReplaced)
        found(target, `${target.id} belongs to the class, and all that is put in it stays there.`, advice);
    }
  }
  for (const parameter of tree.all('Parameter')) {
    const { byDefault, name } = parameter;
    if (!byDefault || !isMutable(byDefault)) continue;
    const variable = scopes.of(name);
    if (variable?.reads.some((read) => changes(subject, read)))
      found(byDefault, `The default of ${name.id} is made once, and what is put in it stays there.`, {
        advice: `Write ${name.id}=None and make it inside.`,
      });
  }
}

/** True for what stands in a function that can be called once the module has been read. */
function runsLater({ tree, scopes }: PythonSubject, node: Syntax): boolean {
  let outermost: Syntax | undefined;
  for (const outer of tree.around(node)) {
    if (isFunction(outer)) outermost = outer;
    else if (outermost && outer.type !== 'Module') return true;
  }
  if (!outermost) return false;
  if (outermost.type !== 'FunctionDefinition') return true;
  // Decorators of what stands in the module itself are called while it is read.
  const decorators = new Set(
    tree.module.body.flatMap((statement) =>
      statement.type === 'FunctionDefinition' || statement.type === 'ClassDefinition'
        ? statement.decorators.map((decorator) => (decorator.type === 'Call' ? decorator.callee : decorator))
        : [],
    ),
  );
  const { reads, bindings } = scopes.of(outermost.name) ?? { reads: [], bindings: [] };
  return bindings.length !== 1 || reads.length === 0 || reads.some((read) => !decorators.has(read));
}

function isMutable(value: Expression): boolean {
  if (value.type === 'List' || value.type === 'Dict' || value.type === 'Set') return true;
  return (
    value.type === 'Call' &&
    value.callee.type === 'Name' &&
    ['list', 'dict', 'set', 'deque', 'defaultdict', 'Counter', 'OrderedDict'].includes(value.callee.id)
  );
}

/** True where a use changes what it holds: `x[0] = 1`, `x.a += 1`, `x.append(1)`, `del x[0]`. */
function changes({ tree }: PythonSubject, read: Syntax): boolean {
  let object = read;
  for (const outer of tree.around(read)) {
    if ((outer.type !== 'Attribute' && outer.type !== 'Subscript') || outer.object !== object) return false;
    const user = tree.parent(outer);
    if ((user?.type === 'Assign' || user?.type === 'Delete') && user.targets.includes(outer)) return true;
    if (user?.type === 'AugmentedAssign' && user.target === outer) return true;
    if (user?.type === 'Call' && user.callee === outer)
      return outer.type === 'Attribute' && changing.has(outer.name.id);
    object = outer;
  }
  return false;
}
