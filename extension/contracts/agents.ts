import * as z from 'zod';
import { parameterValuesSchema } from './strategy.ts';

/** Who answered, and whether rules or a model did. */
export const agentIdentitySchema = z.object({
  name: z.string(),
  kind: z.enum(['rule-based', 'model']),
  version: z.string(),
});

/** What the data looks like up to its held-back part; computed from in-sample bars alone. */
export const marketSummarySchema = z.object({
  symbol: z.string(),
  timeframe: z.string(),
  bars: z.number().int(),
  firstTime: z.number(),
  lastTime: z.number(),
  /** `calm-range`, `volatile-range`, `up-trend` or `down-trend`. */
  regime: z.enum(['calm-range', 'volatile-range', 'up-trend', 'down-trend']),
  /** Total return of holding, as a fraction. */
  holdReturn: z.number(),
  /** Annual volatility of log returns, as a fraction; null below 30 bars. */
  annualVolatility: z.number().nullable(),
  /** Mean true range over close of the last 100 bars, as a fraction. */
  averageTrueRange: z.number(),
  /** Net move over the sum of absolute moves, 0 (noise) to 1 (straight line), of the last 100 bars. */
  efficiency: z.number().min(0).max(1),
});
export type MarketSummary = z.infer<typeof marketSummarySchema>;

export const reasoningRequestSchema = z.object({
  idea: z.string().min(1).max(4000),
  market: marketSummarySchema,
});
export type ReasoningRequest = z.infer<typeof reasoningRequestSchema>;

export const reasoningResultSchema = z.object({
  agent: agentIdentitySchema,
  language: z.enum(['en', 'ru']),
  /** The strategy family of the catalogue, for a rule-based agent. */
  family: z.string(),
  /** Parameters read from the idea or chosen from the data. */
  params: parameterValuesSchema,
  /** At least five steps; `numbers` are those that the step rests on. */
  steps: z
    .array(
      z.object({
        title: z.string(),
        text: z.string(),
        numbers: z.record(z.string(), z.number()),
      }),
    )
    .min(5),
  /** Parts of the idea that were not understood and play no part in the strategy. */
  notUnderstood: z.array(z.string()),
  /** 0 to 1: how much of the idea the strategy covers. */
  confidence: z.number().min(0).max(1),
});
export type ReasoningResult = z.infer<typeof reasoningResultSchema>;

export const codeResultSchema = z.object({
  agent: agentIdentitySchema,
  /** Name of the strategy, and of its file without folder: `name.strategy.ts`. */
  name: z.string(),
  fileName: z.string().regex(/^[a-z0-9-]+\.strategy\.ts$/),
  source: z.string().min(1),
  /** Values to search, by parameter; the grid is their product. */
  grid: z.record(z.string(), z.array(z.number()).min(1)),
});
export type CodeResult = z.infer<typeof codeResultSchema>;

/** Reads an idea against the market. Throws `idea.unsupported` with the list of what it can serve. */
export interface ReasoningAgent {
  reason(request: ReasoningRequest, signal: AbortSignal): Promise<ReasoningResult>;
}

/** Writes a strategy file for a reasoning. */
export interface CodeAgent {
  write(reasoning: ReasoningResult, idea: string, signal: AbortSignal): Promise<CodeResult>;
}
