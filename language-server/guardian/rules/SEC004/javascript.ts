import { allowedGlobals, constantGlobals } from '../../javascript/globals.ts';
import { reportRefusedMembers } from '../../javascript/refusedMembers.ts';
import type { Subject } from '../../javascript/subject.ts';
import { hasKind } from '../../javascript/values.ts';
import type { Found } from '../../rule.ts';

/** Writes into what the strategy shares with other code. */
export function check(subject: Subject, found: Found): void {
  for (const { node, isWrite } of subject.scopes.free) {
    const { name } = node;
    if (isWrite && (allowedGlobals.has(name) || constantGlobals.has(name)))
      found(node, `${name} belongs to the language and cannot be assigned to.`);
  }
  reportRefusedMembers(subject, 'SEC004', found);
  checkCalls(subject, found);
  for (const { base, use, key, object, isPrivate } of subject.accesses) {
    if (isPrivate || use !== 'write' || !hasKind(base, 'global', 'api', 'export', 'apiMethod')) continue;
    found(key, `${object ? subject.text(object) : 'this object'} is shared and cannot be changed.`);
  }
}

function checkCalls({ tree, flow, folder, text }: Subject, found: Found): void {
  for (const type of ['CallExpression', 'NewExpression'] as const) {
    for (const node of tree.all(type)) {
      for (const atom of flow.evaluate(node.callee)) {
        if (atom.kind !== 'global') continue;
        const [first] = node.arguments;
        if (atom.path === 'Object.create' && !(first && folder.fold(first)?.value === null)) {
          found(node, 'Object.create gives an object another prototype.', {
            advice: 'Write a class, or Object.create(null) for an empty table.',
          });
        }
        if (atom.path === 'Object.assign' && first && hasKind(flow.evaluate(first), 'api', 'global')) {
          found(first, `${text(first)} is shared and cannot be assigned into.`);
        }
      }
    }
  }
}
