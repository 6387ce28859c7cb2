import * as vscode from 'vscode';
import { LabError } from '../contracts/errors.ts';
import { contentHashSchema } from '../contracts/journal.ts';
import type { ArtefactReference } from '../contracts/saga.ts';
import { type EvidenceWords, evidenceFileName, evidenceText } from '../reports/saga/evidenceText.ts';

export const evidenceScheme = 'strategy-lab-evidence';

export interface EvidencePorts {
  /** Content of the journal by its hash. @throws LabError `not-found`, `journal.corrupt` */
  readonly readArtefact: (hash: string) => Promise<Uint8Array>;
}

/**
 * Shows what runs have kept as read-only texts, and what has changed between two of them. Evidence is
 * hostile text: a document holds a bounded part of it, and nothing ever runs it.
 */
export class EvidenceDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #ports: EvidencePorts;
  readonly #registration: vscode.Disposable;

  constructor(ports: EvidencePorts) {
    this.#ports = ports;
    this.#registration = vscode.workspace.registerTextDocumentContentProvider(evidenceScheme, this);
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const hash = contentHashSchema.safeParse(uri.path.split('/')[1]);
    if (!hash.success) {
      throw new LabError('usage', `${uri.toString()} names no evidence of a run.`, {
        action: 'Open it from the run that has kept it.',
      });
    }
    return evidenceText(await this.#ports.readArtefact(hash.data), uri.query, evidenceWords());
  }

  /** Shows a piece of evidence in `column`, in the active one where none is given. */
  async open(artefact: ArtefactReference, column?: vscode.ViewColumn): Promise<void> {
    const document = await vscode.workspace.openTextDocument(evidenceUri(artefact));
    await vscode.window.showTextDocument(document, {
      preview: true,
      ...(column !== undefined && { viewColumn: column }),
    });
  }

  /** Shows what is different in `later`. */
  async diff(earlier: ArtefactReference, later: ArtefactReference, title: string): Promise<void> {
    await vscode.commands.executeCommand('vscode.diff', evidenceUri(earlier), evidenceUri(later), title, {
      preview: true,
    });
  }

  dispose(): void {
    this.#registration.dispose();
  }
}

/** The address of evidence: its content by its hash, so that equal addresses have equal texts for ever. */
export function evidenceUri(artefact: ArtefactReference): vscode.Uri {
  return vscode.Uri.from({
    scheme: evidenceScheme,
    path: `/${artefact.hash}/${evidenceFileName(artefact)}`,
    query: artefact.mediaType,
  });
}

function evidenceWords(): EvidenceWords {
  return {
    cut: (shown, whole) => vscode.l10n.t('[The first {0} of {1} bytes are shown.]', shown, whole),
    binary: (whole, shown) =>
      vscode.l10n.t('[{0} bytes that are no text. The first {1} of them:]', whole, shown),
  };
}
