import {
  type MarketSummary,
  type ReasoningAgent,
  type ReasoningRequest,
  type ReasoningResult,
  reasoningRequestSchema,
} from '../contracts/agents.ts';
import { LabError } from '../contracts/errors.ts';
import { resolveParameters } from './reasoning/parameters.ts';
import { type IdeaReading, readIdea } from './reasoning/readIdea.ts';
import { type Facts, isOtherSymbol, isOtherTimeframe, reasonedSteps } from './reasoning/steps.ts';

const identity = { name: 'catalogue reasoning', kind: 'rule-based', version: '1' } as const;

/** Rules never know what they overlooked, so that they are never certain. */
const highestConfidence = 0.95;

/**
 * The understood share of the idea's words; less where the idea left parameters open, and less again
 * where it speaks of another market than the data's.
 */
function confidenceOf({ reading, market }: Facts): number {
  const names = Object.keys(reading.family.parameters);
  const stated = names.filter((name) => name in reading.stated).length / names.length;
  const mismatch = isOtherSymbol(reading, market) || isOtherTimeframe(reading, market) ? 0.8 : 1;
  const confidence = reading.coverage * (0.6 + 0.4 * stated) * mismatch;
  return Math.round(Math.min(highestConfidence, confidence) * 100) / 100;
}

/** Another chart than the data's plays no part, so that its words count as not understood. */
function namesOtherTimeframe(reading: IdeaReading, market: MarketSummary): IdeaReading {
  if (!isOtherTimeframe(reading, market)) return reading;
  return { ...reading, notUnderstood: [reading.timeframeText, ...reading.notUnderstood].slice(0, 20) };
}

/** Reads ideas in English and Russian by written rules: the same answer, to the byte, for the same request. */
export class RuleBasedReasoningAgent implements ReasoningAgent {
  /**
   * @throws LabError `idea.unsupported` where the catalogue cannot serve the idea, `usage` for a request
   *   that is empty, too long or of an unknown timeframe, `cancelled`
   */
  async reason(request: ReasoningRequest, signal: AbortSignal): Promise<ReasoningResult> {
    if (signal.aborted) throw new LabError('cancelled', 'Reasoning about the idea was cancelled.');
    const parsed = reasoningRequestSchema.safeParse(request);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      throw new LabError(
        'usage',
        `The request is not valid at "${issue?.path.join('.')}": ${issue?.message}.`,
        {
          action: 'Give an idea of 1 to 4000 characters and a market summary.',
        },
      );
    }
    const { idea, market } = parsed.data;
    const reading = namesOtherTimeframe(readIdea(idea), market);
    const facts: Facts = { reading, market, ...resolveParameters(reading, market) };
    return {
      agent: identity,
      language: reading.language,
      family: reading.family.name,
      params: facts.params,
      steps: reasonedSteps(facts),
      notUnderstood: reading.notUnderstood,
      confidence: confidenceOf(facts),
    };
  }
}
