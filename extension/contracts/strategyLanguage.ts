import * as z from 'zod';

/** What a strategy is written in. TypeScript is JavaScript with its types erased. */
export const strategyLanguageSchema = z.enum(['javascript', 'python']);
export type StrategyLanguage = z.infer<typeof strategyLanguageSchema>;

export const languageNames: Readonly<Record<StrategyLanguage, string>> = {
  javascript: 'TypeScript and JavaScript',
  python: 'Python',
};

/** Endings of the names of strategy files. */
export const strategyEndings = ['ts', 'js', 'mts', 'mjs', 'py'] as const;

/** A strategy as its author wrote it. */
export interface StrategySource {
  readonly text: string;
  readonly language: StrategyLanguage;
}

/** The language of a strategy file, by its name. */
export function languageOfFile(file: string): StrategyLanguage {
  return /\.py$/i.test(file) ? 'python' : 'javascript';
}
