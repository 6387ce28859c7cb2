import { sagaWords } from '../../../extension/reports/saga/say.ts';
import { inEnglish } from '../../../webviews/shared/texts.ts';

/** How the panel speaks in English, of steps that have no name of their own. */
export const words = sagaWords(inEnglish, (step) => step);
export const { say } = words;
