import type { backtestTexts } from '../../../webviews/backtest/texts.ts';
import { fillText, type Say, type Translate } from '../../../webviews/shared/texts.ts';
import type { PanelTexts } from '../../contracts/panel.ts';

/** How the host's part of the panel speaks. */
export interface Words {
  /** A text of the panel's own table. */
  readonly say: Say<typeof backtestTexts>;
  /** Any other text of the lab, such as a metric's label. */
  readonly translate: Translate;
  /** The name of a run's step for people. */
  readonly stepTitle: (step: string) => string;
}

export function wordsOf(
  texts: typeof backtestTexts,
  translate: Translate,
  stepTitle: (step: string) => string,
): Words {
  const table: PanelTexts = texts;
  return {
    say: (key, ...values) => fillText(translate(table[key] ?? key), values),
    translate,
    stepTitle,
  };
}
