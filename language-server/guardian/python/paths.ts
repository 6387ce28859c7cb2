import { assignedOnce } from './fold.ts';
import { lookUp } from './modules.ts';
import type { Scopes, Variable } from './scope.ts';
import type { Syntax } from './syntax.ts';

const deepest = 20;

/** What a name or a chain of members stands for: `np.load` is `numpy`, `load`. */
export class Paths {
  readonly #scopes: Scopes;

  constructor(scopes: Scopes) {
    this.#scopes = scopes;
  }

  /** The parts of the path, whose first is a module or `builtins`; nothing for a value of the file. */
  of(node: Syntax, depth = 0): readonly string[] | undefined {
    if (depth > deepest) return undefined;
    if (node.type === 'Attribute') {
      const base = this.of(node.object, depth + 1);
      return base && [...base, node.name.id];
    }
    if (node.type !== 'Name') return undefined;
    const variable = this.#scopes.of(node);
    if (!variable) return ['builtins', node.id];
    const imported = importedPath(variable);
    if (imported) return imported;
    const value = assignedOnce(variable);
    return value && this.of(value, depth + 1);
  }

  /** The same as one text. */
  text(node: Syntax): string | undefined {
    return this.of(node)?.join('.');
  }

  isModule(node: Syntax): boolean {
    const path = this.of(node);
    if (!path || path[0] === 'builtins') return false;
    const found = lookUp(path);
    return found !== undefined && found !== 'name';
  }
}

/** What a variable is imported as, where it is nothing else. */
export function importedPath(variable: Variable): readonly string[] | undefined {
  const first = variable.bindings[0];
  if (first?.kind !== 'import' || !first.path) return undefined;
  const path = first.path.join('.');
  return variable.bindings.every((other) => other.kind === 'import' && other.path?.join('.') === path)
    ? first.path
    : undefined;
}
