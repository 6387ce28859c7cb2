import type { TextDocument } from 'vscode-languageserver-textdocument';
import { strategyFileName } from '../extension/contracts/languageServer.ts';

const importsStrategyLab = /\bfrom\s*['"]strategy-lab['"]/;

/** True for a document that holds a strategy: by its name, or while it has none yet by its import. */
export function isStrategy(document: TextDocument): boolean {
  if (strategyFileName.test(pathOf(document.uri))) return true;
  return document.uri.startsWith('untitled:') && importsStrategyLab.test(document.getText());
}

/** A URI without what comes after its path. */
function pathOf(uri: string): string {
  return uri.replace(/[?#].*$/s, '');
}
