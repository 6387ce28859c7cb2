import { inNext } from '../corpus/build.ts';

export const javascript = {
  found: [
    inNext('bar.index === 4999;'),
    inNext('bars.close.length;'),
    inNext('if (bar.index > 20_000) orders.close();'),
  ],
  clean: [inNext('position.bars >= 48;'), inNext('if (bar.index < 500) return;'), inNext('levels.length;')],
};
