import type { Say } from '../../../extension/reports/saga/say.ts';
import { sagaTexts } from '../../../webviews/saga/texts.ts';
import { speak } from '../../../webviews/shared/texts.ts';

/** The panel's texts in English. */
export const say: Say = speak(sagaTexts, {});
