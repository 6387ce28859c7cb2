import { isExtendable } from '../builtins.ts';
import type { Binding, Variable } from '../scope.ts';
import type { ClassSyntax } from '../shape.ts';
import type { PythonFile } from '../subject.ts';
import type { Argument } from '../syntax.ts';
import { isDunder } from './names.ts';
import { type Refused, refuse } from './refused.ts';

const typingBases = new Set(['typing.NamedTuple', 'typing.Protocol', 'typing.Generic', 'typing.TypedDict']);
const harmlessMethods = new Set(
  (
    'init post_init repr str len getitem setitem delitem contains iter next call eq ne lt le gt ge hash bool int float ' +
    'abs neg pos invert round add sub mul truediv floordiv mod pow matmul and or xor lshift rshift radd rsub rmul ' +
    'rtruediv rfloordiv rmod rpow iadd isub imul itruediv ifloordiv imod ipow enter exit index reversed trunc floor ' +
    'ceil divmod'
  )
    .split(' ')
    .map((name) => `__${name}__`),
);
const classValues = new Set(['__slots__']);

/** Classes that hook into how Python makes classes and finds members. */
export function refusedClasses(subject: PythonFile): Refused[] {
  const refused: Refused[] = [];
  for (const node of subject.tree.all('ClassDefinition')) {
    for (const base of node.bases) refused.push(...ofBase(subject, base, node));
  }
  for (const variable of subject.scopes.all)
    for (const binding of variable.bindings) refused.push(...ofBinding(variable, binding));
  return refused;
}

function ofBase({ paths, scopes, text }: PythonFile, base: Argument, node: ClassSyntax): Refused[] {
  if (base.name || base.spread !== '')
    return [
      refuse('SEC007', base, `${text(base)} changes how the class is made.`, {
        advice: 'Write the bases alone: class Name(Strategy).',
      }),
    ];
  const value = base.value.type === 'Subscript' ? base.value.object : base.value;
  const path = paths.of(value);
  const name = path?.join('.');
  if (name === 'strategy_lab.Strategy' || (name !== undefined && typingBases.has(name))) return [];
  if (path?.[0] === 'builtins' && isExtendable(path[1] ?? '')) return [];
  const bindings = scopes.of(value)?.bindings ?? [];
  const isOwnClass =
    bindings.length === 1 && bindings.every(({ kind, by }) => kind === 'class' && by !== node);
  const [only] = bindings;
  const isTuple =
    bindings.length === 1 &&
    only?.value?.type === 'Call' &&
    /^(?:collections\.namedtuple|typing\.NamedTuple)$/.test(paths.text(only.value.callee) ?? '');
  const isCall =
    value.type === 'Call' &&
    /^(?:collections\.namedtuple|typing\.NamedTuple)$/.test(paths.text(value.callee) ?? '');
  if (isOwnClass || isTuple || isCall) return [];
  return [
    refuse(
      'SEC007',
      value,
      'A class may extend Strategy, errors, typing classes and classes of this file only.',
      {
        advice: 'Extend Strategy, or a class that is declared here.',
      },
    ),
  ];
}

/** What a class binds under a name with two underscores on both sides, wherever in its body it does so. */
function ofBinding({ scope }: Variable, { node, kind }: Binding): Refused[] {
  if (!isDunder(node.id) || !scope.isClass) return [];
  const isHarmless =
    kind === 'function' ? harmlessMethods.has(node.id) : kind === 'assign' && classValues.has(node.id);
  if (isHarmless) return [];
  return [
    refuse('SEC007', node, `${node.id} changes how Python finds members or makes classes.`, {
      advice: 'Write a method with a name of its own.',
    }),
  ];
}
