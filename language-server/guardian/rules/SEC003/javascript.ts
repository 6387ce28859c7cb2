import type { Access } from '../../javascript/access.ts';
import { reportRefusedGlobals } from '../../javascript/freeNames.ts';
import { extendable } from '../../javascript/globals.ts';
import { suspectMembers } from '../../javascript/members.ts';
import { reportRefusedMembers } from '../../javascript/refusedMembers.ts';
import { elementOf } from '../../javascript/strategyApi.ts';
import type { Subject } from '../../javascript/subject.ts';
import { isClass } from '../../javascript/tree.ts';
import { hasKind } from '../../javascript/values.ts';
import type { Found } from '../../rule.ts';

/** What makes code of a text, or leads to the functions that do. */
export function check(subject: Subject, found: Found): void {
  reportRefusedGlobals(subject, 'SEC003', found);
  reportRefusedMembers(subject, 'SEC003', found);
  for (const access of subject.accesses) {
    const { name, key, isPrivate } = access;
    if (isPrivate || name === undefined || !suspectMembers.has(name)) continue;
    if (isSuspect(subject, access, name)) found(key, suspicion(name), { advice: cure(name) });
  }
  for (const node of subject.tree.all('MetaProperty')) {
    if (node.meta.name !== 'import')
      found(node, 'new.target is a constructor.', { advice: 'Pass what is needed as an argument.' });
  }
  checkClasses(subject, found);
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
  return hasKind(base, 'error', 'function', 'class', 'global', 'api', 'apiMethod', 'export');
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

function checkClasses({ tree, flow }: Subject, found: Found): void {
  for (const node of tree.nodes) {
    if (!isClass(node) || !node.superClass) continue;
    const parents = [...flow.evaluate(node.superClass)];
    const isKnown = parents.every(
      (atom) => atom.kind === 'class' || (atom.kind === 'global' && extendable.has(atom.path)),
    );
    if (parents.length === 0 || !isKnown) {
      found(node.superClass, 'A class may extend classes of this file and Error only.', {
        advice: 'Extend a class that is declared here.',
      });
    }
  }
}
