import { sagaTexts } from '../../../webviews/saga/texts.ts';
import { fillText, type Say as SayText, type Translate } from '../../../webviews/shared/texts.ts';
import type { PanelTexts } from '../../contracts/panel.ts';

/** Says a text of the panel of a run, in the editor's language. */
export type Say = SayText<typeof sagaTexts>;

/** How the host's part of the panel speaks. */
export interface Words {
  readonly say: Say;
  /** Any other text of the lab, such as a metric's label. */
  readonly translate: Translate;
  /** The name of a step for people. */
  readonly stepTitle: (step: string) => string;
}

export function sagaWords(translate: Translate, stepTitle: (step: string) => string): Words {
  const table: PanelTexts = sagaTexts;
  return {
    say: (key, ...values) => fillText(translate(table[key] ?? key), values),
    translate,
    stepTitle,
  };
}
