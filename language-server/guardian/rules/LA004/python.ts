import { assignedOnce } from '../../python/fold.ts';
import { methodCalls } from '../../python/frames.ts';
import type { Variable } from '../../python/scope.ts';
import { argument, positional } from '../../python/shape.ts';
import type { PythonSubject } from '../../python/subject.ts';
import type { Expression } from '../../python/syntax.ts';
import type { Found } from '../../rule.ts';

const wholeGroup = new Set('mean max min last sum median std var count size nunique'.split(' '));
const deepest = 16;
const advice = { advice: 'Shift the longer bars by one before joining them: daily.shift(1).' };

/** Values of longer bars in rows at which these bars have not closed. */
export function check(subject: PythonSubject, found: Found): void {
  const { folder, paths, tree } = subject;
  for (const call of methodCalls(subject, 'reindex', 'join', 'asof')) {
    const { name, object } = call.callee;
    const joined = name.id === 'join' ? positional(call)[0]?.value : object;
    if (joined && isUnshifted(subject, joined))
      found(name, 'A longer bar stands in rows before it has closed.', advice);
  }
  for (const assign of tree.all('Assign')) {
    const [target] = assign.targets;
    if (
      target?.type === 'Subscript' &&
      folder.text(target.index) !== undefined &&
      isUnshifted(subject, assign.value)
    )
      if (!isUnshifted(subject, target.object))
        found(assign.value, 'A longer bar stands in rows before it has closed.', advice);
  }
  for (const call of tree.all('Call')) {
    if (paths.text(call.callee) !== 'pandas.merge_asof') continue;
    const direction = argument(call, 'direction');
    const text = folder.text(direction);
    if (direction && (text === 'forward' || text === 'nearest'))
      found(direction, `With '${text}' a row is given what comes after it.`, {
        advice: "Use direction='backward'.",
        fix: { title: "Write 'backward'", newText: "'backward'" },
      });
    const right = argument(call, 'right', 1);
    if (right && isUnshifted(subject, right))
      found(right, 'A longer bar stands in rows before it has closed.', advice);
  }
  for (const call of methodCalls(subject, 'transform')) {
    const text = folder.text(argument(call, 'func', 0));
    const isGroup = call.callee.object.type !== 'Name' && groups(call.callee.object);
    if (text !== undefined && wholeGroup.has(text) && isGroup)
      found(call, `Each row is given the ${text} of its whole group, later rows included.`, {
        advice: 'Use cumulative functions: groupby(...).cummax().',
      });
  }
}

function groups(node: Expression): boolean {
  if (node.type === 'Subscript') return groups(node.object);
  return (
    node.type === 'Call' &&
    node.callee.type === 'Attribute' &&
    ['groupby', 'resample'].includes(node.callee.name.id)
  );
}

/** True for what is made of resampled bars that carry the time of their start, without a shift. */
function isUnshifted(subject: PythonSubject, node: Expression, depth = 0): boolean {
  if (depth > deepest) return false;
  const inner = (part: Expression) => isUnshifted(subject, part, depth + 1);
  switch (node.type) {
    case 'Name': {
      const variable = subject.scopes.of(node);
      const value = assignedOnce(variable);
      return value !== undefined && !hasLaterIndex(subject, variable) && inner(value);
    }
    case 'Attribute':
    case 'Subscript':
      return inner(node.object);
    case 'Binary':
    case 'Comparison':
      return inner(node.left) || inner(node.right);
    case 'Unary':
      return inner(node.operand);
    case 'Call': {
      if (node.callee.type !== 'Attribute') return false;
      if (subject.paths.of(node.callee)) return node.args.some(({ value }) => inner(value));
      const name = node.callee.name.id;
      if (name === 'shift' || name === 'reindex') return false;
      if (name === 'resample') {
        const label = subject.folder.text(argument(node, 'label'));
        return label !== 'right' && isLonger(subject.folder.text(argument(node, 'rule', 0)));
      }
      // What a bar starts with is known from its start on.
      if (name === 'first') return false;
      return inner(node.callee.object);
    }
    default:
      return false;
  }
}

/** `daily.index = daily.index + pd.Timedelta(days=1)`: the bars carry a time at which they have closed. */
function hasLaterIndex(
  { tree, scopes, folder, paths }: PythonSubject,
  variable: Variable | undefined,
): boolean {
  const isIndex = (node: Expression | undefined): boolean =>
    node?.type === 'Attribute' &&
    node.name.id === 'index' &&
    node.object.type === 'Name' &&
    scopes.of(node.object) === variable;
  const isLater = (node: Expression): boolean => {
    if (node.type !== 'Call' || paths.text(node.callee) !== 'pandas.Timedelta') return false;
    return node.args.every(({ value }) => {
      const text = folder.text(value);
      return text === undefined ? (folder.number(value) ?? -1) > 0 : /^\s*\+?\d/.test(text);
    });
  };
  return (
    tree
      .all('Assign')
      .some(
        ({ targets: [target], value }) =>
          isIndex(target) &&
          value.type === 'Binary' &&
          value.operator === '+' &&
          isIndex(value.left) &&
          isLater(value.right),
      ) ||
    tree
      .all('AugmentedAssign')
      .some(({ target, operator, value }) => isIndex(target) && /^\+=?$/.test(operator) && isLater(value))
  );
}

function isLonger(rule: string | undefined): boolean {
  return rule !== undefined && /^\d*\s*(?:h|H|D|d|W|ME?|MS|QE?|YE?|B|min|T)\b/.test(rule);
}
