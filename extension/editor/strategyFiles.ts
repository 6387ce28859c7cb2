import * as vscode from 'vscode';
import { strategyFilesGlob } from '../contracts/languageServer.ts';

/** Documents that are strategies, saved or not. */
export const strategySelector: vscode.DocumentSelector = ['file', 'untitled'].map((scheme) => ({
  scheme,
  pattern: strategyFilesGlob,
}));

const mostFiles = 10_000;

/** All strategy files of the workspace, without those of installed packages and of the lab. */
export async function strategyFiles(token?: vscode.CancellationToken): Promise<vscode.Uri[]> {
  const exclude = '{**/node_modules/**,**/.strategy-lab/**,**/.git/**}';
  return vscode.workspace.findFiles(strategyFilesGlob, exclude, mostFiles, token);
}

export function isStrategy(document: vscode.TextDocument): boolean {
  return vscode.languages.match(strategySelector, document) > 0;
}
