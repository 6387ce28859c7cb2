import type { Folder } from './fold.ts';
import type { SyntaxTree } from './tree.ts';

/**
 * The names of members that the file itself makes: what classes hold, what is assigned to a member, the
 * fields of named tuples, and the names of columns, which pandas offers as members.
 */
export function ownNames(tree: SyntaxTree, folder: Folder): ReadonlySet<string> {
  const names = new Set<string>();
  for (const node of tree.nodes) {
    switch (node.type) {
      case 'ClassDefinition':
        for (const statement of node.body) {
          if (statement.type === 'FunctionDefinition' || statement.type === 'ClassDefinition')
            names.add(statement.name.id);
          const targets =
            statement.type === 'Assign'
              ? statement.targets
              : statement.type === 'AnnotatedAssign'
                ? [statement.target]
                : [];
          for (const target of targets) if (target.type === 'Name') names.add(target.id);
        }
        break;
      case 'Assign':
      case 'Delete':
        for (const target of node.targets)
          for (const inner of target.type === 'Tuple' || target.type === 'List' ? target.elements : [target])
            if (inner.type === 'Attribute') names.add(inner.name.id);
        break;
      case 'AnnotatedAssign':
        if (node.target.type === 'Attribute') names.add(node.target.name.id);
        break;
      case 'TextLiteral':
        // Of columns and of named tuples, whose names can stand in one text.
        for (const word of (folder.text(node) ?? '').split(/[\s,]+/, 40))
          if (/^[A-Za-z]\w*$/.test(word)) names.add(word);
        break;
      case 'Call':
        for (const { name } of node.args) if (name) names.add(name.id);
        break;
      default:
        break;
    }
  }
  return names;
}
