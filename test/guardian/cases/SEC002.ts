import { atTop, inNext } from '../corpus/build.ts';

export const javascript = {
  found: [
    atTop("import fs from 'node:fs';"),
    inNext("import('node:fs');"),
    atTop("export * from 'other';"),
    atTop("let s: import('node:fs').Stats | undefined;"),
  ],
  clean: [
    atTop("import type { Series } from 'strategy-lab';"),
    atTop("import { crossAbove } from 'strategy-lab';"),
    atTop('export const one = 1;'),
  ],
};
