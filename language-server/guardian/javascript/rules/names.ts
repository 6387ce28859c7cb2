import { allowedGlobals, constantGlobals, refusedGlobals, replacements } from '../globals.ts';
import type { Subject } from '../subject.ts';
import { isClass, isFunction, type Syntax, type SyntaxOf } from '../tree.ts';

const extendable = new Set(['Error', 'TypeError', 'RangeError']);

/** SEC001 and what refused globals stand for: names that the file does not declare, and `this`. */
export function checkNames(subject: Subject): void {
  for (const { node, isWrite } of subject.scopes.free) checkFree(subject, node, isWrite);
  for (const node of subject.tree.all('ThisExpression')) checkThis(subject, node);
  checkCalls(subject);
  checkClasses(subject);
}

function checkFree(subject: Subject, node: SyntaxOf<'Identifier'>, isWrite: boolean): void {
  const { report } = subject;
  const { name } = node;
  const isAllowed = allowedGlobals.has(name) || constantGlobals.has(name);
  if (isWrite) {
    if (isAllowed) report.add('SEC004', node, `${name} belongs to the language and cannot be assigned to.`);
    else
      report.add('SEC001', node, `${name} is assigned to and declared nowhere.`, {
        advice: `Declare it: let ${name} = ...`,
      });
    return;
  }
  if (constantGlobals.has(name)) return;
  if (!isAllowed) {
    const rule = refusedGlobals.get(name) ?? 'SEC001';
    const advice = replacements.get(name);
    const message =
      rule === 'SEC001'
        ? `${name} is neither declared in this file nor on the allow-list.`
        : `${name} has no place in a strategy.`;
    report.add(rule, node, message, advice === undefined ? {} : { advice });
    return;
  }
  if (isHandedOn(subject, node)) {
    const message = `${name} is handed on as a value, so that what is done with it cannot be checked.`;
    report.add('SEC005', node, message, { advice: `Use its members where they are needed: ${name}.name.` });
  }
}

/** True where a global is used in a way that loses sight of it. */
function isHandedOn({ tree }: Subject, node: SyntaxOf<'Identifier'>): boolean {
  const parent = tree.parent(node);
  switch (parent?.type) {
    case 'MemberExpression':
      return parent.object !== node;
    case 'NewExpression':
    case 'CallExpression':
      return parent.callee !== node && !(allowedGlobals.get(node.name)?.isCallback ?? false);
    case 'BinaryExpression':
      return parent.operator !== 'instanceof' || parent.right !== node;
    case 'VariableDeclarator': {
      const isRest =
        parent.id.type === 'ObjectPattern' && parent.id.properties.some(({ type }) => type === 'RestElement');
      return parent.id.type === 'ArrayPattern' || isRest;
    }
    case 'UnaryExpression':
      return parent.operator !== 'typeof';
    case 'ClassDeclaration':
    case 'ClassExpression':
      return !extendable.has(node.name);
    default:
      return true;
  }
}

function checkThis(subject: Subject, node: Syntax): void {
  let inner = node;
  for (const outer of subject.tree.around(node)) {
    if (isFunction(outer) && outer.type !== 'ArrowFunctionExpression') {
      const holder = subject.tree.parent(outer);
      if (holder?.type === 'MethodDefinition') return;
      const isEntry = subject.flow.setups.has(outer) || subject.flow.nexts.has(outer);
      if (holder?.type === 'Property' && !isEntry) return;
      break;
    }
    if (outer.type === 'StaticBlock') return;
    if (outer.type === 'PropertyDefinition' && outer.value === inner) return;
    inner = outer;
  }
  const message = 'Outside of a class and of the methods of an object, this can be the global object.';
  const advice = 'Keep state in what setup returns: next gets it as its second argument.';
  subject.report.add('SEC001', node, message, { advice });
}

/** Globals are called and made only where the list says so, also under another name. */
function checkCalls({ tree, flow, folder, report, text }: Subject): void {
  for (const type of ['CallExpression', 'NewExpression'] as const) {
    for (const node of tree.all(type)) {
      for (const atom of flow.evaluate(node.callee)) {
        if (atom.kind !== 'global') continue;
        const { path } = atom;
        const [name = '', member] = path.split('.');
        const uses = allowedGlobals.get(name);
        const isNew = type === 'NewExpression';
        const isDate = path === 'Date' && !isNew;
        if (member === undefined && !isDate && !(isNew ? uses?.news : uses?.calls)) {
          const message = `${isNew ? 'new ' : ''}${path}() is not on the allow-list.`;
          report.add('SEC001', node.callee, message, { advice: adviceForCall(path, isNew) });
        }
        const [first, second] = node.arguments;
        if (
          (path === 'JSON.parse' && second) ||
          (path === 'JSON.stringify' && second && !isNull(folder.fold(second)))
        ) {
          report.add('SEC001', second, `${path} takes no function here: it would be called on every part.`, {
            advice: 'Change the parts after the call.',
          });
        }
        if (path === 'Object.create' && !(first && isNull(folder.fold(first)))) {
          report.add('SEC004', node, 'Object.create gives an object another prototype.', {
            advice: 'Write a class, or Object.create(null) for an empty table.',
          });
        }
        if (
          path === 'Object.assign' &&
          first &&
          [...flow.evaluate(first)].some(({ kind }) => kind === 'api' || kind === 'global')
        ) {
          report.add('SEC004', first, `${text(first)} is shared and cannot be assigned into.`);
        }
      }
    }
  }
}

function isNull(folded: { readonly value: unknown } | undefined): boolean {
  return folded?.value === null;
}

function adviceForCall(path: string, isNew: boolean): string {
  if (path === 'Object') return 'Write {} for an empty object.';
  if (path === 'RegExp') return 'Write the pattern between slashes.';
  return isNew ? `Call ${path}() without new.` : `Write new ${path}().`;
}

function checkClasses(subject: Subject): void {
  const { tree, flow, report } = subject;
  for (const node of tree.nodes) {
    if (isClass(node) && node.superClass) {
      const parents = [...flow.evaluate(node.superClass)];
      const isKnown = parents.every(
        (atom) => atom.kind === 'class' || (atom.kind === 'global' && extendable.has(atom.path)),
      );
      if (parents.length === 0 || !isKnown) {
        report.add('SEC003', node.superClass, 'A class may extend classes of this file and Error only.', {
          advice: 'Extend a class that is declared here.',
        });
      }
    }
  }
}
