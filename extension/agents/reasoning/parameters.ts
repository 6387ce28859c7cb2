import type { MarketSummary } from '../../contracts/agents.ts';
import { timeframeSchema } from '../../contracts/candles.ts';
import { LabError } from '../../contracts/errors.ts';
import type { ParameterValues } from '../../contracts/strategy.ts';
import { timeframeMilliseconds } from '../../contracts/timeframes.ts';
import type { FamilyParameter } from '../families/family.ts';
import { tradeParameters } from '../families/tradeParameters.ts';
import { barsOf } from '../idea/numbers.ts';
import type { IdeaReading } from './readIdea.ts';
import { unsupported } from './unsupported.ts';

export interface Resolution {
  /** Every parameter of the strategy, in the order of its declaration. */
  readonly params: ParameterValues;
  /** Exact lengths in bars of the periods that had to be rounded. */
  readonly rounded: ParameterValues;
}

/** Milliseconds of a bar of the market. */
export function barMilliseconds({ timeframe }: MarketSummary): number {
  const parsed = timeframeSchema.safeParse(timeframe);
  if (parsed.success) return timeframeMilliseconds[parsed.data];
  throw new LabError('usage', `The market has the unknown timeframe "${timeframe}".`, {
    action: `Use one of ${Object.keys(timeframeMilliseconds).join(', ')}.`,
  });
}

function outOfBounds(
  reading: IdeaReading,
  name: string,
  value: number,
  { min, max, isPeriod }: FamilyParameter,
): LabError {
  const shown = Math.round(value * 10_000) / 10_000;
  if (isPeriod && value < min) {
    return unsupported(reading.language, {
      en: `The idea's "${name}" is ${shown} bars of this market, and at least ${min} can be served.`,
      ru: `Период «${name}» из идеи равен ${shown} бара этого рынка, а нужно не меньше ${min}.`,
    });
  }
  return unsupported(reading.language, {
    en: `The idea's "${name}" is ${shown}, and ${min} to ${max} can be served.`,
    ru: `Значение «${name}» из идеи равно ${shown}, а допустимо от ${min} до ${max}.`,
  });
}

/**
 * Turns what the idea states into parameters of this market, and fills what it leaves open.
 * @throws LabError `idea.unsupported` for a period below one bar and for values that cannot go together
 */
export function resolveParameters(reading: IdeaReading, market: MarketSummary): Resolution {
  const { family, language } = reading;
  const bar = barMilliseconds(market);
  const known: Readonly<Record<string, FamilyParameter>> = { ...family.parameters, ...tradeParameters };
  const stated: ParameterValues = {};
  const rounded: ParameterValues = {};
  for (const [name, parameter] of Object.entries(known)) {
    const value = reading.stated[name];
    if (value === undefined) continue;
    const exact = typeof value === 'number' ? value : barsOf(value, bar);
    if (!(exact >= parameter.min && exact <= parameter.max))
      throw outOfBounds(reading, name, exact, parameter);
    const whole = Math.round(exact);
    stated[name] = parameter.type === 'integer' ? whole : exact;
    if (parameter.type === 'integer' && whole !== exact) rounded[name] = exact;
  }
  const usual = family.usual(stated, market);
  const params: ParameterValues = {};
  for (const name of Object.keys(known)) {
    const value = stated[name] ?? usual[name];
    if (value !== undefined) params[name] = value;
  }
  const [low, high] = family.ordered ?? [];
  if (low !== undefined && high !== undefined && (params[low] ?? 0) >= (params[high] ?? 0)) {
    throw unsupported(language, {
      en: `"${low}" (${params[low]}) must lie below "${high}" (${params[high]}) on bars of ${market.timeframe}.`,
      ru: `«${low}» (${params[low]}) должно быть меньше «${high}» (${params[high]}) на барах ${market.timeframe}.`,
    });
  }
  return { params, rounded };
}
