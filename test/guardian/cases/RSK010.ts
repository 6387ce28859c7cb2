import { inNext } from '../corpus/build.ts';

export const javascript = {
  found: [
    inNext('orders.buy({ percent: 10, stop: bar.close * 0.95 });'),
    inNext('const { close } = bar; orders.sell({ percent: 10, stop: close + 5 });'),
  ],
  clean: [
    inNext('orders.buy({ percent: 10, stop: bar.close * 1.01 });'),
    inNext('orders.sell({ percent: 10, stop: bar.close - 5 });'),
    inNext('orders.buy({ percent: 10, stopLoss: bar.close * 0.95 });'),
  ],
};
