import { frameKind } from '../frames.ts';
import { escapeHatches, frameMember, isDangerous, safeMembers } from '../members.ts';
import { lookUp } from '../modules.ts';
import type { PythonFile } from '../subject.ts';
import type { Attribute, Identifier, Syntax } from '../syntax.ts';
import { judgedCalls } from './calls.ts';
import { isDunder } from './names.ts';
import { type Refused, refuse } from './refused.ts';

const clockMembers = new Set(['now', 'today', 'utcnow']);
const clockPaths = /^pandas\.(?:Timestamp|DatetimeIndex|Period)\.(?:now|today|utcnow)$/;

/** Members that are on no list, of anything; what is assigned to others' members; modules that are handed on. */
export function refusedMembers(subject: PythonFile): Refused[] {
  const refused: Refused[] = [];
  for (const node of subject.tree.all('Attribute')) {
    const one = ofMember(subject, node);
    if (one) refused.push(one);
  }
  for (const node of subject.tree.all('KeywordPattern')) {
    const one = ofUnknown(subject, node.name, undefined);
    if (one) refused.push(one);
    else if (judgedCalls.has(node.name.id))
      refused.push(refuse('SEC005', node.name, `What ${node.name.id} is called with is not seen here.`));
  }
  for (const node of subject.tree.all('Name')) refused.push(...handedOn(subject, node));
  for (const node of subject.tree.all('Attribute')) refused.push(...handedOn(subject, node));
  refused.push(...writes(subject));
  return refused;
}

function ofMember(subject: PythonFile, node: Attribute): Refused | undefined {
  const { name, object } = node;
  const path = subject.paths.of(node);
  if (path && path[0] !== 'builtins' && lookUp(path.slice(0, -1)) !== undefined) {
    const base = lookUp(path.slice(0, -1));
    if (base !== 'name' && base !== undefined) return ofModule(path, name);
    if (clockPaths.test(path.join('.')))
      return refuse('DET002', name, `${name.id} tells the time of the run.`, { advice: 'Use lab.bar.time.' });
  }
  if (name.id.startsWith('_')) return ofUnderscore(subject, node);
  if (subject.selfClass(object) && subject.ownNames.has(name.id) && !frameMember.test(name.id))
    return undefined;
  return ofUnknown(subject, name, node);
}

function ofModule(path: readonly string[], name: Identifier): Refused | undefined {
  if (lookUp(path) !== undefined) return undefined;
  const [root] = path;
  const module = path.slice(0, -1).join('.');
  if (module === 'numpy.random')
    return refuse('DET001', name, `${module}.${name.id} gives other numbers in every run.`, {
      advice: 'Use lab.random(), or numpy.random.default_rng(seed).',
    });
  const isData = root === 'numpy' || root === 'pandas';
  const isHidden = name.id.startsWith('_');
  const rule = isHidden ? 'SEC007' : isData ? 'SEC009' : 'SEC001';
  const message = escapeHatches.has(name.id)
    ? `${module}.${name.id} reads, writes or runs what is not the data of the run.`
    : `${module}.${name.id} is not on the allow-list.`;
  return refuse(rule, name, message, { advice: 'Compute it from the columns of the data.' });
}

/** `self._x` where the file makes it, `type(x).__name__`, and `super().__init__()`. */
function ofUnderscore(subject: PythonFile, node: Attribute): Refused | undefined {
  const { name, object } = node;
  const parent = subject.tree.parent(node);
  if (name.id === '__name__') return undefined;
  if (name.id === '__class__' && parent?.type === 'Attribute' && parent.name.id === '__name__')
    return undefined;
  if (name.id === '__init__' || name.id === '__post_init__') {
    const isSuper = object.type === 'Call' && object.callee.type === 'Name' && object.callee.id === 'super';
    if (isSuper && parent?.type === 'Call' && parent.callee === node) return undefined;
  }
  if (!isDunder(name.id) && subject.selfClass(object) && subject.ownNames.has(name.id)) return undefined;
  if (['_replace', '_asdict'].includes(name.id) && parent?.type === 'Call') return undefined;
  return refuse('SEC007', name, `${name.id} is a member that is not for others.`, {
    advice: isDunder(name.id)
      ? 'Delete it: such members lead to all that Python holds.'
      : 'Use members without an underscore; your own are reached by self.',
  });
}

function ofUnknown(subject: PythonFile, name: Identifier, node: Attribute | undefined): Refused | undefined {
  const { id } = name;
  if (id.startsWith('_')) return refuse('SEC007', name, `${id} is a member that is not for others.`);
  if (id === 'plot' && node && plotsData(subject, node))
    return refuse('SEC009', name, 'plot of data loads what draws it, by a name that it is given.', {
      advice: 'Use lab.plot(name, series) in setup.',
    });
  if (safeMembers.has(id)) return undefined;
  if (frameMember.test(id))
    return refuse('SEC007', name, `${id} leads to what Python runs by.`, { advice: 'Delete it.' });
  if (isDangerous(id))
    return refuse('SEC009', name, `${id} reads, writes or runs what is not the data of the run.`, {
      advice: 'Compute with the data itself; a strategy has no files.',
    });
  if (subject.ownNames.has(id)) return undefined;
  if (clockMembers.has(id))
    return refuse('DET002', name, `${id} tells the time of the run.`, { advice: 'Use lab.bar.time.' });
  if (id === 'format' && node) return undefined;
  // What the strategy API lacks is told by the rules on it.
  const type = node && subject.types.of(node.object);
  if (type?.kind === 'lab' || type?.kind === 'api') return undefined;
  if (node && subject.selfClass(node.object)) return undefined;
  if (escapeHatches.has(id))
    return refuse('SEC009', name, `${id} leads out of the data.`, {
      advice: 'Compute with the values themselves.',
    });
  return refuse(
    'SEC001',
    name,
    `${id} is a member that neither this file, the strategy API nor the allow-list has.`,
    {
      advice: 'Define it in a class of this file, or use a member of the strategy API.',
    },
  );
}

/** The `plot` of pandas, and not that of `lab`. */
function plotsData(subject: PythonFile, { object }: Attribute): boolean {
  if (subject.types.of(object) !== undefined || subject.selfClass(object)) return false;
  return object.type !== 'Name' || frameKind(subject, object) !== undefined;
}

/** A module that becomes a value: what is done with it then cannot be checked. */
function handedOn({ tree, paths, scopes }: PythonFile, node: Syntax): Refused[] {
  if (!paths.isModule(node)) return [];
  const parent = tree.parent(node);
  if (parent?.type === 'Attribute' && parent.object === node) return [];
  const isBound = scopes.of(node)?.bindings.some((binding) => binding.node === node) ?? false;
  if (isBound) return [];
  if (parent?.type === 'Assign' && parent.value === node) {
    // Another name for it, which is followed where it has no other value.
    const isAlias = parent.targets.every((target) => target.type === 'Name' && paths.isModule(target));
    if (isAlias) return [];
  }
  const text = paths.text(node) ?? 'The module';
  return [
    refuse(
      'SEC005',
      node,
      `${text} is handed on as a value, so that what is done with it cannot be checked.`,
      {
        advice: 'Use its members where they are needed.',
      },
    ),
  ];
}

/** Assignments to members of modules, of what is imported, of Python's own and of the strategy API. */
function writes({ tree, paths, types, text }: PythonFile): Refused[] {
  const refused: Refused[] = [];
  const write = (target: Syntax): void => {
    if (target.type === 'Tuple' || target.type === 'List') for (const part of target.elements) write(part);
    else if (target.type === 'Starred') write(target.value);
    else if (target.type === 'Attribute') {
      const isShared = paths.of(target.object) !== undefined || types.of(target.object) !== undefined;
      if (isShared)
        refused.push(
          refuse('SEC004', target, `${text(target)} is shared and cannot be assigned to.`, {
            advice: 'Keep values in self.',
          }),
        );
    } else if (target.type === 'Subscript' && types.of(target.object) !== undefined)
      refused.push(
        refuse('SEC004', target, `${text(target)} is shared and cannot be assigned to.`, {
          advice: 'Keep values in self.',
        }),
      );
  };
  for (const node of tree.nodes) {
    if (node.type === 'Assign' || node.type === 'Delete') for (const target of node.targets) write(target);
    else if (node.type === 'AugmentedAssign' || node.type === 'AnnotatedAssign' || node.type === 'For')
      write(node.target);
    else if (node.type === 'ComprehensionClause' || node.type === 'WithItem') {
      if (node.target) write(node.target);
    }
  }
  return refused;
}
