import { type LimitVerdicts, limitNames } from '../../extension/contracts/isolation.ts';

/** What the canaries find of a sandbox that is sound. */
export const heldLimits = Object.fromEntries(limitNames.map((name) => [name, true])) as LimitVerdicts;
