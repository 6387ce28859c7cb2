import type { Access } from '../../javascript/access.ts';
import { allowedGlobals, constantGlobals, refusedGlobals, replacements } from '../../javascript/globals.ts';
import { localTimeMembers } from '../../javascript/localTime.ts';
import { languageMembers, refusedMembers, suspectMembers } from '../../javascript/members.ts';
import { apiMembers, parameterFields, strategyFields } from '../../javascript/strategyApi.ts';
import type { Subject } from '../../javascript/subject.ts';
import { isFunction, type Syntax } from '../../javascript/tree.ts';
import type { Found } from '../../rule.ts';

const apiNames = new Set([
  ...Object.values(apiMembers).flatMap((members) => Object.keys(members)),
  ...parameterFields,
  ...strategyFields,
]);

/** Members of Math and Date that rules of their own report. */
const impure = new Set(['Math.random', 'Date.now', 'Date.parse']);

/** Names and members that nothing vouches for: what the file does not declare, and `this`. */
export function check(subject: Subject, found: Found): void {
  checkFreeNames(subject, found);
  for (const node of subject.tree.all('ThisExpression')) checkThis(subject, node, found);
  checkCalls(subject, found);
  for (const access of subject.accesses) checkMember(subject, access, found);
}

function checkFreeNames({ scopes, refusedNames }: Subject, found: Found): void {
  for (const { node, isWrite } of scopes.free) {
    const { name } = node;
    if (allowedGlobals.has(name) || constantGlobals.has(name)) continue;
    if (isWrite) {
      found(node, `${name} is assigned to and declared nowhere.`, {
        advice: `Declare it: let ${name} = ...`,
      });
    } else if (!refusedGlobals.has(name) && !refusedNames.has(name)) {
      const advice = replacements.get(name);
      const message = `${name} is neither declared in this file nor on the allow-list.`;
      found(node, message, advice === undefined ? {} : { advice });
    }
  }
}

function checkThis(subject: Subject, node: Syntax, found: Found): void {
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
  found(node, message, { advice });
}

/** Globals are called and made only where the list says so, also under another name. */
function checkCalls({ tree, flow, folder }: Subject, found: Found): void {
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
          found(node.callee, message, { advice: adviceForCall(path, isNew) });
        }
        const [, second] = node.arguments;
        if (
          (path === 'JSON.parse' && second) ||
          (path === 'JSON.stringify' && second && folder.fold(second)?.value !== null)
        ) {
          found(second, `${path} takes no function here: it would be called on every part.`, {
            advice: 'Change the parts after the call.',
          });
        }
      }
    }
  }
}

function adviceForCall(path: string, isNew: boolean): string {
  if (path === 'Object') return 'Write {} for an empty object.';
  if (path === 'RegExp') return 'Write the pattern between slashes.';
  return isNew ? `Call ${path}() without new.` : `Write new ${path}().`;
}

function checkMember(subject: Subject, { name, isPrivate, key, base, object }: Access, found: Found): void {
  if (isPrivate || name === undefined || refusedMembers.has(name) || suspectMembers.has(name)) return;
  let isChecked = false;
  for (const atom of base) {
    if (atom.kind === 'api') isChecked = true;
    if (atom.kind !== 'global') continue;
    isChecked = true;
    const path = `${atom.path}.${name}`;
    const isAllowed = allowedGlobals.get(atom.path)?.members.has(name) || impure.has(path);
    if (!isAllowed) {
      found(key, `${path} is not on the allow-list.`, { advice: 'Use another function of the language.' });
    }
  }
  if (isChecked || localTimeMembers.has(name) || isRefusedRoot(subject, object)) return;
  const isKnown =
    subject.flow.defines(name) ||
    subject.typeMembers.has(name) ||
    languageMembers.has(name) ||
    apiNames.has(name) ||
    /^\d+$/.test(name) ||
    subject.strategy.parameters?.has(name);
  if (isKnown) return;
  const message = `No object of this file, of the strategy API or of the language's pure parts has a member ${name}.`;
  found(key, message, { advice: 'Correct the name, or define the member in this file.' });
}

/** True where the object itself is reported already: `process.env.HOME`. */
function isRefusedRoot({ scopes }: Subject, object: Syntax | undefined): boolean {
  let root = object;
  while (
    root?.type === 'MemberExpression' ||
    root?.type === 'CallExpression' ||
    root?.type === 'ChainExpression'
  ) {
    if (root.type === 'MemberExpression') root = root.object;
    else root = root.type === 'CallExpression' ? root.callee : root.expression;
  }
  if (root?.type === 'MetaProperty' || root?.type === 'ThisExpression') return true;
  return root?.type === 'Identifier' && !scopes.variable(root) && !allowedGlobals.has(root.name);
}
