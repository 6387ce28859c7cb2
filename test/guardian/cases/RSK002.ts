import { inNext } from '../corpus/build.ts';
import { inPythonNext } from '../corpus/buildPython.ts';

export const javascript = {
  found: [
    inNext('orders.buy({ units: 2 ** losses });'),
    inNext('orders.buy({ units: Math.pow(2, losses) });'),
    inNext(
      'const kept = new Map(); kept.set(1, orders); kept.values().next().value.buy({ units: 2 ** losses });',
    ),
  ],
  clean: [
    inNext('orders.buy({ riskPercent: 1, stopLossPercent: 5 });'),
    inNext('orders.buy({ units: 2 ** levels[0] });'),
  ],
};

export const python = {
  found: [
    inPythonNext('lab.orders.buy(percent=2 ** self.losses, stop_loss_percent=5)'),
    inPythonNext('lab.orders.buy(units=pow(2, self.losses), stop_loss_percent=5)'),
    inPythonNext(`self.size = 1
if self.losses > 0:
    self.size *= 2
lab.orders.buy(units=self.size, stop_loss_percent=5)`),
  ],
  clean: [
    inPythonNext('lab.orders.buy(percent=min(20, 2 ** self.losses), stop_loss_percent=5)'),
    inPythonNext('lab.orders.buy(percent=10, stop_loss_percent=5)'),
    inPythonNext(`self.size = 1
if self.fast.value > 1:
    self.size *= 2
lab.orders.buy(units=self.size, stop_loss_percent=5)`),
  ],
};
