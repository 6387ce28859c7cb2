import { deepEqual, equal, match, rejects } from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ArtefactReference } from '../../../extension/contracts/saga.ts';
import { EvidenceDocuments } from '../../../extension/editor/evidenceDocuments.ts';
import { test, until } from './harness.ts';

const contents = new Map<string, Uint8Array>();
const bytes = (text: string) => new TextEncoder().encode(text);

function artefact(name: string, mediaType: string, content: Uint8Array): ArtefactReference {
  const hash = String(contents.size + 1).padStart(64, '0');
  contents.set(hash, content);
  return { name, mediaType, hash, bytes: content.length };
}

/** Evidence as the extension shows it, of a journal of this test. */
async function shown<T>(work: (documents: EvidenceDocuments) => Promise<T>): Promise<T> {
  const documents = new EvidenceDocuments({
    readArtefact: async (hash) => {
      const content = contents.get(hash);
      if (content === undefined) throw new Error(`no artefact ${hash}`);
      return content;
    },
  });
  try {
    return await work(documents);
  } finally {
    documents.dispose();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  }
}

test('evidence opens in the language that fits it, JSON laid out, and can only be read', async () => {
  await shown(async (documents) => {
    const cases = [
      ['trials.json', 'application/json', '{"a":1}', 'json', '{\n  "a": 1\n}\n'],
      ['x-1f.strategy.ts', 'text/typescript', 'export {};', 'typescript', 'export {};'],
      ['run.html', 'text/html', '<script>1</script>', 'html', '<script>1</script>'],
      ['notes', 'text/plain', 'hello', 'plaintext', 'hello'],
    ] as const;
    for (const [name, mediaType, content, language, text] of cases) {
      await documents.open(artefact(name, mediaType, bytes(content)));
      const { document } = vscode.window.activeTextEditor ?? {};
      deepEqual([document?.languageId, document?.getText()], [language, text]);
      await vscode.commands.executeCommand('type', { text: 'changed' });
      equal(document?.getText(), text);
    }
  });
});

test('what is no text opens as its values', async () => {
  await shown(async (documents) => {
    await documents.open(artefact('equity.f64', 'application/octet-stream', new Uint8Array([1, 0, 255])));
    match(vscode.window.activeTextEditor?.document.getText() ?? '', /00000000 {2}01 00 ff/);
  });
});

test('two pieces of evidence are compared in an editor of their own', async () => {
  await shown(async (documents) => {
    const [earlier, later] = ['{"a":1}', '{"a":2}'].map((text) =>
      artefact('reasoning.json', 'application/json', bytes(text)),
    ) as [ArtefactReference, ArtefactReference];
    await documents.diff(earlier, later, 'reasoning.json: what run 2 changed');
    const tab = await until('a tab', () => vscode.window.tabGroups.activeTabGroup.activeTab);
    equal(tab.label, 'reasoning.json: what run 2 changed');
    const input = tab.input as vscode.TabInputTextDiff;
    equal(input instanceof vscode.TabInputTextDiff, true);
    deepEqual(
      [input.original, input.modified].map(({ path }) => path.split('/')[1]),
      [earlier.hash, later.hash],
    );
  });
});

test('an address that names no evidence opens nothing', async () => {
  await shown(async () => {
    await rejects(
      async () => vscode.workspace.openTextDocument(vscode.Uri.parse('strategy-lab-evidence:/x/y.json')),
      /names no evidence/,
    );
  });
});
