import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { catalogue } from '../../extension/agents/families/catalogue.ts';
import { RuleBasedCodeAgent } from '../../extension/agents/ruleBasedCode.ts';
import { RuleBasedReasoningAgent } from '../../extension/agents/ruleBasedReasoning.ts';
import {
  type MarketSummary,
  type ReasoningResult,
  reasoningResultSchema,
} from '../../extension/contracts/agents.ts';
import { LabError } from '../../extension/contracts/errors.ts';
import { timeframeMilliseconds } from '../../extension/contracts/timeframes.ts';
import { market, readIdeas, unservedIdeas } from './ideas.ts';

const agent = new RuleBasedReasoningAgent();
const { signal } = new AbortController();
const ideas = readIdeas.map(([idea, name, params, notUnderstood = []]) => ({
  idea,
  name,
  params,
  notUnderstood,
}));
const reason = (idea: string, on: Partial<MarketSummary> = {}): Promise<ReasoningResult> =>
  agent.reason({ idea, market: { ...market, ...on } }, signal);

async function failure(attempt: Promise<unknown>): Promise<LabError> {
  const error: unknown = await attempt.then(
    () => new Error('nothing was thrown'),
    (thrown: unknown) => thrown,
  );
  if (!LabError.is(error)) throw error;
  return error;
}

describe('reading an idea', () => {
  it.each(ideas)('reads: $idea', async ({ idea, name, params, notUnderstood }) => {
    const result = await reason(idea);
    const { name: written } = await new RuleBasedCodeAgent().write(result, idea, signal);
    expect({ name: written, params: result.params, notUnderstood: result.notUnderstood }).toEqual({
      name,
      params,
      notUnderstood,
    });
  });

  it('turns lengths of time into bars of the market, and says what it rounded', async () => {
    const idea = 'buy when the 10-hour average crosses above the 30-hour one';
    const result = await reason(idea, { timeframe: '4h' });
    expect(result.params).toEqual({ fast: 3, slow: 8 });
    expect(result.steps.map(({ text }) => text).join(' ')).toContain(
      'fast 3 (from the idea, rounded from 2.5)',
    );
    expect((await reason(idea, { timeframe: '5m' })).params).toEqual({ fast: 120, slow: 360 });
    expect((await reason('sma 10/30', { timeframe: '5m' })).params).toEqual({ fast: 10, slow: 30 });
  });

  it('refuses a length below one bar', async () => {
    const idea = 'buy when the 10-hour average crosses above the 30-hour one';
    expect((await failure(reason(idea, { timeframe: '1d' }))).reason).toBe('idea.unsupported');
  });

  it('chooses longer periods in a volatile range where the idea names none', async () => {
    const volatile = { regime: 'volatile-range' } as const;
    expect((await reason('trend following', volatile)).params).toEqual({ fast: 20, slow: 60 });
    expect((await reason('breakout', volatile)).params).toEqual({ entry: 40, exit: 20 });
  });

  it('names the family that it took and the one that it left', async () => {
    const result = await reason('buy when RSI below 30 and MACD crosses above its signal');
    expect(result.family).toBe('rsi-reversion');
    expect(result.notUnderstood.join(' ')).toContain('MACD');
    expect(result.steps[0]?.text).toContain('MACD momentum');
  });

  it('warns where the idea speaks of another symbol or timeframe than the data', async () => {
    const titles = async (idea: string, on: Partial<MarketSummary> = {}): Promise<string[]> =>
      (await reason(idea, on)).steps.map(({ title }) => title);
    const other = expect.arrayContaining(['Warning: another symbol']);
    expect(await titles('buy BTC on a 10/30 sma cross', { symbol: 'ETHUSDT' })).toEqual(other);
    expect(await titles('buy BTC on a 10/30 sma cross')).not.toEqual(other);
    expect(await titles('buy DOTUSDT on a 10/30 sma cross')).toEqual(other);
    expect(await titles('sma 10/30 on 4-hour candles')).toEqual(
      expect.arrayContaining(['Warning: another timeframe']),
    );
    expect(await titles('купи эфир по RSI')).toEqual(expect.arrayContaining(['Внимание: другой инструмент']));
  });

  it('is less sure the less it understood or was told', async () => {
    const sure = await reason('buy when RSI(14) is below 30, sell above 70');
    const vague = await reason('RSI strategy');
    const partial = await reason('buy when RSI(14) is below 30 and the moon is full, sell above 70');
    expect(sure.confidence).toBeGreaterThan(vague.confidence);
    expect(sure.confidence).toBeGreaterThan(partial.confidence);
    expect(sure.confidence).toBeLessThan(1);
  });

  it('says that it would never trade where the data is shorter than its window', async () => {
    const { steps } = await reason('golden cross', { bars: 150 });
    expect(steps.map(({ text }) => text).join(' ')).toContain('never trades here');
  });
});

describe('the reasoning', () => {
  it.each(ideas)('gives five or more reasons with finite numbers: $idea', async ({ idea }) => {
    const { steps, language, agent: identity } = reasoningResultSchema.parse(await reason(idea));
    expect(identity.kind).toBe('rule-based');
    expect(steps.length).toBeGreaterThanOrEqual(5);
    expect(language).toBe(/[а-я]{3}/iu.test(idea) ? 'ru' : 'en');
    expect(steps[0]?.text).toMatch(language === 'ru' ? /по правилам, без модели/u : /rules and no model/u);
    for (const { text, numbers } of steps) {
      expect(Object.keys(numbers).length).toBeGreaterThan(0);
      expect(Object.values(numbers).every(Number.isFinite)).toBe(true);
      expect(text).not.toMatch(/NaN|undefined|Infinity|null/u);
      expect(/[а-я]{4}/iu.test(text)).toBe(language === 'ru');
    }
  });

  it('is the same for the same request', async () => {
    for (const [idea] of readIdeas) expect(await reason(idea)).toEqual(await reason(idea));
  });
});

describe('an idea that cannot be served', () => {
  it.each(unservedIdeas)('gets a reason and the list of what can be: %s', async (idea, why) => {
    const error = await failure(reason(idea));
    expect(error.reason).toBe('idea.unsupported');
    expect(error.message).toMatch(why);
    const language = /[а-я]/iu.test(idea) ? 'ru' : 'en';
    for (const { title } of Object.values(catalogue)) expect(error.action).toContain(title[language]);
  });

  it.each(['', '   ', '\u200b\n', 'a'.repeat(4001)])(
    'is a usage error where it is empty or too long',
    async (idea) => {
      expect((await failure(reason(idea))).reason).toBe('usage');
    },
  );

  it('is a usage error where the market has no known timeframe', async () => {
    expect((await failure(reason('sma 10/30', { timeframe: '7h' }))).reason).toBe('usage');
  });

  it('is cancelled by its signal', async () => {
    const attempt = agent.reason({ idea: 'sma 10/30', market }, AbortSignal.abort());
    expect((await failure(attempt)).reason).toBe('cancelled');
  });
});

const fragments = [...readIdeas.map(([idea]) => idea), ...unservedIdeas.map(([idea]) => idea)].flatMap(
  (idea) => idea.split(' '),
);

describe('any text', () => {
  const timeframe = fc.constantFrom(...Object.keys(timeframeMilliseconds));
  const text = fc.oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 200 }),
    fc.array(fc.constantFrom(...fragments), { minLength: 1, maxLength: 30 }).map((words) => words.join(' ')),
  );

  it('ends in a result of the contract or in a typed refusal, and in the same one twice', async () => {
    await fc.assert(
      fc.asyncProperty(text, timeframe, async (idea, on) => {
        const attempt = async (): Promise<unknown> => {
          try {
            const result = reasoningResultSchema.parse(await reason(idea, { timeframe: on }));
            return await new RuleBasedCodeAgent().write(result, idea, signal);
          } catch (error) {
            if (LabError.is(error, 'idea.unsupported') || LabError.is(error, 'usage')) return error.message;
            throw error;
          }
        };
        expect(await attempt()).toEqual(await attempt());
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    '10 and ',
    'average ',
    'average crosses ',
    'rsi below ',
    '9',
    'a',
    '- ',
    'buy every ',
    'buy bollinger upper and sell ',
    'buy donchian high and low; ',
    'buy and ',
    'stop at of to is ',
    'highest high of the last ',
    'средняя пересекает ',
  ])('of 4,000 characters is read to its end: %j over and over', { timeout: 20_000 }, async (part) => {
    const idea = part.repeat(4000).slice(0, 4000);
    await reason(idea).catch((error: unknown) => expect(error).toBeInstanceOf(LabError));
  });
});
