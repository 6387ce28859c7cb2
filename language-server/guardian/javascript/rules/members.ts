import type { Access } from '../access.ts';
import { allowedGlobals } from '../globals.ts';
import { languageMembers, refusedMembers, suspectMembers } from '../members.ts';
import { apiMembers, elementOf, parameterFields, strategyFields } from '../strategyApi.ts';
import type { Subject } from '../subject.ts';
import type { Syntax } from '../tree.ts';
import { isApiList, isSafeKey, isWritten, type Value } from '../values.ts';
import { localTimeMembers } from './determinism.ts';

const apiNames = new Set([
  ...Object.values(apiMembers).flatMap((members) => Object.keys(members)),
  ...parameterFields,
  ...strategyFields,
]);

/** Members of Math and Date that rules of their own report. */
const impure = new Set(['Math.random', 'Date.now', 'Date.parse']);

/** SEC001, SEC003, SEC004 and SEC005: which members of which objects are used. */
export function checkMembers(subject: Subject): void {
  const hasOwnTexts = subject.flow.defines('toString') || subject.flow.defines('valueOf');
  for (const access of subject.accesses) {
    if (access.isPrivate) continue;
    if (access.name === undefined) checkComputed(subject, access, hasOwnTexts);
    else checkNamed(subject, access, access.name);
    checkWrite(subject, access);
  }
  checkDefinitions(subject, hasOwnTexts);
}

function has(base: Value, ...kinds: string[]): boolean {
  return [...base].some(({ kind }) => kinds.includes(kind));
}

function checkComputed(subject: Subject, { key, base, object }: Access, hasOwnTexts: boolean): void {
  const value = subject.flow.evaluate(key);
  const isCode = has(base, 'global', 'function', 'class', 'export', 'apiMethod');
  const isApi = [...base].some((atom) => atom.kind === 'api' && !isApiList(atom));
  const isKnown =
    value.size > 0 &&
    [...value].every(
      (atom) => atom.kind === 'number' || atom.kind === 'plain' || (atom.kind === 'text' && isWritten(atom)),
    );
  if (isCode || (isApi && !isKnown)) {
    const what = object ? subject.text(object) : 'this object';
    subject.report.add('SEC005', key, `Members of ${what} must be named in the source.`, {
      advice: 'Write the name, or choose between names with a switch.',
    });
    return;
  }
  if (isSafeKey(value, hasOwnTexts) || (value.size === 0 && subject.flow.isDead(key))) return;
  const canBeText = value.size === 0 || has(value, 'unknown');
  if (canBeText && has(value, 'array', 'text', 'function', 'object') === false && !subject.buildsTexts())
    return;
  const message = `The key ${subject.text(key)} can become any text, such as the name of a constructor.`;
  subject.report.add('SEC005', key, message, {
    advice: 'Use a number or a literal name as the key, or a Map.',
  });
}

function checkNamed(subject: Subject, access: Access, name: string): void {
  const { report, flow } = subject;
  const { key, base } = access;
  const refused = refusedMembers.get(name);
  if (refused) {
    const what =
      refused === 'SEC003' ? 'leads to code that nobody has reviewed' : 'changes what all code shares';
    report.add(refused, key, `The member ${name} ${what}.`);
    return;
  }
  if (suspectMembers.has(name)) {
    if (isSuspect(subject, access, name)) report.add('SEC003', key, suspicion(name), { advice: cure(name) });
    return;
  }
  let isChecked = false;
  for (const atom of base) {
    if (atom.kind === 'api') isChecked = true;
    if (atom.kind !== 'global') continue;
    isChecked = true;
    const path = `${atom.path}.${name}`;
    const isAllowed = allowedGlobals.get(atom.path)?.members.has(name) || impure.has(path);
    if (!isAllowed) {
      report.add('SEC001', key, `${path} is not on the allow-list.`, {
        advice: 'Use another function of the language.',
      });
    }
  }
  if (isChecked || localTimeMembers.has(name) || isRefusedRoot(subject, access.object)) return;
  const isKnown =
    flow.defines(name) ||
    subject.typeMembers.has(name) ||
    languageMembers.has(name) ||
    apiNames.has(name) ||
    /^\d+$/.test(name) ||
    subject.strategy.parameters?.has(name);
  if (isKnown) return;
  const message = `No object of this file, of the strategy API or of the language's pure parts has a member ${name}.`;
  report.add('SEC001', key, message, { advice: 'Correct the name, or define the member in this file.' });
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

function isSuspect({ flow }: Subject, { base }: Access, name: string): boolean {
  const isOwn = (kinds: readonly string[]): boolean =>
    base.size > 0 && [...base].every(({ kind }) => kinds.includes(kind));
  if (name === 'call' || name === 'apply' || name === 'bind') {
    const isMath = [...base].every((atom) => atom.kind === 'global' && atom.path.startsWith('Math.'));
    const isOfList = [...base].some((atom) => atom.kind === 'apiMethod' && elementOf(atom.owner));
    if (base.size > 0 && !isOfList && (isMath || isOwn(['function', 'apiMethod']))) return false;
  }
  if (!flow.defines(name)) return true;
  return has(base, 'error', 'function', 'class', 'global', 'api', 'apiMethod', 'export');
}

function suspicion(name: string): string {
  if (name === 'stack') return 'A stack tells of the sandbox and differs from run to run.';
  if (name === 'eval' || name === 'Function') return `The member ${name} is not one that this file defines.`;
  return `${name} runs a function of the language on an object of the caller's choice.`;
}

function cure(name: string): string {
  if (name === 'stack') return 'Use the message of the error.';
  return name === 'eval' || name === 'Function'
    ? 'Write the code itself in place of the text.'
    : 'Call the function directly.';
}

function checkWrite(subject: Subject, { base, use, key, object }: Access): void {
  if (use !== 'write') return;
  if (has(base, 'global', 'api', 'export', 'apiMethod')) {
    const what = object ? subject.text(object) : 'this object';
    subject.report.add('SEC004', key, `${what} is shared and cannot be changed.`);
  }
}

/** Members that the file itself defines. */
function checkDefinitions(subject: Subject, hasOwnTexts: boolean): void {
  const { tree, folder, flow, report } = subject;
  for (const type of ['Property', 'MethodDefinition', 'PropertyDefinition'] as const) {
    for (const node of tree.all(type)) {
      if (tree.parent(node)?.type === 'ObjectPattern') continue;
      const name = folder.key(node);
      if (name === undefined) {
        if (!isSafeKey(flow.evaluate(node.key), hasOwnTexts) && subject.buildsTexts()) {
          report.add(
            'SEC005',
            node.key,
            `The name ${subject.text(node.key)} is made while the strategy runs.`,
          );
        }
        continue;
      }
      const isConstructor = node.type === 'MethodDefinition' && node.kind === 'constructor';
      const refused = refusedMembers.get(name);
      if (refused && !isConstructor && name !== 'arguments') {
        report.add(refused, node.key, `A member named ${name} hides what leads to shared code.`, {
          advice: 'Give the member another name.',
        });
      }
    }
  }
  for (const node of tree.all('Literal')) {
    if (typeof node.value !== 'string' || !refusedMembers.has(node.value)) continue;
    const parent = tree.parent(node);
    const isNamed =
      parent?.type === 'MemberExpression' ||
      parent?.type === 'Property' ||
      parent?.type === 'MethodDefinition';
    if (!isNamed) {
      report.add(
        refusedMembers.get(node.value) ?? 'SEC003',
        node,
        `The text '${node.value}' names a member that leads to shared code.`,
        {
          advice: 'Write another word.',
        },
      );
    }
  }
}
