import { createHash } from 'node:crypto';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Author, Finding, RunFinding } from '../extension/contracts/guardian.ts';
import type { RunFindings } from '../extension/contracts/languageServer.ts';
import type { StrategyLanguage } from '../extension/contracts/strategyLanguage.ts';
import { guard } from './guardian/guard.ts';
import { placeRunFindings } from './placeRunFindings.ts';
import { languageOfDocument } from './strategyDocuments.ts';

export interface Judgement {
  /** SHA-256 of the text in hex. */
  readonly hash: string;
  readonly author: Author;
  readonly findings: readonly Finding[];
  /** What runs had shown of it; nothing where no run had. */
  readonly shown: readonly RunFinding[] | undefined;
}

/** Judges texts, each as the work of who wrote it. */
export class Judge {
  #agentSources: ReadonlySet<string> = new Set();
  #runFindings: ReadonlyMap<string, readonly RunFinding[]> = new Map();
  readonly #known = new WeakMap<TextDocument, Judgement & { readonly version: number }>();

  /** Says by their SHA-256 in hex which texts an agent wrote. */
  setAgentSources(hashes: readonly string[]): void {
    this.#agentSources = new Set(hashes);
  }

  /** Says what runs showed of texts. What is said again unchanged counts as the same. */
  setRunFindings({ runs }: RunFindings): void {
    const before = this.#runFindings;
    this.#runFindings = new Map(
      runs.map(({ codeHash, findings }) => {
        const known = before.get(codeHash);
        return [
          codeHash,
          JSON.stringify(known) === JSON.stringify(findings) ? (known ?? findings) : findings,
        ];
      }),
    );
  }

  /** The judgement of an open document as it is now; each version is judged once. */
  judge(document: TextDocument): Judgement {
    const known = this.#known.get(document);
    if (known?.version === document.version && this.holds(known)) return known;
    const judgement = {
      ...this.judgeText(document.getText(), languageOfDocument(document)),
      version: document.version,
    };
    this.#known.set(document, judgement);
    return judgement;
  }

  judgeText(text: string, language: StrategyLanguage): Judgement {
    const hash = createHash('sha256').update(text).digest('hex');
    const author = this.#authorOf(hash);
    const shown = this.#runFindings.get(hash);
    const findings = [...guard(text, { author, language }), ...placeRunFindings(text, language, shown ?? [])];
    return { hash, author, findings, shown };
  }

  /** False when the text is known by now to be the work of another author, or runs have shown other things. */
  holds({ hash, author, shown }: Judgement): boolean {
    return this.#authorOf(hash) === author && this.#runFindings.get(hash) === shown;
  }

  #authorOf(hash: string): Author {
    return this.#agentSources.has(hash) ? 'agent' : 'person';
  }
}
