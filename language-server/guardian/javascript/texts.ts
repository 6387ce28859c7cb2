import type { Flow } from './flow.ts';
import type { Folder } from './fold.ts';
import { textMethods } from './members.ts';
import type { Syntax, SyntaxTree } from './tree.ts';

const comparisons = new Set(['==', '===', '!=', '!==']);
const telling = new Set(['message', 'source', 'input', 'flags']);

/** What a literal text or a part of a template says; nothing for other nodes. */
export function textOf(node: Syntax): string | undefined {
  if (node.type === 'Literal') return typeof node.value === 'string' ? node.value : undefined;
  return node.type === 'TemplateElement' ? (node.value.cooked ?? '') : undefined;
}

/**
 * True where the file makes texts that can become keys. What goes into the log, the name of a plot, an error
 * or a comparison stays there.
 */
export function buildsTexts(tree: SyntaxTree, folder: Folder, flow: Flow): boolean {
  return tree.nodes.some((node) => makesText(folder, flow, node) && !isHarmless(tree, flow, node));
}

function makesText(folder: Folder, flow: Flow, node: Syntax): boolean {
  const isText = (part: Syntax): boolean => {
    const value = flow.evaluate(part);
    return [...value].some(({ kind }) => !['number', 'plain', 'unknown'].includes(kind));
  };
  switch (node.type) {
    case 'TemplateLiteral':
      return node.expressions.length > 0;
    case 'BinaryExpression':
      return node.operator === '+' && (isText(node.left) || isText(node.right));
    case 'AssignmentExpression':
      return node.operator === '+=' && (isText(node.left) || isText(node.right));
    case 'UnaryExpression':
      return node.operator === 'typeof';
    case 'ForInStatement':
      return true;
    case 'MemberExpression': {
      const name = folder.key(node);
      return name === undefined
        ? [...flow.evaluate(node.object)].some(({ kind }) => kind === 'text')
        : telling.has(name) && !flow.defines(name);
    }
    case 'CallExpression': {
      const { callee } = node;
      if (callee.type !== 'MemberExpression') {
        return [...flow.evaluate(callee)].some((atom) => atom.kind === 'global' && atom.path === 'String');
      }
      const name = folder.key(callee);
      const base = [...flow.evaluate(callee.object)];
      if (base.some((atom) => atom.kind === 'global' && atom.path === 'JSON')) return true;
      return (
        name !== undefined &&
        (textMethods.has(name) || name === 'toString' || base.some(({ kind }) => kind === 'text'))
      );
    }
    default:
      return false;
  }
}

function isHarmless(tree: SyntaxTree, flow: Flow, node: Syntax): boolean {
  for (const outer of tree.around(node)) {
    if (outer.type === 'BinaryExpression' && comparisons.has(outer.operator)) return true;
    if (outer.type === 'CallExpression' || outer.type === 'NewExpression') {
      return [...flow.evaluate(outer.callee)].some(
        (atom) =>
          (atom.kind === 'apiMethod' && (atom.name === 'log' || atom.name === 'plot')) ||
          (atom.kind === 'global' && atom.path.endsWith('Error')),
      );
    }
    if (outer.type === 'BinaryExpression' || outer.type === 'TemplateLiteral') continue;
    return false;
  }
  return false;
}
