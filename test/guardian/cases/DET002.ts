import { inNext } from '../corpus/build.ts';

export const javascript = {
  found: [inNext('Date.now();'), inNext('new Date();'), inNext('Date();'), inNext('performance.now();')],
  clean: [inNext('new Date(bar.time).getUTCDay();'), inNext('const own = { now: () => 1 }; own.now();')],
};
