import { apiExports, apiTypes, suggestion } from '../strategyApi.ts';
import type { Subject } from '../subject.ts';
import type { SyntaxOf } from '../tree.ts';

const moduleName = 'strategy-lab';

/** SEC002: what the file takes from other modules. */
export function checkModules({ tree, report, scopes }: Subject): void {
  for (const node of tree.all('ImportDeclaration')) {
    if (node.source.value !== moduleName) {
      report.add(
        'SEC002',
        node,
        `A strategy imports 'strategy-lab' alone, not '${String(node.source.value)}'.`,
      );
      continue;
    }
    if (node.attributes?.length) report.add('SEC002', node, 'An import of a strategy has no attributes.');
    if (node.specifiers.length === 0)
      report.add('SEC002', node, 'The import takes nothing.', { advice: 'Delete it.' });
    for (const specifier of node.specifiers) {
      if (specifier.type === 'ImportSpecifier') checkSpecifier(specifier);
      else {
        report.add('SEC002', specifier, "'strategy-lab' is imported by name, not as a whole.", {
          advice: "Write import { defineStrategy } from 'strategy-lab'.",
        });
      }
    }
  }
  for (const node of [...tree.all('ExportNamedDeclaration'), ...tree.all('ExportAllDeclaration')]) {
    if (!node.source) continue;
    report.add('SEC002', node, `A strategy passes on nothing from '${String(node.source.value)}'.`, {
      advice: 'Delete the line.',
    });
  }
  for (const node of tree.all('ImportExpression')) {
    report.add('SEC002', node, 'A strategy cannot load code while it runs.');
  }
  for (const node of tree.all('MetaProperty')) {
    if (node.meta.name === 'import') report.add('SEC002', node, 'import.meta tells where the file lies.');
    else
      report.add('SEC003', node, 'new.target is a constructor.', {
        advice: 'Pass what is needed as an argument.',
      });
  }

  function checkSpecifier(specifier: SyntaxOf<'ImportSpecifier'>): void {
    const { imported } = specifier;
    const name = imported.type === 'Identifier' ? imported.name : String(imported.value);
    if (apiExports.has(name)) return;
    if (apiTypes.has(name)) {
      const isUsed = (scopes.variable(specifier.local)?.reads.length ?? 0) > 0;
      if (isUsed) report.add('SEC002', specifier, `${name} of 'strategy-lab' is a type and has no value.`);
      return;
    }
    const meant = suggestion('exports', name, [...apiExports, ...apiTypes]);
    const hint = meant === undefined ? '' : ` Did you mean ${meant}?`;
    // What uses the name goes on to find it.
    const newText = specifier.local.start === imported.start ? `${meant} as ${name}` : `${meant}`;
    report.add('SEC002', imported, `'strategy-lab' exports no ${name}.${hint}`, {
      advice: `It exports ${[...apiExports].join(', ')} and types.`,
      ...(meant === undefined ? {} : { fix: { title: `Write ${newText}`, newText } }),
    });
  }
}
