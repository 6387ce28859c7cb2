import { atTop, inNext } from '../corpus/build.ts';
import { inPythonNext } from '../corpus/buildPython.ts';

export const javascript = {
  found: [
    atTop('Array.prototype.sum = () => 0;'),
    inNext('orders.buy = () => 1;'),
    inNext('levels.__proto__.x = 1;'),
    atTop('Math = 1;'),
    inNext('Object.assign(orders, {});'),
  ],
  clean: [
    inNext('const own = { a: 1 }; own.a = 2;'),
    inNext('const copy = Object.assign({}, { a: 1 });'),
    inNext('levels[0] = 4;'),
  ],
};

export const python = {
  found: [
    inPythonNext('lab.orders.buy = None'),
    inPythonNext('np.mean = abs'),
    inPythonNext('Strategy.name = 1'),
    inPythonNext("lab.params['lag'] = 2"),
    inPythonNext('for lab.x in [1]: pass'),
  ],
  clean: [
    inPythonNext('self.levels[0] = 1'),
    inPythonNext('self.losses += 1'),
    inPythonNext(`state = {}
state["a"] = 1`),
  ],
};
