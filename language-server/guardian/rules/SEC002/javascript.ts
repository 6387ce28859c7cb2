import { apiExports, apiTypes, suggestion } from '../../javascript/strategyApi.ts';
import type { Subject } from '../../javascript/subject.ts';
import type { SyntaxOf } from '../../javascript/tree.ts';
import type { Found } from '../../rule.ts';

const moduleName = 'strategy-lab';

/** What the file takes from other modules. */
export function check({ tree, scopes, erasureProblems }: Subject, found: Found): void {
  for (const { rule, message, ...place } of erasureProblems) if (rule === 'SEC002') found(place, message);
  for (const node of tree.all('ImportDeclaration')) {
    if (node.source.value !== moduleName) {
      found(node, `A strategy imports 'strategy-lab' alone, not '${String(node.source.value)}'.`);
      continue;
    }
    if (node.attributes?.length) found(node, 'An import of a strategy has no attributes.');
    if (node.specifiers.length === 0) found(node, 'The import takes nothing.', { advice: 'Delete it.' });
    for (const specifier of node.specifiers) {
      if (specifier.type === 'ImportSpecifier') checkSpecifier(specifier);
      else {
        found(specifier, "'strategy-lab' is imported by name, not as a whole.", {
          advice: "Write import { defineStrategy } from 'strategy-lab'.",
        });
      }
    }
  }
  for (const node of [...tree.all('ExportNamedDeclaration'), ...tree.all('ExportAllDeclaration')]) {
    if (!node.source) continue;
    found(node, `A strategy passes on nothing from '${String(node.source.value)}'.`, {
      advice: 'Delete the line.',
    });
  }
  for (const node of tree.all('ImportExpression')) {
    found(node, 'A strategy cannot load code while it runs.');
  }
  for (const node of tree.all('MetaProperty')) {
    if (node.meta.name === 'import') found(node, 'import.meta tells where the file lies.');
  }

  function checkSpecifier(specifier: SyntaxOf<'ImportSpecifier'>): void {
    const { imported } = specifier;
    const name = imported.type === 'Identifier' ? imported.name : String(imported.value);
    if (apiExports.has(name)) return;
    if (apiTypes.has(name)) {
      const isUsed = (scopes.variable(specifier.local)?.reads.length ?? 0) > 0;
      if (isUsed) found(specifier, `${name} of 'strategy-lab' is a type and has no value.`);
      return;
    }
    const meant = suggestion('exports', name, [...apiExports, ...apiTypes]);
    const hint = meant === undefined ? '' : ` Did you mean ${meant}?`;
    // What uses the name goes on to find it.
    const newText = specifier.local.start === imported.start ? `${meant} as ${name}` : `${meant}`;
    found(imported, `'strategy-lab' exports no ${name}.${hint}`, {
      advice: `It exports ${[...apiExports].join(', ')} and types.`,
      ...(meant === undefined ? {} : { fix: { title: `Write ${newText}`, newText } }),
    });
  }
}
