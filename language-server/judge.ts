import { createHash } from 'node:crypto';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Author, Finding } from '../extension/contracts/guardian.ts';
import type { StrategyLanguage } from '../extension/contracts/strategyLanguage.ts';
import { guard } from './guardian/guard.ts';
import { languageOfDocument } from './strategyDocuments.ts';

export interface Judgement {
  /** SHA-256 of the text in hex. */
  readonly hash: string;
  readonly author: Author;
  readonly findings: readonly Finding[];
}

/** Judges texts, each as the work of who wrote it. */
export class Judge {
  #agentSources: ReadonlySet<string> = new Set();
  readonly #known = new WeakMap<TextDocument, Judgement & { readonly version: number }>();

  /** Says by their SHA-256 in hex which texts an agent wrote. */
  setAgentSources(hashes: readonly string[]): void {
    this.#agentSources = new Set(hashes);
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
    return { hash, author, findings: guard(text, { author, language }) };
  }

  /** False when the text is known by now to be the work of another author. */
  holds({ hash, author }: Judgement): boolean {
    return this.#authorOf(hash) === author;
  }

  #authorOf(hash: string): Author {
    return this.#agentSources.has(hash) ? 'agent' : 'person';
  }
}
