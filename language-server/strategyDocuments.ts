import type { TextDocument } from 'vscode-languageserver-textdocument';
import { strategyFileName } from '../extension/contracts/languageServer.ts';
import { languageOfFile, type StrategyLanguage } from '../extension/contracts/strategyLanguage.ts';

const importsStrategyLab = /\bfrom\s*['"]strategy-lab['"]/;
const importsPythonLab = /^[ \t]*(?:from|import)[ \t]+strategy_lab\b/m;

/** True for a document that holds a strategy: by its name, or while it has none yet by its import. */
export function isStrategy(document: TextDocument): boolean {
  if (strategyFileName.test(pathOf(document.uri))) return true;
  if (!document.uri.startsWith('untitled:')) return false;
  const text = document.getText();
  return importsStrategyLab.test(text) || importsPythonLab.test(text);
}

/** The language of a strategy: by its file's name, or while it has none yet by its import. */
export function languageOfDocument(document: TextDocument): StrategyLanguage {
  const path = pathOf(document.uri);
  if (strategyFileName.test(path)) return languageOfFile(path);
  return importsPythonLab.test(document.getText()) ? 'python' : 'javascript';
}

/** The language of a strategy file on the disk. */
export function languageOfUri(uri: string): StrategyLanguage {
  return languageOfFile(pathOf(uri));
}

/** A URI without what comes after its path. */
function pathOf(uri: string): string {
  return uri.replace(/[?#].*$/s, '');
}
