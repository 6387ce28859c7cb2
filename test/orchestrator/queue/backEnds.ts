import type { TestBackEnd } from './backEnd.ts';
import { embedded } from './embedded.ts';

/** Every back end that there is; each keeps the same promises. */
export const backEnds: readonly TestBackEnd[] = [embedded];
