import type { Variable } from '../scope.ts';
import { type ClassSyntax, isStaticMethod, methodOf, selfClass } from '../shape.ts';
import type { PythonFile } from '../subject.ts';
import type { Name, Syntax } from '../syntax.ts';
import { type Refused, refuse } from './refused.ts';

const holdingFunctions =
  /^(?:builtins\.(?:isinstance|issubclass|map|str|repr)|collections\.defaultdict|dataclasses\.(?:fields|is_dataclass)|typing\.(?:TypeVar|NewType))$/;
const generic = /^(?:typing\.|collections\.|builtins\.(?:list|dict|tuple|set|frozenset)$)/;
const accessors = new Set(['setter', 'getter', 'deleter']);
const advice = { advice: 'Make an object of the class and call its methods.' };

/**
 * Classes and methods of the file that become values: a method that is called off its class can be given
 * anything for `self`, whose members are then not those of the class.
 */
export function refusedClassValues(file: PythonFile): Refused[] {
  const refused: Refused[] = [];
  for (const { decorators } of file.tree.all('ClassDefinition')) {
    for (const decorator of decorators) {
      const made = decorator.type === 'Call' ? decorator.callee : decorator;
      if (/^(?:dataclasses\.dataclass|typing\.final)$/.test(file.paths.text(made) ?? '')) continue;
      refused.push(refuse('SEC005', decorator, 'A decorator is handed the class as a value.', advice));
    }
  }
  const declared = new Map<Variable, ClassSyntax>();
  for (const variable of file.scopes.all)
    for (const { by } of variable.bindings) if (by.type === 'ClassDefinition') declared.set(variable, by);
  for (const node of file.tree.all('Name')) {
    const owner = classOf(file, declared, node);
    if (owner && !isHarmless(file, node, owner))
      refused.push(
        refuse(
          'SEC005',
          node,
          `${node.id} is handed on as a value, so that what is called of it cannot be checked.`,
          advice,
        ),
      );
    else if (isMethodName(file, node))
      refused.push(refuse('SEC005', node, `The method ${node.id} is taken off its class.`, advice));
  }
  return refused;
}

/** The class of the file that a name reads, also as `cls`. */
function classOf(
  { scopes, tree }: PythonFile,
  classes: ReadonlyMap<Variable, ClassSyntax>,
  node: Name,
): ClassSyntax | undefined {
  const variable = scopes.of(node);
  if (!variable || !scopes.isRead(node)) return undefined;
  const declared = classes.get(variable);
  if (declared) return declared;
  const owner = selfClass(node, tree, scopes);
  const [only] = variable.bindings;
  const method = only && tree.parent(only.by);
  const isClassMethod =
    method?.type === 'FunctionDefinition' &&
    (method.name.id === '__new__' ||
      method.decorators.some((one) => one.type === 'Name' && one.id === 'classmethod'));
  return isClassMethod ? owner : undefined;
}

function isHarmless(file: PythonFile, node: Name, owner: ClassSyntax): boolean {
  const { tree } = file;
  const parent = tree.parent(node);
  switch (parent?.type) {
    case 'Attribute':
      return !isPlainMethod(file, owner, parent.name.id) || isOwnCall(file, parent);
    case 'Call':
    case 'ExceptClause':
    case 'Raise':
    case 'ClassPattern':
    case 'Replacement':
    case 'FunctionDefinition':
    case 'ClassDefinition':
      return true;
    case 'Comparison':
      // == would hand it to a method of the other side.
      return parent.operator.startsWith('is');
    case 'Argument': {
      const call = tree.parent(parent);
      if (parent.name?.id === 'default_factory') return isCallOf(file, call, /^dataclasses\.field$/);
      if (call?.type === 'ClassDefinition') return true;
      return isCallOf(file, call, holdingFunctions);
    }
    case 'Tuple': {
      const holder = tree.parent(parent);
      if (holder?.type === 'ExceptClause') return true;
      const call = holder?.type === 'Argument' ? tree.parent(holder) : undefined;
      return isCallOf(file, call, /^builtins\.(?:isinstance|issubclass)$/) || isInType(file, node);
    }
    default:
      return isInType(file, node);
  }
}

function isCallOf({ paths }: PythonFile, call: Syntax | undefined, path: RegExp): boolean {
  return call?.type === 'Call' && path.test(paths.text(call.callee) ?? '');
}

function isPlainMethod({ scopes }: PythonFile, owner: ClassSyntax, name: string): boolean {
  const method = methodOf(owner, name, scopes);
  if (!method) return false;
  const isClassMethod = method.decorators.some((one) => one.type === 'Name' && one.id === 'classmethod');
  return !isClassMethod && !isStaticMethod(method);
}

/** `Base.setup(self, lab)`, where `self` is the object that it should be. */
function isOwnCall({ tree, scopes }: PythonFile, member: Syntax): boolean {
  const call = tree.parent(member);
  if (call?.type !== 'Call' || call.callee !== member) return false;
  const [first] = call.args;
  return first?.spread === '' && !first.name && selfClass(first.value, tree, scopes) !== undefined;
}

/** True in annotations and in types such as `List[Lot]`. */
function isInType({ tree, paths }: PythonFile, node: Syntax): boolean {
  let inner = node;
  for (const outer of tree.around(node)) {
    if (outer.type === 'Parameter' || outer.type === 'AnnotatedAssign') return outer.annotation === inner;
    if (outer.type === 'FunctionDefinition') return outer.returns === inner;
    if (outer.type === 'Subscript' && outer.index === inner && generic.test(paths.text(outer.object) ?? ''))
      return true;
    if (!['Subscript', 'Tuple', 'List', 'Binary'].includes(outer.type)) return false;
    inner = outer;
  }
  return false;
}

/** True for a method that is read by its name in the body of its class. */
function isMethodName({ scopes, tree, paths }: PythonFile, node: Name): boolean {
  const variable = scopes.of(node);
  if (!variable?.scope.isClass || !scopes.isRead(node)) return false;
  if (!variable.bindings.some(({ kind }) => kind === 'function')) return false;
  const parent = tree.parent(node);
  if (parent?.type === 'Attribute') return !accessors.has(parent.name.id);
  const call = parent?.type === 'Argument' ? tree.parent(parent) : undefined;
  return !(call?.type === 'Call' && paths.text(call.callee) === 'builtins.property');
}
