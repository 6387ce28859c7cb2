import { inNext } from '../corpus/build.ts';

export const javascript = {
  found: [
    inNext('if (position.isLong && bar.close < position.entryPrice * 0.95) orders.buy({ percent: 10 });'),
    inNext('if (position.profit < 0) orders.buy({ percent: 10 });'),
    inNext('if (position.isShort && bar.close > position.entryPrice * 1.05) orders.sell({ percent: 10 });'),
    inNext(
      'const isDown = position.entryPrice > bar.close; if (position.isLong && isDown && fast.value > 3) orders.buy({ percent: 5 });',
    ),
    inNext('if (position.isLong) { if (bar.close <= position.entryPrice - 5) orders.buy({ units: 1 }); }'),
  ],
  clean: [
    inNext(
      'if (position.isLong && position.lots < 3 && bar.close < position.entryPrice * 0.95) orders.buy({ percent: 10 });',
    ),
    inNext(
      'if (position.isLong && bar.close < position.entryPrice * 0.95) orders.buy({ percent: 10, stopLossPercent: 5 });',
    ),
    inNext('if (position.isLong && bar.close > position.entryPrice * 1.05) orders.buy({ percent: 10 });'),
    inNext('if (position.isLong && bar.close < position.entryPrice * 0.95) orders.sell({ percent: 10 });'),
    inNext(
      'if (account.equity > 1000 && position.isLong && position.profit < 0) orders.buy({ percent: 10 });',
    ),
    inNext(
      'let count = 0; if (count < 3 && position.isLong && position.profit < 0) { count += 1; orders.buy({ percent: 10 }); }',
    ),
    inNext('if (position.isLong && position.profit < 0) orders.close();'),
  ],
};
