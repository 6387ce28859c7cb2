import type { sagaTexts } from '../../../webviews/saga/texts.ts';
import type { Say as SayText } from '../../../webviews/shared/texts.ts';

/** Says a text of the panel of a run, in the editor's language. */
export type Say = SayText<typeof sagaTexts>;
