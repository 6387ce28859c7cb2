import { inNext } from '../corpus/build.ts';
import { inPythonNext } from '../corpus/buildPython.ts';

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

export const python = {
  found: [
    inPythonNext('lab.orders.buy(percent=10, stop=lab.bar.close * 0.95)'),
    inPythonNext('lab.orders.sell(percent=10, stop=lab.bar.close * 1.05)'),
    inPythonNext(`price = lab.bar.close - 5
lab.orders.buy(percent=10, stop=price)`),
  ],
  clean: [
    inPythonNext('lab.orders.buy(percent=10, stop=lab.bar.close * 1.05)'),
    inPythonNext('lab.orders.sell(percent=10, stop=lab.bar.close * 0.95)'),
    inPythonNext('lab.orders.buy(percent=10, stop=lab.bar.high)'),
  ],
};
