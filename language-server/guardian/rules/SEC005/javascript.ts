import type { Access } from '../../javascript/access.ts';
import { allowedGlobals, extendable } from '../../javascript/globals.ts';
import type { Subject } from '../../javascript/subject.ts';
import type { SyntaxOf } from '../../javascript/tree.ts';
import { hasKind, isApiList, isSafeKey, isWritten } from '../../javascript/values.ts';
import type { Found } from '../../rule.ts';

/** Members whose name is made while the strategy runs, and globals that are lost sight of. */
export function check(subject: Subject, found: Found): void {
  for (const { node, isWrite } of subject.scopes.free) {
    const { name } = node;
    if (isWrite || !allowedGlobals.has(name) || !isHandedOn(subject, node)) continue;
    const message = `${name} is handed on as a value, so that what is done with it cannot be checked.`;
    found(node, message, { advice: `Use its members where they are needed: ${name}.name.` });
  }
  const hasOwnTexts = subject.flow.defines('toString') || subject.flow.defines('valueOf');
  for (const access of subject.accesses) {
    if (!access.isPrivate && access.name === undefined) checkComputed(subject, access, hasOwnTexts, found);
  }
  checkDefinitions(subject, hasOwnTexts, found);
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

function checkComputed(
  subject: Subject,
  { key, base, object }: Access,
  hasOwnTexts: boolean,
  found: Found,
): void {
  const value = subject.flow.evaluate(key);
  const isCode = hasKind(base, 'global', 'function', 'class', 'export', 'apiMethod');
  const isApi = [...base].some((atom) => atom.kind === 'api' && !isApiList(atom));
  const isKnown =
    value.size > 0 &&
    [...value].every(
      (atom) => atom.kind === 'number' || atom.kind === 'plain' || (atom.kind === 'text' && isWritten(atom)),
    );
  if (isCode || (isApi && !isKnown)) {
    const what = object ? subject.text(object) : 'this object';
    found(key, `Members of ${what} must be named in the source.`, {
      advice: 'Write the name, or choose between names with a switch.',
    });
    return;
  }
  if (isSafeKey(value, hasOwnTexts) || (value.size === 0 && subject.flow.isDead(key))) return;
  const canBeText = value.size === 0 || hasKind(value, 'unknown');
  if (canBeText && hasKind(value, 'array', 'text', 'function', 'object') === false && !subject.buildsTexts())
    return;
  const message = `The key ${subject.text(key)} can become any text, such as the name of a constructor.`;
  found(key, message, {
    advice: 'Use a number or a literal name as the key, or a Map.',
  });
}

/** Names of members that the file itself defines. */
function checkDefinitions(subject: Subject, hasOwnTexts: boolean, found: Found): void {
  const { tree, folder, flow } = subject;
  for (const type of ['Property', 'MethodDefinition', 'PropertyDefinition'] as const) {
    for (const node of tree.all(type)) {
      if (tree.parent(node)?.type === 'ObjectPattern' || folder.key(node) !== undefined) continue;
      if (!isSafeKey(flow.evaluate(node.key), hasOwnTexts) && subject.buildsTexts())
        found(node.key, `The name ${subject.text(node.key)} is made while the strategy runs.`);
    }
  }
}
