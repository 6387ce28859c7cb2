import { inNext } from '../corpus/build.ts';
import { inPythonNext } from '../corpus/buildPython.ts';

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

export const python = {
  found: [
    inPythonNext(`if self.fast.value == self.slow.value:
    pass`),
    inPythonNext(`if lab.bar.close * 1.01 == lab.bar.high:
    pass`),
    inPythonNext('x = self.fast.ago(1) != self.slow.value'),
  ],
  clean: [
    inPythonNext(`if lab.bar.close == lab.bar.high:
    pass`),
    inPythonNext(`if lab.position.quantity == 0:
    pass`),
    inPythonNext(`if lab.params.lag == 3:
    pass`),
  ],
};
