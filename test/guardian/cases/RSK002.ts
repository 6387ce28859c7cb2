import { inNext } from '../corpus/build.ts';

export const javascript = {
  found: [
    inNext('orders.buy({ units: 2 ** losses });'),
    inNext('orders.buy({ units: Math.pow(2, losses) });'),
  ],
  clean: [
    inNext('orders.buy({ riskPercent: 1, stopLossPercent: 5 });'),
    inNext('orders.buy({ units: 2 ** levels[0] });'),
  ],
};
