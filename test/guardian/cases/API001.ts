import { inMarkets, inNext } from '../corpus/build.ts';

export const javascript = {
  found: [
    inNext('orders.short({ percent: 1 });'),
    inNext('if (fast > slow) orders.close();'),
    inNext('orders.buy({ percent: 150 });'),
    inMarkets('bar.unheardOf;'),
  ],
  clean: [
    inNext('if (fast.value > slow.value) orders.close();'),
    inNext('orders.sell({ units: 1 });'),
    inMarkets('if (markets.length > 1) orders.close();'),
  ],
};
