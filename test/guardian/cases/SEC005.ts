import { inNext } from '../corpus/build.ts';

export const javascript = {
  found: [
    inNext("const k = ['a', 'b'].join(''); levels[k];"),
    inNext('const m = [Math];'),
    inNext('orders[`b#{bar.index}`]();'),
  ],
  clean: [
    inNext('levels[bar.index % 3];'),
    inNext("const side = bar.close > 1 ? 'up' : 'down'; ({ up: 1, down: 2 })[side];"),
    inNext('["1", "2"].map(Number);'),
  ],
};
