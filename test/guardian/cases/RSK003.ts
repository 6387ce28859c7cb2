import { inNext } from '../corpus/build.ts';
import { inPythonNext } from '../corpus/buildPython.ts';

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

export const python = {
  found: [
    inPythonNext(`if lab.position.is_long and lab.bar.close < lab.position.entry_price:
    lab.orders.buy(percent=10)`),
    inPythonNext(`if lab.position.is_short:
    if lab.position.profit < 0:
        lab.orders.sell(percent=10)`),
  ],
  clean: [
    inPythonNext(`if lab.position.is_long and lab.bar.close < lab.position.entry_price and lab.position.lots < 3:
    lab.orders.buy(percent=10)`),
    inPythonNext(`if lab.position.is_long and lab.bar.close < lab.position.entry_price:
    lab.orders.buy(percent=10, stop_loss_percent=3)`),
    inPythonNext(`if lab.position.is_long and lab.bar.close > lab.position.entry_price:
    lab.orders.buy(percent=10)`),
  ],
};
