import { inNext } from '../corpus/build.ts';

export const javascript = {
  found: [
    inNext('const place = (bar.close - bar.low) / (bar.high - bar.low);'),
    inNext('if (fast.value === slow.value) orders.close();'),
  ],
  clean: [
    inNext('const range = bar.high - bar.low; if (range > 0) log(`#{1 / range}`);'),
    inNext('if (bar.close === bar.open) orders.close();'),
  ],
};
