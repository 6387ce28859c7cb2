import { changingMethods } from '../../javascript/members.ts';
import type { Variable } from '../../javascript/scope.ts';
import type { Subject } from '../../javascript/subject.ts';
import type { Syntax, SyntaxOf } from '../../javascript/tree.ts';
import type { Found } from '../../rule.ts';

/** What is kept in the module from bar to bar. */
export function check(subject: Subject, found: Found): void {
  const { tree, scopes } = subject;
  for (const node of tree.all('Identifier')) {
    const variable = scopes.variable(node);
    if (!variable?.isModuleLevel || variable.declaration !== node || variable.kind === 'import') continue;
    const isChanged =
      variable.writes.some((write) => tree.enclosingFunction(write)) ||
      variable.reads.some((read) => tree.enclosingFunction(read) && changes(subject, read)) ||
      holdsState(subject, variable);
    if (!isChanged) continue;
    const message = `${node.name} is kept in the module and changed while the strategy runs.`;
    found(node, message);
  }
}

/** True where a use of a variable changes what it holds: `x.a = 1`, `x[0]++`, `x.push(1)`. */
function changes({ tree, folder }: Subject, read: Syntax): boolean {
  let object = read;
  for (const outer of tree.around(read)) {
    if (outer.type === 'ChainExpression') {
      object = outer;
      continue;
    }
    if (outer.type !== 'MemberExpression' || outer.object !== object) return false;
    const parent = tree.parent(outer);
    const user = parent?.type === 'ChainExpression' ? tree.parent(parent) : parent;
    if (user?.type === 'AssignmentExpression' && user.left === outer) return true;
    if (user?.type === 'UpdateExpression') return true;
    if (user?.type === 'UnaryExpression' && user.operator === 'delete') return true;
    if (user?.type === 'CallExpression' && user.callee === outer)
      return changingMethods.has(folder.key(outer) ?? '');
    object = outer;
  }
  return false;
}

/** True for a module-level instance of a class of the file whose methods write its fields. */
function holdsState({ tree, flow }: Subject, variable: Variable): boolean {
  const declarator = tree.parent(variable.declaration);
  if (declarator?.type !== 'VariableDeclarator' || declarator.init?.type !== 'NewExpression') return false;
  return [...flow.evaluate(declarator.init)].some(
    (atom) => atom.kind === 'instance' && writesFields(atom.node),
  );

  function writesFields(node: SyntaxOf<'ClassDeclaration' | 'ClassExpression'>): boolean {
    return node.body.body.some((member) => {
      if (member.type !== 'MethodDefinition' || member.kind === 'constructor') return false;
      for (const inner of tree.below(member)) {
        if (inner.type !== 'ThisExpression') continue;
        const user = tree.parent(inner);
        const target = user && tree.parent(user);
        if (target?.type === 'UpdateExpression') return true;
        if (target?.type === 'AssignmentExpression' && target.left === user) return true;
      }
      return false;
    });
  }
}
