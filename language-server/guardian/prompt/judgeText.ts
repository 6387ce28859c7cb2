import type { PromptFinding, PromptKind } from '../../../extension/contracts/prompt.ts';
import { chinesePhrases } from './chinesePhrases.ts';
import { decodings, turnings } from './decode.ts';
import { englishPhrases } from './englishPhrases.ts';
import { frenchPhrases } from './frenchPhrases.ts';
import { germanPhrases } from './germanPhrases.ts';
import { markup } from './markup.ts';
import { type CompiledPhrase, compile, otherLetter } from './phrases.ts';
import { russianPhrases } from './russianPhrases.ts';
import { spanishPhrases } from './spanishPhrases.ts';
import { type Plain, plainOf, type View, type Views } from './views.ts';

/** A part of an outside text, as one comment of many. */
export interface TextPart {
  readonly text: string;
}

export interface PartFinding extends PromptFinding {
  /** The part in which it begins; `start` and `end` lie within it. */
  readonly part: number;
}

const english = compile(englishPhrases);
const russian = compile(russianPhrases);
const chinese = compile(chinesePhrases);
/** Languages of Latin letters besides English. */
const otherLatin = compile([...germanPhrases, ...spanishPhrases, ...frenchPhrases]);
const largestText = 64 * 1024;
/** No sentence goes through it. */
const wall = `\n${otherLetter}\n`;
/** In a view, where a line that was only wrapped is one full stop. */
const sentenceEnd = /\.(?=[ .])/g;
const longestShown = 120;
const mostHidden = 16;
/** Encodings within encodings are looked into so far. */
const deepest = 2;

const severe: ReadonlySet<PromptKind> = new Set(['override', 'exfiltration', 'template', 'hidden', 'action']);

/**
 * Judges a text from outside that may reach a model: what in it speaks to the model, in English, Russian, Chinese,
 * German, Spanish or French, written plainly or hidden. The first 64 Ki characters are looked at. Pure; never throws.
 */
export function judgeText(text: string): PromptFinding[] {
  return judge(text.slice(0, largestText), 0);
}

/**
 * Judges texts that a model reads one after the other, so that a sentence spread over several is seen;
 * with `apart` each is read for itself.
 */
export function judgeParts(
  parts: readonly TextPart[],
  { apart = false }: { readonly apart?: boolean } = {},
): PartFinding[] {
  const starts: number[] = [];
  let whole = '';
  for (const { text } of parts) {
    starts.push(whole.length);
    whole += apart ? `${text}${wall}` : `${text}\n`;
  }
  return judgeText(whole).map((finding) => {
    const next = starts.findIndex((start) => start > finding.start);
    const part = (next === -1 ? starts.length : next) - 1;
    const [start, length] = [starts[part] ?? 0, parts[part]?.text.length ?? 0];
    return {
      ...finding,
      part,
      start: Math.min(finding.start - start, length),
      end: Math.min(finding.end - start, length),
    };
  });
}

/** The words of a name: `ignorePreviousRules` and `ignore_previous_rules` are three. */
export function wordsOf(name: string): string {
  return name
    .replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .replace(/[_$.\-/\\]+/g, ' ');
}

function judge(text: string, depth: number): PromptFinding[] {
  const findings = [...said(text), ...marked(text)];
  if (depth < deepest) {
    for (const { encoding, start, end, text: inner } of decodings(text)) {
      for (const finding of judge(inner, depth + 1))
        findings.push({ ...finding, severity: 'error', start, end, encoding });
    }
  }
  // What was found plainly needs no turning, and turning leaves some of it as it was.
  if (depth === 0 && findings.length === 0) findings.push(...turned(text));
  return distinct(findings);
}

function turned(text: string): PromptFinding[] {
  return turnings(text).flatMap(({ encoding, text: other }) => {
    return saidIn(plainOf(other)).map((saying) => {
      const [start, end] =
        encoding === 'reversed'
          ? [other.length - saying.end, other.length - saying.start]
          : [saying.start, saying.end];
      return { ...shown(saying), severity: 'error' as const, start, end, encoding };
    });
  });
}

interface Saying {
  readonly kind: PromptKind;
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

function shown({ kind, text, start, end }: Saying): PromptFinding {
  const plain = text.replace(/\s+/g, ' ').trim();
  return {
    kind,
    severity: severe.has(kind) ? 'error' : 'warning',
    start,
    end,
    text: plain.length > longestShown ? `${plain.slice(0, longestShown - 1)}…` : plain,
  };
}

function said(text: string): PromptFinding[] {
  const plain = plainOf(text);
  const { tagged, longestHidden } = plain;
  const found = saidIn(plain).map(shown);
  const isTagged = sayings(english, { words: [tagged], letters: [] }).length > 0;
  if (isTagged || longestHidden.length >= mostHidden) {
    const { start, length } = longestHidden;
    const what = tagged.text === '' ? `${length} characters that show nothing` : tagged.text;
    found.push(shown({ kind: 'hidden', text: what, start, end: Math.min(text.length, start + length) }));
  }
  return found;
}

function saidIn({ latin, cyrillic, han }: Plain): Saying[] {
  return [
    ...sayings(english, latin),
    ...sayings(otherLatin, latin),
    ...sayings(russian, cyrillic),
    ...sayings(chinese, han),
  ];
}

function sayings(phrases: readonly CompiledPhrase[], { words, letters }: Views): Saying[] {
  const among = (views: readonly View[], mode: 'words' | 'letters'): Saying[] =>
    views.flatMap(({ text, places }) =>
      phrases.flatMap(({ kind, ...patterns }) =>
        [...text.matchAll(patterns[mode])].map((match) => {
          const said = inFewestSentences(patterns[mode], match[0]);
          return {
            kind,
            text: said,
            start: places[match.index] ?? 0,
            end: (places[match.index + said.length - 1] ?? 0) + 1,
          };
        }),
      ),
    );
  return [...among(words, 'words'), ...among(letters, 'letters')];
}

/** What was matched, without a next sentence whose first word only happens to go on with it: `AI. System: ...`. */
function inFewestSentences(pattern: RegExp, text: string): string {
  for (const { index } of text.matchAll(sentenceEnd)) {
    const [match] = text.slice(0, index).matchAll(pattern);
    if (match?.index === 0) return match[0];
  }
  return text;
}

function marked(text: string): PromptFinding[] {
  const wide = text.normalize('NFKC');
  const source = wide.length === text.length ? wide : text;
  return markup.flatMap(([kind, pattern]) =>
    [...source.matchAll(pattern)].map((match) =>
      shown({ kind, text: match[0], start: match.index, end: match.index + match[0].length }),
    ),
  );
}

/** One finding of a kind for each place, in order. */
function distinct(findings: readonly PromptFinding[]): PromptFinding[] {
  const kept: PromptFinding[] = [];
  const inOrder = findings.toSorted((a, b) => a.start - b.start || b.end - a.end);
  for (const finding of inOrder) {
    const isInside = kept.some(
      ({ kind, start, end }) => kind === finding.kind && start <= finding.start && finding.start < end,
    );
    if (!isInside) kept.push(finding);
  }
  return kept;
}
