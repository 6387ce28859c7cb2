import { allowedBuiltins, isRefusedBuiltin, reachingBuiltins, replacements } from '../builtins.ts';
import type { Variable } from '../scope.ts';
import type { PythonFile } from '../subject.ts';
import type { Identifier, Name } from '../syntax.ts';
import { type Refused, refuse } from './refused.ts';

/** Names that are neither of the file nor on the allow-list, and what is bound over them. */
export function refusedNames(subject: PythonFile): Refused[] {
  const refused: Refused[] = [];
  for (const node of subject.scopes.free) {
    const { id } = node;
    if (id === '__name__' || allowedBuiltins.has(id)) continue;
    const isCallOnly = id === 'type' || id === 'super';
    if (!isCallOnly) refused.push(ofName(node));
  }
  for (const variable of subject.scopes.all) {
    for (const { node } of variable.bindings) {
      // Those of a class are judged with it.
      if (isDunder(node.id) && !variable.scope.isClass)
        refused.push(
          refuse('SEC007', node, `${node.id} belongs to Python.`, { advice: 'Choose another name.' }),
        );
    }
    refused.push(...lateBuiltins(variable));
    refused.push(...mixedModules(variable));
  }
  for (const node of subject.tree.nodes) {
    const isAsync =
      node.type === 'Await' ||
      ((node.type === 'FunctionDefinition' ||
        node.type === 'For' ||
        node.type === 'With' ||
        node.type === 'ComprehensionClause') &&
        node.isAsync);
    if (isAsync) {
      const place = { start: node.start, end: Math.min(node.end, node.start + 5) };
      refused.push(refuse('SEC011', place, 'A strategy answers at once and waits for nothing.'));
    }
  }
  return refused;
}

export function isDunder(name: string): boolean {
  return name.startsWith('__') && name.endsWith('__');
}

function ofName(node: Name): Refused {
  const { id } = node;
  const reaching = reachingBuiltins.get(id);
  if (reaching !== undefined)
    return refuse('SEC007', node, `${id} reaches what Guardian cannot see.`, { advice: reaching });
  if (isDunder(id))
    return refuse('SEC007', node, `${id} leads to what Python runs by.`, { advice: 'Delete it.' });
  const advice = replacements.get(id);
  const message = `${id} is neither declared in this file nor on the allow-list.`;
  return refuse('SEC001', node, message, advice === undefined ? {} : { advice });
}

/**
 * Where a module or class does not hold a name yet, or no more, Python takes the built-in one: a variable
 * there does not hide it.
 */
function lateBuiltins(variable: Variable): Refused[] {
  const { scope, name, reads } = variable;
  const isOpen = scope.node.type === 'Module' || scope.isClass;
  if (!isOpen || !(isRefusedBuiltin(name) || isDunder(name))) return [];
  return reads.map((node) =>
    refuse('SEC007', node, `${name} can still be Python's own ${name} here.`, {
      advice: 'Choose another name.',
    }),
  );
}

/** A name that is a module and something else, too, hides what its members are. */
function mixedModules(variable: Variable): Refused[] {
  const isImported = variable.bindings.some(({ kind }) => kind === 'import');
  if (!isImported) return [];
  const texts = new Set(
    variable.bindings.map(({ kind, path }) => (kind === 'import' ? path?.join('.') : kind)),
  );
  if (texts.size === 1) return [];
  return variable.bindings
    .filter(({ kind, value }) => kind !== 'import' && !(value?.type === 'Singleton' && value.value === null))
    .map(({ node }: { readonly node: Name | Identifier }) =>
      refuse('SEC005', node, `${node.id} is imported and bound to something else, too.`, {
        advice: 'Give the two different names.',
      }),
    );
}
