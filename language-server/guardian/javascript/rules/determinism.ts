import { changingMethods } from '../members.ts';
import type { Variable } from '../scope.ts';
import type { Subject } from '../subject.ts';
import type { Syntax, SyntaxOf } from '../tree.ts';

const parts = ['FullYear', 'Month', 'Date', 'Day', 'Hours', 'Minutes', 'Seconds', 'Milliseconds'];

/** Members that depend on the zone or the language of the machine, with their replacement where there is one. */
export const localTimeMembers: ReadonlyMap<string, string | undefined> = new Map([
  ...parts.map((part) => [`get${part}`, `getUTC${part}`] as const),
  ...parts.filter((part) => part !== 'Day').map((part) => [`set${part}`, `setUTC${part}`] as const),
  ['getYear', 'getUTCFullYear'],
  ['setYear', 'setUTCFullYear'],
  ['getTimezoneOffset', undefined],
  ['toDateString', 'toISOString'],
  ['toTimeString', 'toISOString'],
  ['toGMTString', 'toUTCString'],
  ['toLocaleString', undefined],
  ['toLocaleDateString', undefined],
  ['toLocaleTimeString', undefined],
  ['toLocaleLowerCase', 'toLowerCase'],
  ['toLocaleUpperCase', 'toUpperCase'],
  ['localeCompare', undefined],
]);

/** DET001 to DET003: chance, clocks and the place of the machine. */
export function checkDeterminism(subject: Subject): void {
  const { accesses, report, flow } = subject;
  for (const { base, name, key } of accesses) {
    if (name === undefined) continue;
    for (const atom of base) {
      if (atom.kind !== 'global') continue;
      const path = `${atom.path}.${name}`;
      if (path === 'Math.random') report.add('DET001', key, 'Math.random gives other numbers in every run.');
      else if (path === 'Date.now') report.add('DET002', key, 'Date.now tells the time of the run.');
      else if (path === 'Date.parse') {
        report.add('DET003', key, 'Date.parse reads most texts in local time.', { advice: 'Use Date.UTC.' });
      }
    }
    if (!localTimeMembers.has(name)) continue;
    const isOwn = flow.defines(name) && [...base].every(({ kind }) => kind !== 'date');
    if (isOwn) continue;
    const instead = localTimeMembers.get(name);
    report.add('DET003', key, `${name} depends on the machine's zone or language.`, {
      ...(instead === undefined
        ? {}
        : { advice: `Use ${instead}.`, fix: { title: `Write ${instead}`, newText: instead } }),
    });
  }
  checkDates(subject);
  checkModuleState(subject);
}

function checkDates({ tree, flow, folder, report }: Subject): void {
  const isDate = (callee: Syntax): boolean =>
    [...flow.evaluate(callee)].some((atom) => atom.kind === 'global' && atom.path === 'Date');
  for (const node of tree.all('CallExpression')) {
    if (isDate(node.callee)) report.add('DET002', node, 'Date() tells the time of the run.');
  }
  for (const node of tree.all('NewExpression')) {
    if (!isDate(node.callee)) continue;
    const [first, second] = node.arguments;
    const text = first && folder.text(first);
    if (!first) report.add('DET002', node, 'new Date() tells the time of the run.');
    else if (second) {
      const advice = 'Write new Date(Date.UTC(...)).';
      report.add('DET003', node, 'A date made of its parts is read in local time.', { advice });
    } else if (text !== undefined && !/^\d{4}-\d{2}-\d{2}(?:T[\d:.]+(?:Z|[+-]\d{2}:\d{2}))?$/.test(text)) {
      const advice = "Write '2024-01-31', or a time that ends in Z.";
      report.add('DET003', node, 'This text is read in local time.', { advice });
    }
  }
}

/** DET004: what is kept in the module from bar to bar. */
function checkModuleState(subject: Subject): void {
  const { tree, scopes, report } = subject;
  for (const node of tree.all('Identifier')) {
    const variable = scopes.variable(node);
    if (!variable?.isModuleLevel || variable.declaration !== node || variable.kind === 'import') continue;
    const isChanged =
      variable.writes.some((write) => tree.enclosingFunction(write)) ||
      variable.reads.some((read) => tree.enclosingFunction(read) && changes(subject, read)) ||
      holdsState(subject, variable);
    if (!isChanged) continue;
    const message = `${node.name} is kept in the module and changed while the strategy runs.`;
    report.add('DET004', node, message);
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
