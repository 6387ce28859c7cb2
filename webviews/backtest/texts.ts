import { validationTexts } from '../shared/validationTexts.ts';
import { chartTexts } from './texts/charts.ts';
import { figureTexts } from './texts/figures.ts';
import { headTexts } from './texts/head.ts';
import { recordTexts } from './texts/record.ts';
import { stressTexts } from './texts/stress.ts';
import { tradeTexts } from './texts/trades.ts';

/** What the panel of a backtest says, in English; the host translates it. `{0}`, `{1}` ... are filled in. */
export const backtestTexts = {
  ...headTexts,
  ...chartTexts,
  ...figureTexts,
  ...validationTexts,
  ...stressTexts,
  ...tradeTexts,
  ...recordTexts,
} as const;
